package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"jari/seatmap"
)

// startRedis starts a redis-server that keeps what it is told, and returns what kills it.
func startRedis(t *testing.T, port, dir string) (kill func()) {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("JARI_REQUIRE_SERVICES") == "1" {
			t.Fatal("redis-server is not installed and JARI_REQUIRE_SERVICES=1")
		}
		t.Skip("redis-server is not installed: this test needs it")
	}
	cmd := exec.Command(path, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }() // it is killed: its exit status says nothing
	kill = func() { _ = cmd.Process.Kill(); <-exited }
	t.Cleanup(kill)
	return kill
}

// TestARedisStartedAgainIsKnownAtOnce: it has its memory, but another run id, and what it remembers may be old.
func TestARedisStartedAgainIsKnownAtOnce(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	kill := startRedis(t, port, dir)
	p := &parts{redis: redisAddress{RedisURL: "redis://" + addr}}
	t.Cleanup(func() {
		if err := p.close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	if _, err := p.openRedis(t.Context(), slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	until := func(what string, ok func() bool) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); !ok(); <-time.After(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("not within 10 s: " + what)
			}
		}
	}
	until("redis answers", func() bool { return p.live.Refresh(t.Context()) == nil })
	_, err = p.live.Load(t.Context(), seatmap.EventLoad{Event: "gala", Epoch: 1, Zones: []seatmap.ZoneLoad{{Zone: "hall", States: []byte("0000")}},
		Policy: seatmap.Policy{OnSale: true, Hold: time.Minute, Ceiling: time.Minute, MaxSeats: 4}})
	if err != nil {
		t.Fatal(err)
	}
	kill()
	startRedis(t, port, dir)
	// Nobody refreshes: only the new connection tells that it is another server.
	var refusal *seatmap.Refusal
	until("redis answers again", func() bool {
		_, err = p.live.Snapshot(t.Context(), "gala", "hall")
		return err == nil || errors.As(err, &refusal) && refusal.Err == nil
	})
	for range 2 { // the call that dials may have begun with the old id
		_, err = p.live.Snapshot(t.Context(), "gala", "hall")
	}
	if !errors.As(err, &refusal) || refusal.Code != seatmap.CodeUnavailable || refusal.Err != nil {
		t.Errorf("the event is open on a server that is another one: %v", err)
	}
}
