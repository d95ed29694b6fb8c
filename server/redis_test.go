package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jari/hub"
	"jari/seatmap"
	"jari/server/redistest"
)

// openAt opens what talks to Redis, and ends it with the test.
func openAt(t *testing.T, address redisAddress) (*parts, *hub.Relay) {
	t.Helper()
	p := &parts{redis: address}
	t.Cleanup(func() {
		if err := p.close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	relay, err := p.openRedis(t.Context(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return p, relay
}

// loadGala opens an event of four seats.
func (p *parts) loadGala(t *testing.T, epoch int64) {
	t.Helper()
	redistest.Until(t, "redis answers", func() bool { return p.live.Refresh(t.Context()) == nil })
	loaded, err := p.live.Load(t.Context(), seatmap.EventLoad{Event: "gala", Epoch: epoch,
		Zones:  []seatmap.ZoneLoad{{Zone: "hall", States: []byte("0000")}},
		Policy: seatmap.Policy{OnSale: true, Hold: time.Minute, Ceiling: time.Minute, MaxSeats: 4}})
	if err != nil || !loaded {
		t.Fatalf("load: %v, %v", loaded, err)
	}
}

func (p *parts) holdGala(ctx context.Context, buyer string, index int) error {
	_, err := p.live.Hold(ctx, seatmap.HoldRequest{Event: "gala", Buyer: buyer,
		Seats: []seatmap.Pick{{Zone: "hall", Index: index, Seat: string(rune('a' + index))}}})
	return err
}

// untilClosed waits for a server that says that the event is not open. Until then nobody may say that it is.
func (p *parts) untilClosed(t *testing.T) {
	t.Helper()
	redistest.Until(t, "somebody says that the event is not open", func() bool {
		err := p.holdGala(t.Context(), "early", 3)
		var refusal *seatmap.Refusal
		if !errors.As(err, &refusal) || refusal.Code != seatmap.CodeUnavailable {
			t.Fatalf("a hold on a server that is another one: %v", err)
		}
		return errors.Is(err, seatmap.ErrClosed)
	})
}

// TestARedisStartedAgainIsKnownAtOnce: it has its memory, but another run id, and what it remembers may be old. Nobody refreshes:
// only the new connection tells.
func TestARedisStartedAgainIsKnownAtOnce(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always")
	p, _ := openAt(t, redisAddress{RedisURL: "redis://" + server.Addr})
	p.loadGala(t, 1)
	server.Kill()
	server.Restart(t)
	p.untilClosed(t)
	p.loadGala(t, 2)
	if err := p.holdGala(t.Context(), "ann", 0); err != nil {
		t.Fatal(err)
	}
}

// TestSentinelsReplaceTheMaster: the replica remembers what the master said of itself, and is not taken for it.
func TestSentinelsReplaceTheMaster(t *testing.T) {
	t.Parallel()
	w := redistest.StartWatched(t)
	s := w.Sentinels
	p, relay := openAt(t, redisAddress{RedisMode: "sentinel", RedisSentinelMaster: w.Name,
		RedisURL: "redis://" + s[0].Addr + "?addr=" + s[1].Addr + "&addr=" + s[2].Addr})
	p.loadGala(t, 1)
	if err := p.holdGala(t.Context(), "ann", 0); err != nil {
		t.Fatal(err)
	}
	box := hub.NewMailbox(16)
	if err := relay.Subscribe(t.Context(), seatmap.ZoneChannel("gala", "hall"), box); err != nil {
		t.Fatal(err)
	}
	redistest.Until(t, "the replica has the hold", func() bool { return redistest.Says(t, w.Replica, "1", "exists", "hold:{egala}:ann") })
	w.Master.Kill()
	p.untilClosed(t)
	p.loadGala(t, 2)
	<-box.Lost
	var refusal *seatmap.Refusal
	if err := p.holdGala(t.Context(), "bob", 0); !errors.As(err, &refusal) || refusal.Code != seatmap.CodeSeatUnavailable {
		t.Errorf("a seat that somebody holds: %v", err)
	}
	if err := p.holdGala(t.Context(), "bob", 1); err != nil {
		t.Fatal(err)
	}
	for {
		d, err := seatmap.ParseChanges(<-box.C)
		if err == nil && len(d.Changes) == 0 {
			continue // what is told of an event that was loaded comes on its own time
		}
		if err != nil || d.Epoch != 2 || d.Changes[0].Index != 1 {
			t.Errorf("the relay brings %+v, %v", d, err)
		}
		break
	}
}

// TestAClusterByConfiguration: one of its servers is enough to find the others.
func TestAClusterByConfiguration(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t, 3, false)
	p, relay := openAt(t, redisAddress{RedisMode: "cluster", RedisURL: "redis://" + c.Masters[2].Addr})
	p.loadGala(t, 1)
	box := hub.NewMailbox(16)
	if err := relay.Subscribe(t.Context(), seatmap.ZoneChannel("gala", "hall"), box); err != nil {
		t.Fatal(err)
	}
	if err := p.holdGala(t.Context(), "ann", 2); err != nil {
		t.Fatal(err)
	}
	if d, err := seatmap.ParseChanges(<-box.C); err != nil || d.Changes[0].Index != 2 {
		t.Errorf("the relay brings %+v, %v", d, err)
	}
}

// TestTLSAndPasswords: what Redis or we refuse for good ends the start, with the name of the setting.
func TestTLSAndPasswords(t *testing.T) {
	t.Parallel()
	redistest.Program(t)
	ours, others := newAuthority(t), newAuthority(t)
	cert, key := ours.issue(t, "redis")
	ourCert, ourKey := ours.issue(t, "jari")
	server := redistest.StartTLS(t, "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", ours.file, "--requirepass", "right one")
	url := "rediss://" + server.Addr
	right := redisAddress{RedisURL: url, RedisCAFile: ours.file, RedisPasswordFile: secretFile(t, "right one\n"), RedisCertFile: ourCert, RedisKeyFile: ourKey}
	p, _ := openAt(t, right)
	p.loadGala(t, 1)
	if err := p.holdGala(t.Context(), "ann", 0); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(r *redisAddress)
		words  string
	}{
		"another authority": {func(r *redisAddress) { r.RedisCAFile = others.file }, "--redis-ca-file"},
		"another password":  {func(r *redisAddress) { r.RedisPasswordFile = secretFile(t, "wrong") }, "refuses the user or the password"},
		"no password":       {func(r *redisAddress) { r.RedisPasswordFile = "" }, "refuses the user or the password"},
		"another name":      {func(r *redisAddress) { r.RedisURL = strings.Replace(url, "127.0.0.1", "localhost", 1) }, "localhost"},
		"no cluster":        {func(r *redisAddress) { r.RedisMode = "cluster" }, "--redis-mode"},
	} {
		t.Run(name, func(t *testing.T) {
			wrong := right
			c.change(&wrong)
			p := &parts{redis: wrong}
			defer func() { _ = p.close(context.Background()) }()
			_, err := p.openRedis(t.Context(), slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "right one") {
				t.Errorf("got %v, want %q", err, c.words)
			}
		})
	}
}

func secretFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
