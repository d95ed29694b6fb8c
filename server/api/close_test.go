package api

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	fasthttpws "github.com/fasthttp/websocket"

	"jari/hub"
)

func TestBrokenFrames(t *testing.T) {
	s := start(t)
	text := []byte(`{"id":1,"type":"ping"}`)
	big := bytes.Repeat([]byte("a"), 65537)
	for name, f := range map[string]struct {
		send func(p *rawPeer)
		code int
	}{
		"binary":               {func(p *rawPeer) { p.frame(0x82, text) }, hub.CloseProtocol},
		"unmasked":             {func(p *rawPeer) { p.Write(Wire(text)) }, hub.CloseProtocol},
		"reserved bit":         {func(p *rawPeer) { p.frame(0xC1, text) }, hub.CloseProtocol},
		"unknown opcode":       {func(p *rawPeer) { p.frame(0x83, text) }, hub.CloseProtocol},
		"continuation of none": {func(p *rawPeer) { p.frame(0x80, text) }, hub.CloseProtocol},
		"text in text":         {func(p *rawPeer) { p.frame(0x01, text); p.frame(0x81, text) }, hub.CloseProtocol},
		"long ping":            {func(p *rawPeer) { p.frame(0x89, big[:126]) }, hub.CloseProtocol},
		"ping in parts":        {func(p *rawPeer) { p.frame(0x09, text) }, hub.CloseProtocol},
		"bad close code":       {func(p *rawPeer) { p.frame(0x88, []byte{0, 5}) }, hub.CloseProtocol},
		"too big":              {func(p *rawPeer) { p.frame(0x81, big) }, hub.CloseTooBig},
		"too big in parts":     {func(p *rawPeer) { p.frame(0x01, big[:40000]); p.frame(0x80, big[:40000]) }, hub.CloseTooBig},
		"promised too big":     {func(p *rawPeer) { p.Write([]byte{0x81, 0xff, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}); p.Write(big) }, hub.CloseTooBig},
		"negative length":      {func(p *rawPeer) { p.Write([]byte{0x81, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) }, hub.CloseTooBig},
		"polite close":         {func(p *rawPeer) { p.frame(0x88, []byte{0x0f, 0xa5}) }, 4005},
		"close without code":   {func(p *rawPeer) { p.frame(0x88, nil) }, hub.CloseNormal},
	} {
		t.Run(name, func(t *testing.T) {
			p := s.in(t).rawDial()
			f.send(p)
			if code := p.closeCode(); code != f.code {
				t.Errorf("closed with %d, want %d", code, f.code)
			}
		})
	}
	eventually(t, "all sockets are gone", func() bool { return s.api.sockets.count() == 0 && s.hub.Stats().Clients == 0 })
}

// TestLargestMessage: a message of exactly the limit is served, in parts too.
func TestLargestMessage(t *testing.T) {
	s := start(t)
	p := s.rawDial()
	head, tail := `{"id":1,"type":"ping","pad":"`, `"}`
	message := []byte(head + strings.Repeat("a", 64<<10-len(head)-len(tail)) + tail)
	p.frame(0x81, message)
	p.frame(0x01, message[:100])
	p.frame(0x89, []byte("are you there"))
	p.frame(0x80, message[100:])
	var got []string
	for range 3 {
		first, payload, err := p.readFrame()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%x %.12s", first, payload))
	}
	slices.Sort(got) // a pong may overtake
	if want := "81 {\"type\":\"pon, 81 {\"type\":\"pon, 8a are you ther"; strings.Join(got, ", ") != want {
		t.Errorf("got %q", got)
	}
}

// TestKickedConnectionIsClosed: trap 1. The client never answers the close frame, and still its TCP connection ends.
func TestKickedConnectionIsClosed(t *testing.T) {
	s := start(t)
	p := s.rawDial()
	eventually(t, "the socket is served", func() bool { return s.hub.Stats().Clients == 1 })
	p.frame(0x81, []byte(`{"id":1,"type":"auth","token":"no"}`))
	if code := p.closeCode(); code != hub.CloseToken {
		t.Errorf("closed with %d", code)
	}
	// The server has closed its reading side as well: writing fails once its reset has come.
	eventually(t, "the connection is gone on the server", func() bool {
		_, err := p.Write([]byte("x"))
		return err != nil
	})
	eventually(t, "the server has let go", func() bool { return s.api.sockets.count() == 0 })
}

func TestFlood(t *testing.T) {
	s := start(t, withLimits(Limits{MessagesPerS: 1, MessagesBurst: 10}))
	for name, first := range map[string]byte{"messages": 0x81, "pings": 0x89, "pongs": 0x8A} {
		t.Run(name, func(t *testing.T) {
			p := s.in(t).rawDial()
			for range 50 {
				p.frame(first, []byte(`{"id":1,"type":"ping"}`))
			}
			if code := p.closeCode(); code != hub.CloseFlood {
				t.Errorf("closed with %d", code)
			}
		})
	}
}

func TestIdle(t *testing.T) {
	s := start(t, withLimits(Limits{Idle: 300 * time.Millisecond, Ping: 50 * time.Millisecond}))
	alive, silent := s.dial(), s.rawDial()
	pongs := make(chan struct{}, 100)
	alive.ws.SetPingHandler(func(data string) error {
		pongs <- struct{}{}
		return alive.ws.WriteControl(fasthttpws.PongMessage, []byte(data), time.Now().Add(patience))
	})
	ended := make(chan error, 1)
	go func() { _, err := alive.read(); ended <- err }()
	if code := silent.closeCode(); code != hub.CloseIdle {
		t.Errorf("closed with %d", code)
	}
	for range 12 { // 600 ms of pings: twice the idle time
		select {
		case <-pongs:
		case err := <-ended:
			t.Fatalf("a client that answers pings was closed: %v", err)
		}
	}
}

func TestDrain(t *testing.T) {
	s := start(t)
	p, _ := s.authed()
	idle := s.rawDial()
	eventually(t, "both are served", func() bool { return s.hub.Stats().Clients == 2 })
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- s.api.Drain(ctx, 50*time.Millisecond) }()
	if code := p.closed(); code != hub.CloseDraining {
		t.Errorf("closed with %d", code)
	}
	if code := idle.closeCode(); code != hub.CloseDraining {
		t.Errorf("closed with %d", code)
	}
	if err := <-done; err != nil {
		t.Errorf("drain: %v", err)
	}
	if n := s.api.sockets.count(); n != 0 {
		t.Errorf("%d sockets are left", n)
	}
	if c, err := net.Dial("tcp", s.addr); err == nil {
		c.Close()
		t.Error("the port is still open")
	}
}
