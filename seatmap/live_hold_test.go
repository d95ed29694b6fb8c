package seatmap

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"jari/server/redistest"

	"github.com/redis/go-redis/v9"
)

func TestHold(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		first := r.mustHold("ann", append(picks("A", 2, 3), pick("B", 0))...)
		r.wantStates("A", "0011000000")
		r.wantStates("B", "1000000000")
		if got := first.Hold.ExpiresAt.Sub(first.Now); got != time.Minute {
			t.Errorf("the hold lasts %v", got)
		}
		if p := first.Hold.Seats[1]; p != pick("A", 3) {
			t.Errorf("the second seat is %+v", p)
		}
		if !first.Expires.Equal(first.Hold.ExpiresAt) || !first.Hold.Extendable || first.Hold.ID == "" ||
			first.Hold.Ceiling.Sub(first.Now) != 3*time.Minute {
			t.Errorf("odd view %+v %+v", first, first.Hold)
		}

		again := r.mustHold("ann", Pick{"A", 2, "A-2", 9}, pick("B", 1))
		if again.Hold.Seats[0].Price != 1002 || len(again.Hold.Seats) != 4 {
			t.Errorf("a seat held already changed: %+v", again.Hold.Seats)
		}
		if !again.Hold.ExpiresAt.Equal(first.Hold.ExpiresAt) || again.Hold.ID != first.Hold.ID || !again.Hold.Ceiling.Equal(first.Hold.Ceiling) {
			t.Error("adding a seat moved the clock or changed the hold")
		}

		_, err := r.hold("bob", pick("A", 1), pick("A", 2), pick("B", 1))
		ref := wantCode(t, err, CodeSeatUnavailable)
		if fmt.Sprint(ref.Seats) != "[{A A-2 held} {B B-1 held}]" {
			t.Errorf("seats in the way: %v", ref.Seats)
		}
		r.wantStates("A", "0011000000")
		r.wantHeld("bob")
	})
}

func TestHoldRefusals(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		for _, c := range []struct {
			name   string
			policy func(p *Policy, now time.Time)
			ask    HoldRequest
			want   Code
		}{
			{"cap", nil, HoldRequest{Seats: picks("A", 0, 1, 2, 3, 4)}, CodeHoldLimit},
			{"cap of a general zone", nil, HoldRequest{GeneralZone: "G", Quantity: 5}, CodeHoldLimit},
			{"cap of a group", nil, HoldRequest{Groups: [][]Pick{picks("A", 0, 1, 2, 3, 4)}}, CodeHoldLimit},
			{"paused", func(p *Policy, _ time.Time) { p.OnSale = false }, HoldRequest{Seats: picks("A", 0)}, CodeSaleClosed},
			{"too early", func(p *Policy, now time.Time) { p.OpensAt = now.Add(time.Hour) }, HoldRequest{GeneralZone: "G", Quantity: 1}, CodeSaleClosed},
			{"too late", func(p *Policy, now time.Time) { p.ClosesAt = now }, HoldRequest{Groups: [][]Pick{picks("A", 0)}}, CodeSaleClosed},
			{"unknown zone", nil, HoldRequest{Seats: picks("Z", 0)}, CodeNotFound},
			{"unknown seat", nil, HoldRequest{Seats: picks("A", 1, 10)}, CodeNotFound},
			{"negative seat", nil, HoldRequest{Seats: picks("A", -1)}, CodeNotFound},
			{"unknown general zone", nil, HoldRequest{GeneralZone: "Z", Quantity: 1}, CodeNotFound},
			{"unknown seat in a group", nil, HoldRequest{Groups: [][]Pick{picks("A", 99)}}, CodeNotFound},
			{"seat twice", nil, HoldRequest{Seats: picks("A", 1, 1)}, CodeInvalid},
			{"nothing", nil, HoldRequest{}, CodeInvalid},
			{"two ways", nil, HoldRequest{Seats: picks("A", 1), GeneralZone: "G", Quantity: 1}, CodeInvalid},
			{"no quantity", nil, HoldRequest{GeneralZone: "G"}, CodeInvalid},
			{"empty group", nil, HoldRequest{Groups: [][]Pick{{}}}, CodeInvalid},
		} {
			t.Run(c.name, func(t *testing.T) {
				r := newRig(t, client, testPolicy())
				if c.policy != nil {
					now := r.snapshot("A").Now
					r.configure(func(p *Policy) { c.policy(p, now) })
				}
				c.ask.Event, c.ask.Buyer = r.event, "ann"
				_, err := r.live.Hold(t.Context(), c.ask)
				wantCode(t, err, c.want)
				r.wantStates("A", "0000000000")
				r.wantStates("G", "000000")
				r.wantHeld("ann")
			})
		}
	})
}

func TestHoldSurvivesClose(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.mustHold("ann", picks("A", 0, 1)...)
		r.configure(func(p *Policy) { p.OnSale = false })
		if v := r.mustHold("ann", pick("A", 1)); len(v.Hold.Seats) != 2 {
			t.Errorf("asking for what is held changed the hold: %v", v.Hold.Seats)
		}
		_, err := r.live.Extend(t.Context(), r.event, "ann")
		wantCode(t, err, CodeSaleClosed)
		if p := r.mustBook("ann", "b1"); len(p.Seats) != 2 {
			t.Errorf("booked %v", p.Seats)
		}
	})
}

func TestRelease(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		first := r.mustHold("ann", picks("A", 0, 1, 2)...)
		v, err := r.live.Release(t.Context(), r.event, "ann", []string{"A-1", "B-7"})
		if err != nil || fmt.Sprint(held(v.Hold)) != "[A-0 A-2]" || !v.Hold.ExpiresAt.Equal(first.Hold.ExpiresAt) {
			t.Fatalf("after one seat: %v, %v", v.Hold, err)
		}
		r.wantStates("A", "1010000000")
		for range 2 {
			v, err = r.live.Release(t.Context(), r.event, "ann", nil)
			if err != nil || v.Hold != nil || !v.Expires.IsZero() {
				t.Fatalf("after all: %v, %v", v, err)
			}
		}
		r.wantStates("A", "0000000000")
		if keys := r.keys("ann"); len(keys) > 0 {
			t.Errorf("left behind: %v", keys)
		}
	})
}

func TestExtend(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		_, err := r.live.Extend(t.Context(), r.event, "ann")
		wantCode(t, err, CodeHoldExpired)

		first := r.mustHold("ann", pick("A", 0))
		redistest.Until(t, "extend moves the deadline", func() bool {
			v, err := r.live.Extend(t.Context(), r.event, "ann")
			if err != nil {
				t.Fatal(err)
			}
			if want := v.Now.Add(time.Minute); !v.Hold.ExpiresAt.Equal(want) {
				t.Fatalf("extended to %v at %v", v.Hold.ExpiresAt, v.Now)
			}
			return v.Hold.ExpiresAt.After(first.Hold.ExpiresAt)
		})

		start := first.Hold.ExpiresAt.Add(-time.Minute)
		for _, c := range []struct {
			name              string
			change            func(p *Policy)
			deadline, ceiling time.Duration // since the first seat
			extendable        bool
		}{
			{"an hour is cut at the ceiling", func(p *Policy) { p.Hold = time.Hour }, 3 * time.Minute, 3 * time.Minute, false},
			{"a higher ceiling gives room", func(p *Policy) { p.Ceiling = 2 * time.Hour; p.Hold = time.Minute }, 3 * time.Minute, 2 * time.Hour, true},
			{"a pause gives none, whatever the ceiling", func(p *Policy) { p.OnSale = false }, 3 * time.Minute, 2 * time.Hour, false},
			{"a lower ceiling takes no time away", func(p *Policy) { p.OnSale, p.Hold, p.Ceiling = true, time.Second, time.Second }, 3 * time.Minute, 3 * time.Minute, false},
		} {
			r.configure(c.change)
			if _, err := r.live.Extend(t.Context(), r.event, "ann"); err != nil && r.policy.OnSale {
				t.Fatal(c.name, err)
			}
			v, err := r.live.HoldOf(t.Context(), r.event, "ann")
			if err != nil {
				t.Fatal(c.name, err)
			}
			if h := v.Hold; h.ExpiresAt.Sub(start) != c.deadline || h.Ceiling.Sub(start) != c.ceiling || h.Extendable != c.extendable {
				t.Errorf("%s: until %v, ceiling %v, extendable %v", c.name, h.ExpiresAt.Sub(start), h.Ceiling.Sub(start), h.Extendable)
			}
		}
	})
}

func TestHoldGeneral(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		ask := func(buyer string, n int) (HoldView, error) {
			return r.live.Hold(t.Context(), HoldRequest{Event: r.event, Buyer: buyer, GeneralZone: "G", GeneralPrice: 500, Quantity: n})
		}
		v, err := ask("ann", 2)
		if err != nil || fmt.Sprint(v.Hold.Seats) != "[{G 0 G:1 500} {G 1 G:2 500}]" {
			t.Fatalf("%v, %v", v.Hold, err)
		}
		if v, err = ask("ann", 1); err != nil || len(v.Hold.Seats) != 3 {
			t.Fatalf("%v, %v", v.Hold, err)
		}
		_, err = ask("bob", 4)
		wantCode(t, err, CodeSeatUnavailable)
		r.wantStates("G", "111000")
	})
}

func TestHoldGroups(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.mustHold("bob", pick("A", 1))
		ask := func(buyer string, groups ...[]Pick) (HoldView, error) {
			return r.live.Hold(t.Context(), HoldRequest{Event: r.event, Buyer: buyer, Groups: groups})
		}
		v, err := ask("ann", picks("A", 0, 1), picks("A", 1, 2), picks("B", 4, 5))
		if err != nil || v.Group != 2 || fmt.Sprint(held(v.Hold)) != "[B-4 B-5]" {
			t.Fatalf("%v, %v", v, err)
		}
		// A group with a seat of one's own is not free: two more were asked for.
		v, err = ask("ann", picks("B", 5, 6), picks("B", 6, 7))
		if err != nil || v.Group != 1 || len(v.Hold.Seats) != 4 {
			t.Fatalf("%v, %v", v, err)
		}
		_, err = ask("cyd", picks("A", 0, 1), picks("B", 3, 4), picks("A", 1, 2))
		if ref := wantCode(t, err, CodeSeatUnavailable); fmt.Sprint(ref.Seats) != "[{A A-1 held} {B B-4 held}]" {
			t.Errorf("in the way: %v", ref.Seats)
		}
	})
}

// The client of Redis repeats a call whose answer was lost: the script must not take other places again.
func TestHoldRepeatedBlindly(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		for _, c := range []struct{ name, args string }{{"general", "G"}, {"groups", ""}} {
			args := []any{"ann-" + c.name, "hold-1", "call-1", "general", "G", 2, 500}
			if c.name == "groups" {
				args = []any{"ann-" + c.name, "hold-1", "call-1", "groups", 1, "A", 0, "A-0", 1, 1, "A", 1, "A-1", 1}
			}
			var first, second HoldView
			for _, v := range []*HoldView{&first, &second} {
				var err error
				if *v, err = r.live.viewOf(t.Context(), r.live.scripts.hold, r.event, "ann-"+c.name, args...); err != nil {
					t.Fatal(err)
				}
			}
			if fmt.Sprint(first.Hold.Seats) != fmt.Sprint(second.Hold.Seats) || first.Group != second.Group {
				t.Errorf("%s: the repeat holds %v, the first %v", c.name, second.Hold.Seats, first.Hold.Seats)
			}
		}
		r.wantStates("G", "110000")
		r.wantStates("A", "1000000000")
	})
}

func TestHoldRace(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		for round := range 5 {
			var wg sync.WaitGroup
			errs := make([]error, 50)
			for n := range errs {
				wg.Go(func() { _, errs[n] = r.hold(fmt.Sprintf("buyer-%d-%d", round, n), pick("A", round)) })
			}
			wg.Wait()
			winners := 0
			for _, err := range errs {
				if err == nil {
					winners++
				} else {
					wantCode(t, err, CodeSeatUnavailable)
				}
			}
			if winners != 1 {
				t.Fatalf("round %d has %d winners", round, winners)
			}
		}
	})
}
