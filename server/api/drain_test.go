package api

import (
	"context"
	"net"
	"testing"

	"jari/hub"
)

// TestDrainBeforeServe: an end that comes at once leaves no server behind.
func TestDrainBeforeServe(t *testing.T) {
	h := hub.New(hub.Config{Wire: Wire})
	defer h.Close()
	node := newFakeNode()
	a, err := New(Config{Node: node, Desk: newFakeDesk(), Store: node, Hub: h, SigningKey: testKey})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := a.Drain(ctx, 0); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Serve(ln); err != nil {
		t.Error(err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("an API without parts is made")
	}
}
