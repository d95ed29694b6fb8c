package seatmap

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jari/server/redistest"
)

func (r *rig) wantForgotten(quiet time.Duration, want Forgotten) {
	r.t.Helper()
	if got, err := r.live.Forget(r.t.Context(), r.event, quiet); err != nil || got != want {
		r.t.Fatalf("forgotten: %v, %v; want %v", got, err, want)
	}
}

func (r *rig) wantRemembered(want ...string) {
	r.t.Helper()
	got, err := r.live.Remembered(r.t.Context(), []string{"another", r.event})
	if err != nil || !slices.Equal(got, want) {
		r.t.Errorf("remembered are %q, %v; want %q", got, err, want)
	}
}

// follow subscribes to a channel of the event as a node does.
func (r *rig) follow(channel string) (leave func()) {
	r.t.Helper()
	subscribe := r.client.Subscribe
	if r.live.cluster != nil {
		subscribe = r.client.SSubscribe
	}
	ps := subscribe(r.t.Context(), channel)
	if _, err := ps.Receive(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	return func() { _ = ps.Close() }
}

// TestForget: whatever somebody needs keeps the event; then all of it goes, and a load brings back what the database has.
func TestForget(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.policy.ClosesAt = time.Now().Add(time.Hour)
		r.load(EventLoad{})
		r.wantRemembered(r.event)
		r.mustHold("ann", picks("A", 0, 1)...)
		r.wantForgotten(0, ForgottenUsed)
		r.mustBook("ann", "b1")
		r.wantForgotten(0, ForgottenPending)
		r.mustApply(confirm(1, "b1", "ann", 0, 1), AppliedNow)
		r.wantForgotten(time.Hour, ForgottenUsed)
		for _, channel := range []string{ZoneChannel(r.event, "G"), NoticeChannel(r.event)} {
			leave := r.follow(channel)
			r.wantForgotten(0, ForgottenUsed)
			leave()
		}
		r.wantStates("A", "2200000000")
		redistest.Until(t, "nobody follows the event", func() bool {
			done, err := r.live.Forget(t.Context(), r.event, 0)
			if err != nil {
				t.Fatal(err)
			}
			return done == ForgottenNow
		})
		r.wantRemembered()
		r.wantForgotten(0, ForgottenNow)
		_, err := r.live.Snapshot(t.Context(), r.event, "A")
		if !errors.Is(err, ErrClosed) {
			t.Errorf("a snapshot: %v", err)
		}
		r.mustApply(confirm(2, "b2", "bob", 2), AppliedLater)
		keys := r.keys("")
		slices.Sort(keys)
		if want := []string{"buyer:{e" + r.event + "}:ann", metaKey(r.event)}; !slices.Equal(keys, want) {
			t.Errorf("left are %q, want %q", keys, want)
		}
		for _, key := range keys {
			if ttl := client.PTTL(t.Context(), key).Val(); ttl <= 0 || ttl > 31*24*time.Hour {
				t.Errorf("%s stays for %s", key, ttl)
			}
		}
		r.wantFencedAfterwards()
	})
}

// wantFencedAfterwards: what was read before an event was forgotten does not come back.
func (r *rig) wantFencedAfterwards() {
	r.t.Helper()
	old := EventLoad{Event: r.event, Epoch: r.epoch - 1, Policy: r.policy, Zones: r.zones}
	if loaded, err := r.live.Load(r.t.Context(), old); err != nil || loaded {
		r.t.Errorf("an older load: %v, %v", loaded, err)
	}
	old.Epoch = r.epoch
	if loaded, err := r.live.Load(r.t.Context(), old); err != nil || loaded {
		r.t.Errorf("a load of an earlier revision: %v, %v", loaded, err)
	}
	newer := r.policy
	newer.Fence, newer.OnSale = 9, false
	if err := r.live.Configure(r.t.Context(), r.event, newer); err != nil {
		r.t.Fatal(err)
	}
	r.wantRemembered()
	r.load(EventLoad{Revision: 2, Zones: []ZoneLoad{{"A", []byte("2220000000")}, {"B", free(10)}, {"G", free(6)}}})
	r.wantStates("A", "2220000000")
	r.wantRemembered(r.event)
	_, err := r.hold("cyd", pick("A", 9))
	wantCode(r.t, err, CodeSaleClosed)
	r.mustApply(confirm(2, "b2", "bob", 2), AppliedOld)
}

// TestForgetLapsedHolds: of an open event they end first, as they always do; of one that is not open they are no reason to keep it.
func TestForgetLapsedHolds(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, shortPolicy())
		rec := listen(r)
		v := r.mustHold("ann", pick("A", 0))
		r.passed(v.Hold.ExpiresAt)
		r.wantForgotten(0, ForgottenUsed)
		rec.wantTold("ann", "changed A-0", "expired")
		r.wantStates("A", "0000000000")

		closed := newRig(t, client, shortPolicy())
		v = closed.mustHold("ann", pick("A", 0))
		if err := client.HSet(t.Context(), metaKey(closed.event), "run", "another").Err(); err != nil {
			t.Fatal(err)
		}
		closed.passed(v.Hold.ExpiresAt)
		closed.wantForgotten(0, ForgottenNow)
		for _, key := range closed.keys("") {
			if ttl := client.PTTL(t.Context(), key).Val(); ttl <= 0 {
				t.Errorf("%s stays for ever", key)
			}
		}
	})
}

// TestForgetOnlyConfigured: a policy of an event that nobody has opened goes, too.
func TestForgetOnlyConfigured(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.forget()
		r.wantForgotten(0, ForgottenNow)
		r.configure(func(p *Policy) { p.MaxSeats = 2 })
		r.wantRemembered(r.event)
		r.wantForgotten(0, ForgottenNow)
		r.wantRemembered()
	})
}

// TestCountsEndWithTheSale: nobody needs a cap when nothing can be held; a booking on its way is found until it is decided.
func TestCountsEndWithTheSale(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		now := time.Now()
		r := newRig(t, client, testPolicy())
		end := func(buyer string) time.Time {
			ttl := client.PTTL(t.Context(), "buyer:{e"+r.event+"}:"+buyer).Val()
			if ttl < 0 {
				return time.Time{}
			}
			return now.Add(ttl)
		}
		want := func(buyer string, from, to time.Duration) {
			t.Helper()
			if at := end(buyer); at.Before(now.Add(from)) || at.After(now.Add(to)) {
				t.Errorf("the counts of %s end at %s, want %s to %s after %s", buyer, at, from, to, now)
			}
		}
		const day, soon = 24 * time.Hour, time.Hour
		r.load(EventLoad{Confirmed: map[string]int{"ann": 1}}) // nobody knows when the sale ends
		want("ann", 399*day, 401*day)
		r.policy.ClosesAt = now.Add(10 * day)
		r.policy.Fence++
		r.load(EventLoad{Confirmed: map[string]int{"ann": 1}})
		want("ann", 40*day-soon, 40*day+soon)
		r.mustHold("ann", pick("A", 1))
		want("ann", 40*day-soon, 40*day+soon)
		r.mustHold("bob", pick("A", 2))
		want("bob", 0, 2*time.Hour)
		r.mustBook("bob", "b1")
		want("bob", 399*day, 401*day)
		r.mustApply(confirm(1, "b1", "bob", 2), AppliedNow)
		want("bob", 40*day-soon, 40*day+soon)

		r.configure(func(p *Policy) { p.Hold, p.Ceiling = 50*day, 50*day })
		r.mustHold("cyd", pick("A", 8))
		r.mustBook("cyd", "b3")
		r.mustHold("cyd", pick("A", 9))
		r.mustApply(decide(confirm(2, "b3", "cyd", 8), "rejected", 0, Available), AppliedNow)
		want("cyd", 50*day, 50*day+2*time.Hour) // a hold that outlives what was rejected
		if _, err := r.live.Release(t.Context(), r.event, "cyd", nil); err != nil {
			t.Fatal(err)
		}

		r.configure(func(p *Policy) { p.ClosesAt = now.Add(40*day - soon) })
		r.wantStates("A", "0120000000")
		r.configure(func(p *Policy) { p.ClosesAt = now.Add(50 * day) })
		if _, err := r.live.Snapshot(t.Context(), r.event, "A"); !errors.Is(err, ErrClosed) {
			t.Errorf("with counts that end before the sale does: %v", err)
		}
		r.load(EventLoad{Revision: 2, Confirmed: map[string]int{"ann": 1, "bob": 1}})
		want("ann", 80*day-soon, 80*day+soon)
		r.wantHeld("ann", "A-1")
		r.configure(func(p *Policy) { p.MaxSeats = 3 })
		r.wantHeld("ann", "A-1")

		r.policy.ClosesAt = now.Add(-31 * day)
		r.policy.Fence++
		r.load(EventLoad{Revision: 2, Confirmed: map[string]int{"ann": 1, "bob": 1}})
		if at := end("bob"); !at.IsZero() {
			t.Errorf("after the sale bob is counted until %s", at)
		}
		r.mustBook("ann", "b2")
		want("ann", 399*day, 401*day)
		r.mustApply(decide(confirm(3, "b2", "ann", 1), "rejected", 0, Available), AppliedNow)
		if at := end("ann"); !at.IsZero() {
			t.Errorf("after the sale ann is counted until %s", at)
		}
	})
}
