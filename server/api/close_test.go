package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	fasthttpws "github.com/fasthttp/websocket"

	"jari/hub"
)

// rawPeer is a client that may break the rules of WebSocket.
type rawPeer struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func (s *server) rawDial() *rawPeer {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		s.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(c, "GET %s/socket HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", base, s.addr); err != nil {
		s.t.Fatal(err)
	}
	p := &rawPeer{s.t, c, bufio.NewReader(c)}
	res, err := http.ReadResponse(p.r, nil)
	if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		s.t.Fatalf("handshake: %v %v", res, err)
	}
	return p
}

// frame sends a frame masked with zeros: legal, and readable.
func (p *rawPeer) frame(first byte, payload []byte) {
	p.t.Helper()
	b := []byte{first}
	switch n := len(payload); {
	case n <= 125:
		b = append(b, 0x80|byte(n))
	case n <= 0xffff:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	b = append(append(b, 0, 0, 0, 0), payload...)
	if _, err := p.Write(b); err != nil {
		p.t.Logf("write: %v", err) // the server may have closed it already
	}
}

// readFrame reads one frame of the server.
func (p *rawPeer) readFrame() (first byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(p.r, head[:]); err != nil {
		return 0, nil, err
	}
	n := uint64(head[1])
	if n >= 126 {
		wide := make([]byte, map[uint64]int{126: 2, 127: 8}[n])
		if _, err := io.ReadFull(p.r, wide); err != nil {
			return 0, nil, err
		}
		n = 0
		for _, b := range wide {
			n = n<<8 | uint64(b)
		}
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(p.r, payload)
	return head[0], payload, err
}

// closeCode reads until the close frame, then until the end of the TCP connection.
func (p *rawPeer) closeCode() int {
	p.t.Helper()
	for {
		first, payload, err := p.readFrame()
		if err != nil {
			p.t.Fatalf("ended without a close frame: %v", err)
		}
		if first != endFrame {
			continue
		}
		if _, err := p.r.ReadByte(); !errors.Is(err, io.EOF) {
			p.t.Errorf("after the close frame: %v, want the end", err)
		}
		return int(binary.BigEndian.Uint16(payload))
	}
}

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

// countingConn stands for the TCP connection and counts writes.
type countingConn struct {
	net.Conn
	mu     sync.Mutex
	writes [][]byte
	block  chan struct{}
}

func (c *countingConn) Write(b []byte) (int, error) {
	if c.block != nil {
		<-c.block
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes = append(c.writes, bytes.Clone(b))
	return len(b), nil
}

func (c *countingConn) SetWriteDeadline(time.Time) error { return nil }
func (c *countingConn) SetReadDeadline(time.Time) error  { return nil }
func (c *countingConn) Close() error                     { return nil }

func (c *countingConn) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.writes)
}

// TestOneWrite: the frames of a tick leave in one write, and a pong that waits goes with them.
func TestOneWrite(t *testing.T) {
	raw := &countingConn{}
	c := newConn(raw)
	wire := [][]byte{Wire([]byte("one")), Wire([]byte("two")), Wire([]byte("three"))}
	if err := c.Write(wire); err != nil {
		t.Fatal(err)
	}
	if raw.count() != 1 || wire[0] == nil {
		t.Fatalf("%d writes, slice %v", raw.count(), wire)
	}
	raw.block = make(chan struct{})
	writing := make(chan error, 1)
	go func() { writing <- c.Write(wire[:1]) }()
	eventually(t, "the writer is at work", func() bool {
		if c.wmu.TryLock() {
			c.wmu.Unlock()
			return false
		}
		return true
	})
	c.sendControl(frame(pingFrame, nil)) // does not wait
	c.sendControl(frame(pongFrame, []byte("a")))
	close(raw.block)
	if err := <-writing; err != nil {
		t.Fatal(err)
	}
	eventually(t, "the pong was sent", func() bool { return raw.count() == 3 })
	if got := raw.writes[2]; !bytes.Equal(got, frame(pongFrame, []byte("a"))) {
		t.Errorf("control frame %x", got)
	}
}

// TestRoomsOfATickLeaveTogether: two rooms that change in one tick are one read for a client, because they were one write.
func TestRoomsOfATickLeaveTogether(t *testing.T) {
	client, serverSide := tcpPair(t)
	c := newConn(serverSide)
	if err := c.Write([][]byte{Wire([]byte("one")), Wire([]byte("two"))}); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	n, err := client.Read(b)
	if err != nil || n != 10 {
		t.Errorf("first read: %q %v", b[:n], err)
	}
}

func tcpPair(t *testing.T) (client, serverSide net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if client, err = net.Dial("tcp", ln.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if serverSide, err = ln.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); serverSide.Close() })
	return client, serverSide
}

// TestNobodyHearsAnother: trap 2. Sockets come and go while private messages are told; each carries its buyer's marker.
func TestNobodyHearsAnother(t *testing.T) {
	s := start(t)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 8 {
		token, buyer := s.guest()
		wg.Go(func() { // tells this buyer all the time, whoever has its sockets
			often := time.NewTicker(100 * time.Microsecond)
			defer often.Stop()
			for {
				select {
				case <-stop:
					return
				case <-often.C:
					s.hub.Tell(buyer, []byte(`{"type":"secret","room":"x","of":"`+buyer+`"}`))
				}
			}
		})
		wg.Go(func() {
			for i := range 25 {
				if err := s.visit(token, buyer, i%3 == 0); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	visits := make(chan struct{})
	go func() { wg.Wait(); close(visits) }()
	eventually(t, "some visits were made", func() bool { return s.api.sockets.count() > 0 })
	deadline := time.AfterFunc(patience, func() { close(stop) })
	defer deadline.Stop()
	eventually(t, "the sockets have come and gone", func() bool {
		s.node.mu.Lock()
		n := len(s.node.authed)
		s.node.mu.Unlock()
		return n == 200 && s.api.sockets.count() == 0
	})
	if deadline.Stop() {
		close(stop)
	}
	<-visits
	eventually(t, "no goroutine of a socket is left", func() bool {
		return !running("api.(*socket)") && !running("api.(*API).serveSocket") && !running("hub.(*Client)")
	})
}

// running reports whether any goroutine has such a function on its stack.
func running(function string) bool {
	b := make([]byte, 1<<20)
	return bytes.Contains(b[:runtime.Stack(b, true)], []byte(function))
}

// visit opens a socket, reads what it is told, and leaves politely or not.
func (s *server) visit(token, buyer string, abrupt bool) error {
	ws, _, err := (&fasthttpws.Dialer{HandshakeTimeout: patience}).Dial("ws://"+s.addr+base+"/socket", nil)
	if err != nil {
		return err
	}
	defer ws.Close()
	if err := ws.WriteMessage(fasthttpws.TextMessage, []byte(`{"id":1,"type":"auth","token":"`+token+`"}`)); err != nil {
		return err
	}
	if err := ws.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	for range 5 {
		_, b, err := ws.ReadMessage()
		if closed := (*fasthttpws.CloseError)(nil); errors.As(err, &closed) && closed.Code == hub.CloseSlow {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if !bytes.Contains(b, []byte(buyer)) {
			return fmt.Errorf("buyer %s was told %s", buyer, b)
		}
	}
	if !abrupt {
		return ws.WriteControl(fasthttpws.CloseMessage, fasthttpws.FormatCloseMessage(1000, ""), time.Now().Add(patience))
	}
	return nil
}

// TestWireIsWhatALibraryReads holds our frames to the library's own reader, at the lengths where their form changes.
func TestWireIsWhatALibraryReads(t *testing.T) {
	s := start(t)
	p := s.dial()
	p.send(`{"id":1,"type":"ping"}`)
	p.expect("pong")
	for _, n := range []int{0, 1, 125, 126, 127, 65535, 65536, 70000} {
		pad := strings.Repeat("가", n/3) + strings.Repeat("a", n%3)
		b := Wire([]byte(pad))
		head := len(b) - n
		if want := map[bool]int{true: 2}[n <= 125] + map[bool]int{true: 4}[n > 125 && n <= 65535] + map[bool]int{true: 10}[n > 65535]; head != want {
			t.Errorf("%d bytes: header of %d, want %d", n, head, want)
		}
	}
	if got := closeFrame(4001, strings.Repeat("가", 100)); len(got) != 2+2+123 {
		t.Errorf("close frame of %d bytes", len(got))
	}
}

func TestDeadConnectionIsNotAnError(t *testing.T) {
	_, serverSide := tcpPair(t)
	if err := serverSide.Close(); err != nil {
		t.Fatal(err)
	}
	c := newConn(serverSide)
	if err := c.Write([][]byte{{1}}); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("write: %v", err)
	}
	c.Close(4000, "")
	c.sendControl(frame(pingFrame, nil))
}
