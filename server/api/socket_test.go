package api

import (
	"testing"
)

func TestSocketMainPath(t *testing.T) {
	s := start(t)
	p, buyer := s.authed()
	p.send(`{"id":2,"type":"join","event":"demo","zone":"A"}`)
	if m := p.expect("joined"); m["zone"] != "A" || m["now"] == nil {
		t.Fatalf("joined %v", m)
	}
	p.expect("snapshot")
	p.send(`{"id":5,"type":"hold","event":"demo","zone":"A","seats":["A-5"]}`)
	m := p.expect("held")
	if m["hold"] == nil || m["now"] == nil {
		t.Fatalf("held %v", m)
	}
	other, _ := s.authed()
	other.send(`{"id":9,"type":"hold","event":"demo","zone":"A","seats":["A-5","A-6"]}`)
	if m := other.expect("refused"); m["code"] != "seat_unavailable" || len(m["seats"].([]any)) != 1 {
		t.Fatalf("refused %v", m)
	}
	p.send(`{"id":6,"type":"extend","event":"demo"}`)
	p.expect("extended")
	p.send(`{"id":7,"type":"release","event":"demo"}`)
	if m := p.expect("released"); m["hold"] != nil {
		t.Fatalf("released %v", m)
	}
	p.send(`{"id":8,"type":"ping"}`)
	p.expect("pong")
	s.hub.Tell(buyer, []byte(`{"type":"hold","event":"demo","hold":null,"cause":"expired"}`))
	p.expect("hold")
	p.send(`{"id":10,"type":"leave","event":"demo","zone":"A"}`)
	p.expect("left")
	p.send(`{"id":11,"type":"join","event":"demo"}`)
	p.expect("joined")
	p.expect("snapshot")
}
