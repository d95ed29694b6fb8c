package api

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"jari/hub"
)

// frames is one frame many times, masked with zeros.
func frames(n int, first byte, payload string) []byte {
	return bytes.Repeat(append([]byte{first, 0x80 | byte(len(payload)), 0, 0, 0, 0}, payload...), n)
}

// TestFloodOfFrames: whatever is sent without end is ended, be it a message that never is.
func TestFloodOfFrames(t *testing.T) {
	s := start(t)
	begun := frames(1, 0x01, "")
	for name, sent := range map[string][]byte{
		"empty parts":                  append(begun, frames(40_000, 0x00, "")...),
		"tiny parts":                   append(begun, frames(40_000, 0x00, "a")...),
		"messages of many empty parts": bytes.Repeat(append(frames(1, 0x01, "{"), append(frames(5_000, 0x00, ""), frames(1, 0x80, "}")...)...), 8),
		"empty messages":               frames(200, 0x81, ""),
		"pings":                        frames(200, 0x89, ""),
		"pongs":                        frames(200, 0x8A, "a"),
		"pings in a message":           append(begun, frames(200, 0x89, "a")...),
		"pongs in a message":           append(begun, frames(200, 0x8A, "")...),
		"pings among empty parts":      append(begun, bytes.Repeat(append(frames(1, 0x00, ""), frames(1, 0x89, "")...), 200)...),
	} {
		t.Run(name, func(t *testing.T) {
			p := s.in(t).rawDial()
			go p.Write(sent) // it fails when the server has closed the connection
			if code := p.closeCode(); code != hub.CloseFlood {
				t.Errorf("closed with %d, want %d", code, hub.CloseFlood)
			}
		})
	}
	eventually(t, "all sockets are gone", func() bool { return s.api.sockets.count() == 0 && s.hub.Stats().Clients == 0 })
}

// TestPartsAreServed: messages that a proxy has cut are no flood, however long the socket lives.
func TestPartsAreServed(t *testing.T) {
	s := start(t, withLimits(Limits{MessagesBurst: 200}))
	p := s.rawDial()
	head, tail := `{"id":1,"type":"ping","pad":"`, `"}`
	message := []byte(head + strings.Repeat("a", 64<<10-len(head)-len(tail)) + tail)
	const part = 1 << 10
	for range 60 { // their headers are half of what may come at once
		for at := 0; at < len(message); at += part {
			first := byte(0x00)
			if at == 0 {
				first = 0x01
			}
			if at+part >= len(message) {
				first |= 0x80
			}
			p.frame(first, message[at:min(at+part, len(message))])
		}
		if first, payload, err := p.readFrame(); err != nil || first != textFrame || !bytes.Contains(payload, []byte("pong")) {
			t.Fatalf("answered %x %s %v", first, payload, err)
		}
	}
}

// TestAMessageEnds: a message that has begun has to end, and pings do not put it off.
func TestAMessageEnds(t *testing.T) {
	s := start(t, withLimits(Limits{Message: 200 * time.Millisecond}))
	for name, first := range map[string][]byte{
		"a part":               frames(1, 0x01, "{"),
		"half a frame":         frames(1, 0x81, `{"id":1,"type":"ping"}`)[:10],
		"a part after a whole": append(frames(1, 0x81, "{}"), frames(1, 0x01, "{")...),
	} {
		t.Run(name, func(t *testing.T) {
			p := s.in(t).rawDial()
			if _, err := p.Write(first); err != nil {
				t.Fatal(err)
			}
			if name != "half a frame" {
				drip(t, p, frames(1, 0x89, ""))
			}
			if code := p.closeCode(); code != hub.CloseIdle {
				t.Errorf("closed with %d, want %d", code, hub.CloseIdle)
			}
		})
	}
}
