package seatmap

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	wire "github.com/alicebob/miniredis/v2/server"
	"github.com/redis/go-redis/v9"

	"jari/server/redistest"
)

// hangingLook is a cluster of one master that tells where the masters are, until look hangs: then who looks waits as long as it may.
func hangingLook(t *testing.T) (live *Live, hang *atomic.Bool) {
	t.Helper()
	hang = new(atomic.Bool)
	master := miniredis.RunT(t).Addr()
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{master}, ContextTimeoutEnabled: true,
		ClusterSlots: func(ctx context.Context) ([]redis.ClusterSlot, error) {
			if hang.Load() {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return []redis.ClusterSlot{{Start: 0, End: 16383, Nodes: []redis.ClusterNode{{Addr: master}}}}, nil
		}})
	t.Cleanup(func() { _ = client.Close() })
	live = NewLive(LiveConfig{Client: client, RunID: func(ctx context.Context) (string, error) { return testRun, ctx.Err() }})
	if err := live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return live, hang
}

// A server that hangs, and is the first to be asked where the masters are, does not take the time to ask the masters themselves.
func TestMastersAreAskedThoughTheLookForThemHangs(t *testing.T) {
	t.Parallel()
	live, hang := hangingLook(t)
	hang.Store(true)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	if err := live.Refresh(ctx); err != nil {
		t.Errorf("refresh: %v", err)
	}
	again, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	heard := 0
	live.Times(again, func(_ string, ask func() (time.Time, error)) {
		if _, err := ask(); err != nil {
			t.Errorf("time: %v", err)
		}
		heard++
	})
	if heard != 1 {
		t.Errorf("%d masters were asked for their time", heard)
	}
}

// Who has little time does not wait for another's look at where the masters are.
func TestNobodyWaitsForAnothersLook(t *testing.T) {
	t.Parallel()
	live, hang := hangingLook(t)
	hang.Store(true)
	long, end := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { live.reload(long, time.Now()); close(done) }()
	redistest.Until(t, "one looks", func() bool { return len(live.reloading) == 1 })
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	answered := make(chan error, 1)
	go func() {
		live.reload(ctx, time.Now())
		_, _, err := live.redirected(ctx, "e", "elsewhere:1")
		answered <- err
	}()
	select {
	case err := <-answered:
		wantCode(t, err, CodeUnavailable)
	case <-time.After(20 * time.Second):
		t.Error("who has a millisecond waits for one who has all the time")
	}
	end()
	<-done
}

// The answer of a process whose place another has taken meanwhile comes late: the one that was greeted since is not taken for it.
func TestALateAnswerIsNotBelieved(t *testing.T) {
	t.Parallel()
	runs, says := NewRuns(), ""
	meanwhile := func() {}
	live := NewLive(LiveConfig{Client: dial(t, miniredis.RunT(t).Addr()), Runs: runs, RunID: func(context.Context) (string, error) {
		meanwhile()
		return says, nil
	}})
	for _, step := range []struct{ says, greeted, want string }{
		{"old", "", "old"}, {"old", "promoted", "promoted"}, {"restarted", "", "restarted"},
	} {
		says = step.says
		meanwhile = func() {
			if step.greeted != "" {
				runs.met("", step.greeted)
			}
		}
		if err := live.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, _ := runs.of(""); got != step.want {
			t.Errorf("%q answers, greeted meanwhile %q: taken for %q", step.says, step.greeted, got)
		}
	}
}

// Of a master that holds some of the events no longer, the others are counted; and what went elsewhere there, unless it is still on its way.
func TestOverviewsOfEventsThatMoved(t *testing.T) {
	t.Parallel()
	first, second := miniredis.RunT(t), miniredis.RunT(t)
	stayed := newRig(t, dial(t, first.Addr()), testPolicy())
	between := newRig(t, dial(t, first.Addr()), testPolicy())
	went := newRig(t, dial(t, second.Addr()), testPolicy())
	first.Server().SetPreHook(func(c *wire.Peer, cmd string, args ...string) bool {
		switch {
		case cmd == "HGETALL" && args[0] == metaKey(went.event):
			c.WriteError("MOVED 1 " + second.Addr())
		case cmd == "HGETALL" && args[0] == metaKey(between.event):
			c.WriteError("ASK 2 " + second.Addr())
		default:
			return false
		}
		return true
	})
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{first.Addr()}, ClusterSlots: func(context.Context) ([]redis.ClusterSlot, error) {
		// Nobody has told the client yet.
		return []redis.ClusterSlot{{Start: 0, End: 16382, Nodes: []redis.ClusterNode{{Addr: first.Addr()}}}, {Start: 16383, End: 16383, Nodes: []redis.ClusterNode{{Addr: second.Addr()}}}}, nil
	}})
	t.Cleanup(func() { _ = client.Close() })
	live := NewLive(LiveConfig{Client: client, RunID: func(context.Context) (string, error) { return testRun, nil }})
	seen, err := live.Overviews(t.Context(), []string{went.event, between.event, stayed.event})
	_, a := seen[stayed.event]
	_, b := seen[went.event]
	if !a || !b || len(seen) != 2 {
		t.Errorf("overviews %+v, %v; want those of %s, which stayed, and %s, which went", seen, err, stayed.event, went.event)
	}
}
