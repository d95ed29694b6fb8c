package api

import (
	"testing"
	"time"
)

// TestOneClock: whatever carries a time carries that of the holds, however wrong the node's own clock is.
func TestOneClock(t *testing.T) {
	s := start(t, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(5 * time.Second) } })
	token, _ := s.guest()
	p := s.dial()
	for request, answer := range map[string]string{
		`{"id":1,"type":"auth","token":"` + token + `"}`: "authed",
		`{"id":2,"type":"ping"}`:                         "pong",
		`{"id":3,"type":"join","event":"demo"}`:          "joined",
	} {
		p.send(request)
		m := p.next()
		for m["type"] == "snapshot" {
			m = p.next()
		}
		if m["type"] != answer || m["now"] != "2026-03-01T09:30:00.250Z" {
			t.Errorf("%s: %v", request, m)
		}
	}
}
