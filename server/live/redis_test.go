package live

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jari/seatmap"
	"jari/server/redistest"
)

// newRealHouse is a house on real servers.
func newRealHouse(t *testing.T, addrs ...string) *house {
	t.Helper()
	return &house{t: t, addrs: addrs, db: newFakeDatabase()}
}

// eventOn is an event that one of a cluster's masters holds.
func eventOn(t *testing.T, c *redistest.Cluster, master int) string {
	t.Helper()
	for i := 0; ; i++ {
		if event := fmt.Sprintf("%s-%d", eventID, i); c.Of(t, "meta:{e"+event+"}") == master {
			return event
		}
	}
}

// watchingIn is somebody who looks at the hall of an event and sees it live.
func (n *node) watchingIn(event string) *viewer {
	n.house.t.Helper()
	v := n.viewer()
	if err := n.Join(n.house.t.Context(), v.client, event, "hall", []byte(`{"type":"joined"}`), nil); err != nil {
		n.house.t.Fatal(err)
	}
	v.until("picture", func(m message) bool { return m.Type == "snapshot" })
	return v
}

func (n *node) holdIn(event, buyer, seat string) error {
	_, err := n.Hold(n.house.t.Context(), event, buyer, HoldRequest{Zone: "hall", Seats: []string{seat}})
	return err
}

func dark(m message) bool   { return m.Type == "zone" && m.Live != nil && !*m.Live }
func bright(m message) bool { return m.Type == "zone" && m.Live != nil && *m.Live }

// wantAway: a hold is refused within a second, and the picture is the database's. The machine may be busy with other things: one of
// several tries has to be as quick as that.
func (n *node) wantAway(event string) {
	t := n.house.t
	t.Helper()
	quickest := time.Hour
	for range 10 {
		began := time.Now()
		if err := n.holdIn(event, buyerA, "A-5"); code(err) != seatmap.CodeUnavailable {
			t.Fatalf("hold without its redis: %v", err)
		}
		if quickest = min(quickest, time.Since(began)); quickest < time.Second {
			break
		}
	}
	if quickest >= time.Second {
		t.Errorf("no hold without its redis was answered within a second, but after %s", quickest)
	}
	if s, err := n.State(t.Context(), event, "hall"); err != nil || s.Live || s.States != allFree {
		t.Errorf("picture without its redis: %+v, %v", s, err)
	}
}

// deadlines counts the scripts of one caller that may wait for Redis until a time, and those that may for longer.
type deadlines struct {
	until         time.Time
	within, later atomic.Int64
}

func (*deadlines) DialHook(next redis.DialHook) redis.DialHook { return next }

func (*deadlines) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (d *deadlines) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if at, ok := ctx.Deadline(); ctx.Value(d) == nil {
			return next(ctx, cmd)
		} else if ok && at.Before(d.until) {
			d.within.Add(1)
		} else {
			d.later.Add(1)
		}
		return next(ctx, cmd)
	}
}

// TestABuyerWaitsLessThanASecond: whatever Redis does, who holds or asks for a hold is answered by then.
func TestABuyerWaitsLessThanASecond(t *testing.T) {
	t.Parallel()
	n := newHastyHouse(t).node()
	n.open()
	d := &deadlines{}
	n.client.AddHook(d)
	ctx := context.WithValue(t.Context(), d, true)
	for name, call := range map[string]func() error{
		"hold": func() error {
			_, err := n.Hold(ctx, eventID, buyerA, HoldRequest{Zone: "hall", Seats: []string{"A-1"}})
			return err
		},
		"best": func() error {
			_, err := n.Hold(ctx, eventID, buyerB, HoldRequest{Best: &Best{Quantity: 2}})
			return err
		},
		"hold of": func() error { _, err := n.HoldOf(ctx, eventID, buyerA); return err },
		"release": func() error { _, err := n.Release(ctx, eventID, buyerB, nil); return err },
	} {
		d.within.Store(0)
		d.later.Store(0)
		d.until = time.Now().Add(5 * time.Second) // the machine may be busy, and the time begins with the call
		if err := call(); err != nil {
			t.Fatal(name, err)
		}
		if d.within.Load() == 0 || d.later.Load() > 0 {
			t.Errorf("%s: %d scripts have their time, %d may wait for longer", name, d.within.Load(), d.later.Load())
		}
	}
}

func TestAMasterOfAClusterDies(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t, 3, false, "--cluster-node-timeout", "2000")
	h := newRealHouse(t, c.Addrs()...)
	here, there := h.node(), h.node()
	hurt, other := eventOn(t, c, 0), eventOn(t, c, 1)
	inHurt, inOther := there.watchingIn(hurt), there.watchingIn(other)
	for event, v := range map[string]*viewer{hurt: inHurt, other: inOther} {
		here.mustHoldIn(event, buyerA, "A-1")
		v.untilMap("hall", "10000000000000000000")
		v.forget() // it may have come before the event was opened
	}
	c.Masters[0].Kill()
	inHurt.until("picture that is marked as stale", dark)
	here.wantAway(hurt)
	here.mustHoldIn(other, buyerB, "A-2")
	inOther.untilMap("hall", "11000000000000000000")
	if n := inOther.count(dark); n > 0 {
		t.Errorf("the event of another master was marked as stale %d times", n)
	}
	inHurt.forget()
	c.Masters[0].Restart(t) // without its memory
	inHurt.until("live picture", bright)
	here.mustHoldIn(hurt, buyerB, "A-2")
	inHurt.untilMap("hall", "01000000000000000000")
}

func TestAReplicaOfAClusterTakesOver(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t, 3, true, "--cluster-node-timeout", "2000")
	h := newRealHouse(t, c.Addrs()...)
	here, there := h.node(), h.node()
	event := eventOn(t, c, 2)
	v := there.watchingIn(event)
	here.mustHoldIn(event, buyerA, "A-1")
	v.untilMap("hall", "10000000000000000000")
	epoch := h.epoch.Load()
	v.forget()
	c.Masters[2].Kill()
	v.until("picture that is marked as stale", dark)
	v.until("live picture", bright)
	if now := h.epoch.Load(); now == epoch {
		t.Error("the event goes on without having been loaded")
	}
	here.mustHoldIn(event, buyerB, "A-2")
	// Whether the last hold had reached the replica is chance; what its map says is what everybody sees.
	s, err := here.State(t.Context(), event, "hall")
	if err != nil || !s.Live || s.States[1] != '1' {
		t.Fatalf("after the failover: %+v, %v", s, err)
	}
	v.untilMap("hall", s.States)
}

// TestRedisHangsOrIsGone: a process that neither answers nor hangs up, and one that is not there.
func TestRedisHangsOrIsGone(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	h := newRealHouse(t, server.Addr)
	n := h.node()
	v := n.watchingIn(eventID)
	hold(t, n, buyerA, "A-1")
	v.untilMap("hall", "10000000000000000000")
	v.forget()
	epoch := h.epoch.Load()

	server.Freeze()
	v.until("picture that is marked as stale", dark)
	n.wantAway(eventID)
	v.forget()
	server.Thaw()
	v.until("live picture", bright)
	redistest.Until(t, "the hold is as it was, and what was asked meanwhile came or came not", func() bool {
		a, err := n.HoldOf(context.WithoutCancel(t.Context()), eventID, buyerA)
		return err == nil && a.Hold != nil
	})
	if now := h.epoch.Load(); now != epoch {
		t.Errorf("the same process was loaded again: epoch %d after %d", now, epoch)
	}

	v.forget()
	server.Kill()
	v.until("picture that is marked as stale", dark)
	n.wantAway(eventID)
	v.forget()
	server.Restart(t)
	v.until("live picture", bright)
	hold(t, n, buyerB, "A-2")
	v.untilMap("hall", "01000000000000000000")
}
