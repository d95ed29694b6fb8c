package seatmap

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jari/server/redistest"

	"github.com/redis/go-redis/v9"
)

const shortHold = 300 * time.Millisecond

func shortPolicy() Policy {
	p := testPolicy()
	p.Hold = shortHold
	return p
}

// passed waits until Redis's clock is at or after a deadline.
func (r *rig) passed(deadline time.Time) {
	r.t.Helper()
	redistest.Until(r.t, "the deadline passes", func() bool {
		now, err := r.client.Time(r.t.Context()).Result()
		if err != nil {
			r.t.Fatal(err)
		}
		return !now.Before(deadline)
	})
}

// I8: a hold never ends early, and its seat is free as soon as anybody looks after its own deadline.
func TestExpireAtOwnDeadline(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, shortPolicy())
		rec := listen(r)
		deadlines := map[int]time.Time{}
		for i := range 8 {
			deadlines[i] = r.mustHold(fmt.Sprint("buyer-", i), pick("A", i)).Hold.ExpiresAt
		}
		last := deadlines[7]
		redistest.Until(t, "all holds end", func() bool {
			e, err := r.live.Expire(t.Context(), r.event, 100)
			if err != nil {
				t.Fatal(err)
			}
			return e.Next.IsZero()
		})
		freed := 0
		for _, d := range rec.changes("A") {
			for _, c := range d.Changes {
				if c.State != Available {
					continue
				}
				freed++
				if d.At.Before(deadlines[c.Index]) {
					t.Errorf("seat %d was freed %v early", c.Index, deadlines[c.Index].Sub(d.At))
				}
			}
		}
		if freed != 8 || r.snapshot("A").Now.Before(last) {
			t.Errorf("%d seats freed", freed)
		}
		rec.wantTold("buyer-3", "changed A-3", "expired")
	})
}

func TestExpireInBatches(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		policy := testPolicy()
		policy.Hold = time.Second // long enough for all of them to be taken before the first lapses
		r := newRig(t, client, policy)
		var last HoldView
		for i := range 5 {
			last = r.mustHold(fmt.Sprint("buyer-", i), pick("A", i))
		}
		r.passed(last.Hold.ExpiresAt)
		for _, want := range []int{2, 2, 1, 0} {
			e, err := r.live.Expire(t.Context(), r.event, 2)
			if err != nil || e.Freed != want || e.Next.IsZero() == (want == 2) {
				t.Fatalf("freed %d, next %v, %v; want %d", e.Freed, e.Next, err, want)
			}
		}
		r.wantStates("A", "0000000000")
	})
}

// Every script passes over lapsed holds as if they were gone, and ends them, although nobody sweeps.
func TestLapsedHoldsAreFree(t *testing.T) {
	type act func(t *testing.T, r *rig)
	hold := func(ask HoldRequest) act {
		return func(t *testing.T, r *rig) {
			ask := ask
			ask.Event, ask.Buyer = r.event, "ann"
			if _, err := r.live.Hold(t.Context(), ask); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, do := range map[string]act{
		"a named seat":   hold(HoldRequest{Seats: picks("A", 0, 1)}),
		"a general zone": hold(HoldRequest{GeneralZone: "G", Quantity: 4}),
		"a group":        hold(HoldRequest{Groups: [][]Pick{picks("A", 1, 2)}}),
		"a snapshot":     func(t *testing.T, r *rig) { r.wantStates("A", "0000000000") },
	} {
		t.Run(name, func(t *testing.T) {
			onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
				r := newRig(t, client, shortPolicy())
				rec := listen(r)
				r.mustHold("bob", picks("A", 0, 1)...)
				v, err := r.live.Hold(t.Context(), HoldRequest{Event: r.event, Buyer: "cyd", GeneralZone: "G", Quantity: 4})
				if err != nil {
					t.Fatal(err)
				}
				r.passed(v.Hold.ExpiresAt)
				do(t, r)
				rec.wantTold("bob", "changed A-0 A-1", "expired")
				rec.wantTold("cyd", "changed G:1 G:2 G:3 G:4", "expired")
				if d := rec.changes("A"); name == "a named seat" {
					if last := d[len(d)-1]; last.Version-last.From != 4 || len(last.Changes) != 2 {
						t.Errorf("two seats freed and held again in one script: %+v", last)
					}
				}
			})
		})
	}
}

// A buyer's own lapsed hold is gone for every call of the buyer.
func TestOwnLapsedHold(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		for _, what := range []string{"hold", "hold again", "release", "extend", "hold of", "book"} {
			r := newRig(t, client, shortPolicy())
			rec := listen(r)
			first := r.mustHold("ann", picks("A", 0, 1)...)
			r.passed(first.Hold.ExpiresAt)
			want := "0000000000"
			switch what {
			case "hold":
				v := r.mustHold("ann", pick("A", 5))
				if v.Hold.ID == first.Hold.ID || len(v.Hold.Seats) != 1 {
					t.Errorf("a lapsed hold went on: %v", v.Hold)
				}
				want = "0000010000"
			case "hold again":
				if v := r.mustHold("ann", pick("A", 1)); !v.Hold.ExpiresAt.After(first.Hold.ExpiresAt) {
					t.Error("a lapsed hold kept its deadline")
				}
				want = "0100000000"
			case "release":
				if _, err := r.live.Release(t.Context(), r.event, "ann", []string{"A-0"}); err != nil {
					t.Fatal(err)
				}
			case "extend":
				_, err := r.live.Extend(t.Context(), r.event, "ann")
				wantCode(t, err, CodeHoldExpired)
			case "hold of":
				r.wantHeld("ann")
			case "book":
				_, err := r.live.Book(t.Context(), r.event, "ann", "b1", time.Minute)
				wantCode(t, err, CodeHoldExpired)
			}
			if got := rec.told("ann"); len(got) < 2 || got[1] != "expired" {
				t.Errorf("%s: told %q", what, got)
			}
			r.wantStates("A", want)
		}
	})
}

// Nobody looked for longer than the grace: the hold's key has gone by itself, and only the seats name the buyer.
func TestHoldKeyGone(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		for _, what := range []string{"expire", "hold", "own hold"} {
			r := newRigOf(t, client, LiveConfig{Grace: time.Millisecond}, shortPolicy(), ZoneLoad{"A", free(10)}, ZoneLoad{"B", free(10)})
			r.mustHold("ann", pick("A", 0), pick("B", 9))
			r.mustHold("bob", picks("A", 1, 2)...)
			redistest.Until(t, "the keys of the holds go", func() bool {
				return client.Exists(t.Context(), "hold:{e"+r.event+"}:ann", "hold:{e"+r.event+"}:bob").Val() == 0
			})
			switch what {
			case "expire":
				if e, err := r.live.Expire(t.Context(), r.event, 10); err != nil || e.Freed != 2 || !e.Next.IsZero() {
					t.Fatalf("freed %d, next %v, %v", e.Freed, e.Next, err)
				}
			case "hold":
				r.mustHold("cyd", pick("A", 0))
				if _, err := r.live.Release(t.Context(), r.event, "cyd", nil); err != nil {
					t.Fatal(err)
				}
			case "own hold":
				rec := listen(r)
				r.wantHeld("ann")
				rec.wantTold("ann", "expired")
			}
			r.wantStates("A", "0000000000")
			r.wantStates("B", "0000000000")
			if keys := r.keys(""); strings.Contains(strings.Join(keys, " "), "seats:") {
				t.Errorf("%s left %v", what, keys)
			}
		}
	})
}

// More holds have lapsed than a script ends in one batch: what the buyer asks for is free all the same.
func TestManyLapsedHolds(t *testing.T) {
	for name, ask := range map[string]HoldRequest{
		"a seat":         {Seats: picks("A", 149)},
		"a group":        {Groups: [][]Pick{picks("A", 148, 149)}},
		"a general zone": {GeneralZone: "A", Quantity: 150},
	} {
		t.Run(name, func(t *testing.T) {
			onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
				policy := testPolicy()
				policy.Hold, policy.MaxSeats = time.Second, 150
				r := newRigOf(t, client, LiveConfig{}, policy, ZoneLoad{"A", free(150)})
				var last HoldView
				for i := range 150 {
					last = r.mustHold(fmt.Sprintf("buyer-%03d", i), pick("A", i))
				}
				r.passed(last.Hold.ExpiresAt)
				ask := ask
				ask.Event, ask.Buyer = r.event, "ann"
				if _, err := r.live.Hold(t.Context(), ask); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}
