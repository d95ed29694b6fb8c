package seatmap

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jari/server/redistest"
)

// clusterRig is a Live that greets the servers of a cluster of its own, with an event on each of its masters.
type clusterRig struct {
	*redistest.Cluster
	live *Live
	on   []*rig // by master
}

func newClusterRig(t *testing.T, replicas bool, more ...string) *clusterRig {
	c := &clusterRig{Cluster: redistest.StartCluster(t, 3, replicas, more...), on: make([]*rig, 3)}
	runs := NewRuns()
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: c.Addrs(), MaxRetries: 1, DialerRetries: 1, ContextTimeoutEnabled: true,
		ReadTimeout: 500 * time.Millisecond, NewClient: func(opt *redis.Options) *redis.Client {
			opt.OnConnect = runs.Greet(opt.Addr)
			return redis.NewClient(opt)
		}})
	t.Cleanup(func() { _ = client.Close() })
	c.live = NewLive(LiveConfig{Client: client, Runs: runs})
	for found := 0; found < len(c.on); {
		event := fmt.Sprintf("t%d", eventNumber.Add(1))
		n := c.Of(t, metaKey(event))
		if c.on[n] != nil {
			continue
		}
		r := &rig{t: t, client: client, live: c.live, event: event, epoch: 1, policy: testPolicy(), zones: []ZoneLoad{{"A", free(10)}}}
		r.load(EventLoad{})
		c.on[n] = r
		found++
	}
	return c
}

// wantClosed waits until the event's master answers that the event is not open; until then it must not answer that it is.
func (r *rig) wantClosed() {
	r.t.Helper()
	redistest.Until(r.t, "somebody answers that the event is not open", func() bool {
		_, err := r.hold("somebody", pick("A", 9))
		wantCode(r.t, err, CodeUnavailable)
		return errors.Is(err, ErrClosed)
	})
}

func (c *clusterRig) refs() []ZoneRef {
	var refs []ZoneRef
	for _, r := range c.on {
		refs = append(refs, ZoneRef{r.event, "A"})
	}
	return refs
}

func TestClusterLosesAMaster(t *testing.T) {
	t.Parallel()
	c := newClusterRig(t, false, "--cluster-node-timeout", "2000")
	for _, r := range c.on {
		r.mustHold("ann", pick("A", 0))
	}
	if err := c.live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Masters[1].Kill()
	lost := c.on[1]
	_, err := lost.hold("bob", pick("A", 1))
	if ref := wantCode(t, err, CodeUnavailable); errors.Is(ref, ErrClosed) {
		t.Errorf("a master that is away says that the event is not open: %v", err)
	}
	heads, err := c.live.Heads(t.Context(), c.refs())
	if err != nil || !heads[0].Open || heads[1].Open || !heads[2].Open {
		t.Errorf("heads %+v, %v", heads, err)
	}
	known, err := c.live.Known(t.Context(), []BuyerRef{{lost.event, "bob"}, {c.on[2].event, "ann"}, {c.on[0].event, "bob"}})
	if err != nil || fmt.Sprint(known) != "[true true false]" {
		t.Errorf("known %v, %v", known, err)
	}
	if err := c.live.Refresh(t.Context()); err == nil || !strings.Contains(err.Error(), ErrPartAway.Error()+": "+c.Masters[1].Addr) {
		t.Errorf("refresh: %v", err)
	}
	for _, r := range []*rig{c.on[0], c.on[2]} {
		r.mustHold("bob", pick("A", 1))
	}
	c.Masters[1].Restart(t) // without its memory
	lost.wantClosed()
	lost.load(EventLoad{})
	lost.mustHold("bob", pick("A", 1))
}

// A replica has what its master said of itself, and may lack the last writes: it must not be taken for it.
func TestClusterPromotesAReplica(t *testing.T) {
	t.Parallel()
	c := newClusterRig(t, true, "--cluster-node-timeout", "2000")
	lost := c.on[0]
	lost.mustHold("ann", pick("A", 0))
	replica := redis.NewClient(&redis.Options{Addr: c.Replicas[0].Addr, OnConnect: func(ctx context.Context, c *redis.Conn) error {
		return c.ReadOnly(ctx).Err()
	}})
	t.Cleanup(func() { _ = replica.Close() })
	redistest.Until(t, "the replica has the hold", func() bool { return replica.Exists(t.Context(), "hold:{e"+lost.event+"}:ann").Val() == 1 })
	c.Masters[0].Kill()
	lost.wantClosed()
	lost.load(EventLoad{})
	lost.mustHold("bob", pick("A", 1))
	lost.wantHeld("ann", "A-0")
	for _, r := range c.on[1:] {
		r.mustHold("bob", pick("A", 1))
	}
}

// A slot that goes to another master, key by key, is closed meanwhile and opened there anew.
func TestClusterMovesASlot(t *testing.T) {
	t.Parallel()
	c := newClusterRig(t, false)
	r := c.on[0]
	r.mustHold("ann", pick("A", 0))
	from, to := dial(t, c.Masters[0].Addr), dial(t, c.Masters[1].Addr)
	ctx := t.Context()
	slot := from.ClusterKeySlot(ctx, metaKey(r.event)).Val()
	id := func(s *redis.Client) string { return s.Do(ctx, "cluster", "myid").Val().(string) }
	setSlot := func(s *redis.Client, args ...any) {
		t.Helper()
		if err := s.Do(ctx, append([]any{"cluster", "setslot", slot}, args...)...).Err(); err != nil {
			t.Fatal(err)
		}
	}
	setSlot(to, "importing", id(from))
	setSlot(from, "migrating", id(to))
	host, port, _ := net.SplitHostPort(c.Masters[1].Addr)
	for _, key := range r.keys("") {
		if err := from.Migrate(ctx, host, port, key, 0, 5*time.Second).Err(); err != nil {
			t.Fatal(err)
		}
		_, err := r.hold("bob", pick("A", 1))
		wantCode(t, err, CodeUnavailable)
	}
	target := id(to)
	setSlot(to, "node", target)
	setSlot(from, "node", target)
	// The client that asks has not been told: the old master tells it.
	if _, err := r.hold("bob", pick("A", 1)); !errors.Is(err, ErrClosed) {
		t.Errorf("after the move: %v", err)
	}
	r.load(EventLoad{})
	r.mustHold("bob", pick("A", 1))
	r.wantHeld("ann", "A-0")
	if n := to.Exists(context.WithoutCancel(ctx), metaKey(r.event)).Val(); n != 1 {
		t.Error("the event is not where its slot is")
	}
}
