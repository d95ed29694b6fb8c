package seatmap

import (
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// A cluster refuses a script that touches another slot and loses what is published the plain way on another node.
func TestCluster(t *testing.T) {
	t.Parallel()
	addr := redisServer(t, "--cluster-enabled", "yes")
	node := dial(t, addr)
	if err := node.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	until(t, "the cluster is up", func() bool { return node.Set(t.Context(), "up", 1, 0).Err() == nil })
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{addr}})
	t.Cleanup(func() { _ = client.Close() })

	cfg := LiveConfig{Sharded: true, Grace: time.Millisecond}
	r := newRigOf(t, client, cfg, shortPolicy(), ZoneLoad{"A", free(10)}, ZoneLoad{"B", free(10)}, ZoneLoad{"G", free(6)})
	ps := client.SSubscribe(t.Context(), ZoneChannel(r.event, "A"), NoticeChannel(r.event))
	t.Cleanup(func() { _ = ps.Close() })
	for range 2 {
		if _, err := ps.Receive(t.Context()); err != nil {
			t.Fatal(err)
		}
	}

	v := r.mustHold("ann", pick("A", 0), pick("B", 1))
	for _, channel := range []string{ZoneChannel(r.event, "A"), NoticeChannel(r.event)} {
		m, err := ps.ReceiveMessage(t.Context())
		if err != nil || m.Channel != channel {
			t.Fatalf("%v, %v; want a message on %s", m, err, channel)
		}
	}
	r.passed(v.Hold.ExpiresAt.Add(cfg.Grace))
	if n, _, err := r.live.Expire(t.Context(), r.event, 10); err != nil || n != 1 {
		t.Fatalf("expired %d, %v", n, err)
	}

	from := r.snapshot("A")
	r.configure(func(p *Policy) { p.Hold = time.Minute })
	r.mustHold("bob", picks("A", 0, 1)...)
	r.mustBook("bob", "b1")
	if list, err := r.live.Lapsed(t.Context(), r.event, 9, time.Minute); err != nil || len(list) != 0 {
		t.Fatalf("lapsed %v, %v", list, err)
	}
	r.mustApply(confirm(1, "b1", "bob", 0, 1), AppliedNow)
	ds, ok, err := r.live.Since(t.Context(), r.event, "A", from.Epoch, from.Version, from.At)
	if err != nil || !ok || len(ds) != 2 {
		t.Fatalf("since: %v, %v, %v", ds, ok, err)
	}
	other := newRigOf(t, client, cfg, testPolicy(), ZoneLoad{"A", free(3)})
	heads, err := r.live.Heads(t.Context(), []ZoneRef{{r.event, "A"}, {other.event, "A"}})
	if err != nil || fmt.Sprint(heads) != fmt.Sprintf("[{true 1 %d} {true 1 1}]", r.snapshot("A").Version) {
		t.Fatalf("heads %v, %v", heads, err)
	}
	if won, err := r.live.ClaimRebuild(t.Context(), r.event, time.Minute); err != nil || !won {
		t.Fatalf("claim: %v, %v", won, err)
	}
	r.load(EventLoad{Revision: 1, Confirmed: map[string]int{"bob": 2}})
	if o, err := r.live.Overview(t.Context(), r.event); err != nil || o.Epoch != 2 {
		t.Fatalf("overview %+v, %v", o, err)
	}
	other.wantStates("A", "000")
}
