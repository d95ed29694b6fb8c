package seatmap

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestSnapshot(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		first := r.snapshot("A")
		if first.Epoch != 1 || first.At.IsZero() || first.Now.Before(first.At) {
			t.Errorf("a new zone is %+v", first)
		}
		v := r.mustHold("ann", picks("A", 0, 9)...)
		s := r.snapshot("A")
		if s.Version != first.Version+2 || !s.At.Equal(v.Now) || string(s.States) != "1000000001" {
			t.Errorf("after two seats: %+v", s)
		}
		if b := r.snapshot("B"); b.Version != first.Version {
			t.Errorf("another zone moved: %+v", b)
		}
		_, err := r.live.Snapshot(t.Context(), r.event, "Z")
		wantCode(t, err, CodeNotFound)
	})
}

func TestSince(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		opened := r.snapshot("A")
		r.mustHold("ann", picks("A", 0, 1)...)
		middle := r.snapshot("A")
		r.mustHold("bob", picks("A", 2)...)
		if _, err := r.live.Release(t.Context(), r.event, "ann", nil); err != nil {
			t.Fatal(err)
		}
		last := r.snapshot("A")

		for _, from := range []Snapshot{opened, middle, last} {
			replica := NewReplica()
			replica.Reset(from)
			ds, ok, err := r.live.Since(t.Context(), r.event, "A", from.Epoch, from.Version, from.At)
			if err != nil || !ok {
				t.Fatalf("from version %d: %v, %v", from.Version, ok, err)
			}
			for _, d := range ds {
				if replica.Apply(d) != Took {
					t.Fatalf("%+v does not follow", d)
				}
			}
			if v := replica.View(); string(v.States) != string(last.States) || v.Version != last.Version || !v.At.Equal(last.At) {
				t.Errorf("from version %d: %+v, want %+v", from.Version, v, last)
			}
		}

		for name, ask := range map[string]Snapshot{
			"another epoch":    {Epoch: 2, Version: middle.Version, At: middle.At},
			"another time":     {Epoch: 1, Version: middle.Version, At: middle.At.Add(time.Millisecond)},
			"before the log":   {Epoch: 1, Version: opened.Version - 1, At: opened.At},
			"after the log":    {Epoch: 1, Version: last.Version + 1, At: last.At},
			"between two":      {Epoch: 1, Version: opened.Version + 1, At: middle.At},
			"another lifetime": {Epoch: 1, Version: opened.Version, At: opened.At.Add(-time.Hour)},
		} {
			if ds, ok, err := r.live.Since(t.Context(), r.event, "A", ask.Epoch, ask.Version, ask.At); ok || err != nil {
				t.Errorf("%s: %v, %v, %v", name, ds, ok, err)
			}
		}
		_, _, err := r.live.Since(t.Context(), r.event, "Z", 1, 1, last.At)
		wantCode(t, err, CodeNotFound)
		r.load(EventLoad{})
		if _, ok, err := r.live.Since(t.Context(), r.event, "A", last.Epoch, last.Version, last.At); ok || err != nil {
			t.Errorf("over a rebuild: %v, %v", ok, err)
		}
	})
}

func TestSinceTrimmed(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRigOf(t, client, LiveConfig{LogSize: 10}, testPolicy(), ZoneLoad{"A", free(4)})
		flip := func() {
			r.mustHold("ann", pick("A", 0))
			if _, err := r.live.Release(t.Context(), r.event, "ann", nil); err != nil {
				t.Fatal(err)
			}
		}
		old := r.snapshot("A")
		for range 150 { // Redis trims whole nodes of 100 entries
			flip()
		}
		recent := r.snapshot("A")
		flip()
		if _, ok, err := r.live.Since(t.Context(), r.event, "A", old.Epoch, old.Version, old.At); ok || err != nil {
			t.Errorf("a trimmed log reaches back: %v, %v", ok, err)
		}
		if ds, ok, err := r.live.Since(t.Context(), r.event, "A", recent.Epoch, recent.Version, recent.At); !ok || err != nil || len(ds) != 2 {
			t.Errorf("the end of the log: %v, %v, %v", ds, ok, err)
		}
		if n := client.XLen(t.Context(), "log:{e"+r.event+"}:A").Val(); n > 110 {
			t.Errorf("%d entries are kept", n)
		}
	})
}

func TestSinceTooLong(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		start := r.snapshot("A")
		entry := func(n int64) *redis.XAddArgs {
			v := start.Version + n
			return &redis.XAddArgs{
				Stream: "log:{e" + r.event + "}:A", ID: fmt.Sprint(v, "-0"),
				Values: []string{"d", fmt.Sprintf("1 %d %d %d 0=1", v-1, v, start.At.UnixMilli())},
			}
		}
		for n := range int64(maxSince) {
			client.XAdd(t.Context(), entry(n+1))
		}
		if ds, ok, err := r.live.Since(t.Context(), r.event, "A", 1, start.Version, start.At); !ok || err != nil || len(ds) != maxSince {
			t.Fatalf("%d steps, %v, %v", len(ds), ok, err)
		}
		client.XAdd(t.Context(), entry(maxSince+1))
		if _, ok, err := r.live.Since(t.Context(), r.event, "A", 1, start.Version, start.At); ok || err != nil {
			t.Fatalf("a snapshot would be shorter: %v, %v", ok, err)
		}
	})
}

func TestHeads(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r, other := newRig(t, client, testPolicy()), newRig(t, client, testPolicy())
		r.mustHold("ann", picks("B", 1, 2)...)
		got, err := r.live.Heads(t.Context(), []ZoneRef{{r.event, "B"}, {other.event, "A"}, {r.event, "Z"}, {"nothing", "A"}, {r.event, "A"}})
		if err != nil {
			t.Fatal(err)
		}
		a, b := r.snapshot("A"), r.snapshot("B")
		want := []Head{{true, 1, b.Version}, {true, 1, a.Version}, {}, {}, {true, 1, a.Version}}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("heads %v, want %v", got, want)
		}
		if got, err = r.live.Heads(t.Context(), nil); err != nil || len(got) != 0 {
			t.Errorf("no zones: %v, %v", got, err)
		}
	})
}

func TestOverview(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		p := testPolicy()
		p.OpensAt, p.ClosesAt = time.UnixMilli(1_700_000_000_123).UTC(), time.UnixMilli(4_100_000_000_456).UTC()
		r := newRig(t, client, p)
		r.mustHold("ann", picks("A", 0, 1)...)
		r.mustApply(confirm(5, "b1", "bob", 2), AppliedNow)
		r.mustApply(block(6, Blocked, 3, 4, 5), AppliedNow)
		o, err := r.live.Overview(t.Context(), r.event)
		want := Overview{Epoch: 1, Revision: 6, Policy: p, Zones: []ZoneCount{{"A", 4, 2, 1, 3}, {"B", 10, 0, 0, 0}, {"G", 6, 0, 0, 0}}}
		if err != nil || fmt.Sprint(o) != fmt.Sprint(want) {
			t.Errorf("overview %+v, %v; want %+v", o, err, want)
		}
		many, err := r.live.Overviews(t.Context(), []string{r.event, "unheard-of"})
		if err != nil || fmt.Sprint(many) != fmt.Sprint(map[string]Overview{r.event: want}) {
			t.Errorf("overviews %+v, %v; want that of %s alone", many, err, r.event)
		}
		if none, err := r.live.Overviews(t.Context(), nil); err != nil || len(none) != 0 {
			t.Errorf("overviews of nothing %v, %v", none, err)
		}
	})
}

// Redis that is away is unavailable, with its cause; and never an event that is not open.
func TestRedisAway(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1, DialerRetries: 1})
	defer client.Close()
	live := NewLive(LiveConfig{Client: client, RunID: func(context.Context) (string, error) { return testRun, nil }})
	check := func() {
		t.Helper()
		_, err := live.HoldOf(t.Context(), "e", "ann")
		if ref := wantCode(t, err, CodeUnavailable); errors.Is(ref, ErrClosed) || ref.RetryAfter != time.Second {
			t.Errorf("refused with %+v", ref)
		}
		if got, err := live.Apply(t.Context(), Decision{Event: "e"}); err == nil {
			t.Errorf("applied: %v", got)
		}
		_, err = live.Heads(t.Context(), []ZoneRef{{"e", "A"}})
		wantCode(t, err, CodeUnavailable)
		_, err = live.Overview(t.Context(), "e")
		wantCode(t, err, CodeUnavailable)
		_, err = live.Overviews(t.Context(), []string{"e"})
		wantCode(t, err, CodeUnavailable)
	}
	check()
	if err := live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	check()
	_, err = live.ClaimRebuild(t.Context(), "e", time.Second)
	wantCode(t, err, CodeUnavailable)
	_, _, err = live.Stored(t.Context(), "e")
	wantCode(t, err, CodeUnavailable)
}
