package seatmap

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestLoad(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.mustHold("ann", pick("A", 0), pick("A", 1), pick("B", 2))
		r.mustHold("bob", picks("A", 2, 3)...)
		r.mustHold("cyd", picks("A", 4, 5)...)
		first := r.mustBook("cyd", "b1")
		r.mustHold("dan", picks("A", 6, 7)...)
		r.mustBook("dan", "b2")
		before := r.snapshot("A")
		rec := listen(r)

		// The database sold one of ann's, all of bob's, all of b1's seats, one of b2's, and blocked one.
		r.load(EventLoad{
			Revision: 7, Confirmed: map[string]int{"cyd": 2, "eve": 4},
			Zones: []ZoneLoad{{"A", []byte("0222220203")}, {"B", free(10)}, {"G", free(6)}},
		})

		r.wantStates("A", "1222221203")
		r.wantStates("B", "0010000000")
		r.wantHeld("ann", "A-0", "B-2")
		r.wantHeld("bob")
		rec.wantTold("ann", "lost A-0 B-2")
		rec.wantTold("bob", "lost")
		after := r.snapshot("A")
		if after.Epoch != 2 || after.Version <= before.Version {
			t.Errorf("epoch %d version %d after epoch %d version %d", after.Epoch, after.Version, before.Epoch, before.Version)
		}
		ds := rec.changes("A")
		if len(ds) != 1 || ds[0].From != -1 || ds[0].Epoch != 2 || ds[0].Version != after.Version {
			t.Errorf("viewers were told %v", ds)
		}

		// Both bookings stay pending until they are decided, and count with the seats that they still have.
		p, err := r.live.Pending(t.Context(), r.event, "b1")
		if err != nil || p == nil || fmt.Sprint(p.Seats) != fmt.Sprint(first.Seats) {
			t.Fatalf("b1 is %+v, %v", p, err)
		}
		_, err = r.hold("cyd", picks("B", 5, 6, 7)...)
		wantCode(t, err, CodeHoldLimit)
		r.mustHold("cyd", picks("B", 5, 6)...)
		_, err = r.hold("dan", picks("B", 7, 8, 9, 0)...)
		wantCode(t, err, CodeHoldLimit)
		r.mustHold("dan", picks("B", 7, 8, 9)...)
		_, err = r.hold("eve", pick("B", 0))
		wantCode(t, err, CodeHoldLimit)

		r.mustApply(confirm(7, "b1", "cyd", 4, 5), AppliedOld)
		r.mustApply(decide(confirm(8, "b2", "dan", 6, 7), "rejected", 0, Available, Booked), AppliedNow)
		r.wantStates("A", "1222220203")
		r.mustApply(decide(confirm(9, "b1", "cyd", 4, 5), "confirmed", 0), AppliedNow)
		_, err = r.hold("cyd", pick("A", 6))
		wantCode(t, err, CodeHoldLimit)
		if _, err := r.live.Release(t.Context(), r.event, "dan", nil); err != nil {
			t.Fatal(err)
		}
		r.mustHold("dan", pick("A", 6), pick("B", 7), pick("B", 8), pick("B", 9))
	})
}

func TestLoadOnlyOverOlderEpoch(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.load(EventLoad{})
		r.mustHold("ann", pick("A", 0))
		for _, epoch := range []int64{1, 2} {
			loaded, err := r.live.Load(t.Context(), EventLoad{Event: r.event, Epoch: epoch, Zones: r.zones, Policy: r.policy})
			if err != nil || loaded {
				t.Errorf("epoch %d over 2: %v, %v", epoch, loaded, err)
			}
		}
		r.wantStates("A", "1000000000")
	})
}

// A pending booking that lost a seat to the load counts with what it kept, then and when it ends.
func TestLoadRecountsPending(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.mustHold("ann", picks("A", 0, 1)...)
		r.mustBook("ann", "b1")
		r.mustHold("ann", picks("A", 2, 3)...)
		r.mustBook("ann", "b2")
		r.load(EventLoad{Revision: 1, Zones: []ZoneLoad{{"A", []byte("2000000000")}, {"B", free(10)}}})
		_, err := r.hold("ann", picks("B", 0, 1)...)
		wantCode(t, err, CodeHoldLimit)
		r.mustApply(decide(confirm(2, "b1", "ann", 0, 1), "rejected", 0, Booked, Available), AppliedNow)
		_, err = r.hold("ann", picks("B", 0, 1, 2)...)
		wantCode(t, err, CodeHoldLimit)
		r.mustHold("ann", picks("B", 0, 1)...)
	})
}

// Counts of an earlier epoch are forgotten: the database may have cancelled what they counted.
func TestLoadForgetsCounts(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.mustApply(confirm(1, "b1", "ann", 0, 1, 2, 3), AppliedNow)
		_, err := r.hold("ann", pick("B", 0))
		wantCode(t, err, CodeHoldLimit)
		r.load(EventLoad{Revision: 2})
		r.mustHold("ann", picks("A", 0, 1, 2, 3)...)
	})
}

func TestLoadEndsLapsedHolds(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, shortPolicy())
		v := r.mustHold("ann", picks("A", 0, 1)...)
		r.passed(v.Hold.ExpiresAt)
		rec := listen(r)
		r.load(EventLoad{})
		rec.wantTold("ann", "expired")
		r.wantStates("A", "0000000000")
		if e, err := r.live.Expire(t.Context(), r.event, 9); err != nil || !e.Next.IsZero() {
			t.Errorf("next deadline %v, %v", e.Next, err)
		}
	})
}

// A pause that reached Redis before the load of an older state of the database must not be undone by it.
func TestNewerPolicyStays(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		loaded := r.policy
		r.configure(func(p *Policy) { p.OnSale = false })
		wantClosed := func() {
			t.Helper()
			_, err := r.hold("ann", pick("A", 0))
			wantCode(t, err, CodeSaleClosed)
		}
		r.load(EventLoad{Policy: loaded})
		wantClosed()
		if err := r.live.Configure(t.Context(), r.event, loaded); err != nil {
			t.Fatal(err)
		}
		wantClosed()

		// The same while Redis knows nothing of the event.
		r.forget()
		if err := r.live.Configure(t.Context(), r.event, r.policy); err != nil {
			t.Fatal(err)
		}
		_, err := r.hold("ann", pick("A", 0))
		wantCode(t, err, CodeUnavailable)
		r.load(EventLoad{Policy: loaded})
		wantClosed()
		o, err := r.live.Overview(t.Context(), r.event)
		if err != nil || o.Policy != r.policy {
			t.Errorf("the policy is %+v, %v; want %+v", o.Policy, err, r.policy)
		}
	})
}

func TestLoadRefuses(t *testing.T) {
	l := NewLive(LiveConfig{})
	for name, e := range map[string]EventLoad{
		"no epoch":      {Zones: []ZoneLoad{{"A", free(1)}}},
		"no zones":      {Epoch: 1},
		"zone twice":    {Epoch: 1, Zones: []ZoneLoad{{"A", free(1)}, {"A", free(1)}}},
		"a zone's name": {Epoch: 1, Zones: []ZoneLoad{{"A,B", free(1)}}},
		"a held seat":   {Epoch: 1, Zones: []ZoneLoad{{"A", []byte("001")}}},
		"no state":      {Epoch: 1, Zones: []ZoneLoad{{"A", []byte{0}}}},
	} {
		if _, err := l.Load(context.Background(), e); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

func TestClaimRebuild(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		claim := func(want bool) {
			t.Helper()
			if got, err := r.live.ClaimRebuild(t.Context(), r.event, time.Minute); err != nil || got != want {
				t.Fatalf("claimed: %v, %v", got, err)
			}
		}
		claim(true)
		claim(false)
		r.load(EventLoad{})
		claim(true)
		if ttl := client.PTTL(t.Context(), "rebuild:{e"+r.event+"}").Val(); ttl <= 0 || ttl > time.Minute {
			t.Errorf("the claim lives %v", ttl)
		}
	})
}

func TestLoadAnotherPlan(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.mustHold("ann", pick("A", 9), pick("B", 1), pick("G", 0))
		r.load(EventLoad{Zones: []ZoneLoad{{"A", free(3)}, {"C", free(2)}, {"G", free(2)}}})
		r.wantHeld("ann", "G-0")
		_, err := r.live.Snapshot(t.Context(), r.event, "B")
		wantCode(t, err, CodeNotFound)
		if n := client.Exists(t.Context(), "map:{e"+r.event+"}:B", "seats:{e"+r.event+"}:B", "log:{e"+r.event+"}:B").Val(); n != 0 {
			t.Error("a zone that is no more left keys behind")
		}
	})
}

// TestLoadOfThePast: another worker has shown a decision that was made after this one had read the database.
func TestLoadOfThePast(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.mustApply(confirm(1, "b1", "ann", 0), AppliedNow)
		loaded, err := r.live.Load(t.Context(), EventLoad{Event: r.event, Epoch: 5, Revision: 0, Policy: r.policy, Zones: r.zones})
		if err != nil || loaded {
			t.Errorf("loaded: %t, %v", loaded, err)
		}
		r.wantStates("A", "2000000000")
	})
}
