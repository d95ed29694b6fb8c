package seatmap

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"jari/server/redistest"

	"github.com/redis/go-redis/v9"
)

func TestBook(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		rec := listen(r)
		_, err := r.live.Book(t.Context(), r.event, "ann", "b1", time.Minute)
		wantCode(t, err, CodeHoldExpired)

		v := r.mustHold("ann", pick("A", 0), pick("B", 3))
		rec.changes("A")
		p := r.mustBook("ann", "b1")
		if p.Booking != "b1" || p.Buyer != "ann" || fmt.Sprint(p.Seats) != fmt.Sprint(v.Hold.Seats) {
			t.Fatalf("pending %+v", p)
		}
		if d := p.Lease.Sub(p.Created); d != time.Minute {
			t.Errorf("leased for %v from its making", d)
		}
		if d := p.Lease.Sub(v.Now); d < time.Minute || d > 2*time.Minute {
			t.Errorf("leased for %v", d)
		}
		r.wantStates("A", "1000000000")
		r.wantHeld("ann")
		rec.wantTold("ann", "changed A-0 B-3", "booked")
		if ds := rec.changes("A"); len(ds) > 0 {
			t.Errorf("viewers saw a booking begin: %v", ds)
		}

		// The same booking again, also when the buyer holds something new meanwhile, is that booking.
		r.mustHold("ann", pick("A", 9))
		again := r.mustBook("ann", "b1")
		if fmt.Sprint(again) != fmt.Sprint(p) {
			t.Errorf("again %+v, first %+v", again, p)
		}
		r.wantHeld("ann", "A-9")

		got, err := r.live.Pending(t.Context(), r.event, "b1")
		if err != nil || got == nil || fmt.Sprint(*got) != fmt.Sprint(p) {
			t.Errorf("pending is %+v, %v", got, err)
		}
		if got, err = r.live.Pending(t.Context(), r.event, "b2"); err != nil || got != nil {
			t.Errorf("pending b2 is %+v, %v", got, err)
		}

		// Nobody takes a pending seat, and its owner neither releases nor expires it.
		_, err = r.hold("bob", pick("A", 0))
		wantCode(t, err, CodeSeatUnavailable)
		if _, err := r.live.Release(t.Context(), r.event, "ann", []string{"A-0"}); err != nil {
			t.Fatal(err)
		}
		r.wantStates("A", "1000000001")
	})
}

func TestPendingOf(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		want := func(buyer string, bookings ...string) {
			t.Helper()
			list, err := r.live.PendingOf(t.Context(), r.event, buyer)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{}
			for _, p := range list {
				got = append(got, p.Booking)
			}
			slices.Sort(got)
			if !slices.Equal(got, bookings) {
				t.Errorf("%s waits for %v, want %v", buyer, got, bookings)
			}
		}
		want("ann")
		for i, b := range []string{"b1", "b2"} {
			r.mustHold("ann", pick("A", i))
			r.mustBook("ann", b)
		}
		r.mustHold("bob", pick("A", 5))
		r.mustBook("bob", "b3")
		want("ann", "b1", "b2")
		want("bob", "b3")
		r.mustApply(confirm(1, "b1", "ann", 0), AppliedNow)
		want("ann", "b2")
		r.load(EventLoad{Revision: 1, Zones: []ZoneLoad{{"A", []byte("2000000000")}, {"B", free(10)}, {"G", free(6)}}})
		want("ann", "b2")
		want("bob", "b3")
	})
}

// I9: the cap counts what is held, pending and confirmed, and a rejected or cancelled booking gives it back.
func TestCap(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		over := func(ps ...Pick) {
			t.Helper()
			_, err := r.hold("ann", ps...)
			wantCode(t, err, CodeHoldLimit)
		}
		r.mustHold("ann", picks("A", 0, 1)...)
		over(picks("A", 2, 3, 4)...)
		r.mustBook("ann", "b1")
		over(picks("A", 2, 3, 4)...)
		r.mustHold("ann", pick("A", 2))
		over(picks("A", 3, 4)...)
		r.mustApply(confirm(1, "b1", "ann", 0, 1), AppliedNow)
		over(picks("A", 3, 4)...)
		r.mustHold("ann", pick("A", 3))
		over(pick("A", 4))

		cancel := confirm(2, "b1", "ann", 0)
		cancel.Status, cancel.Confirmed, cancel.Seats[0].State = "cancelled", -1, Available
		r.mustApply(cancel, AppliedNow)
		r.mustHold("ann", pick("A", 4))
		over(pick("A", 5))

		r.mustBook("ann", "b2")
		over(pick("A", 5))
		reject := confirm(3, "b2", "ann", 2, 3, 4)
		reject.Status, reject.Confirmed = "rejected", 0
		for n := range reject.Seats {
			reject.Seats[n].State = Available
		}
		r.mustApply(reject, AppliedNow)
		r.mustHold("ann", picks("A", 5, 6, 7)...)
		over(pick("A", 8))
		r.configure(func(p *Policy) { p.MaxSeats = 5 })
		r.mustHold("ann", pick("A", 8))
		r.wantStates("A", "0200011110")
	})
}

// confirm decides that seats of zone A are sold to a booking.
func confirm(revision int64, booking, buyer string, indexes ...int) Decision {
	d := Decision{
		Revision: revision, Booking: booking, Buyer: buyer, Status: "confirmed", Confirmed: len(indexes),
		Notice: []byte(`{"id":"` + booking + `"}`),
	}
	for _, i := range indexes {
		d.Seats = append(d.Seats, DecidedSeat{Zone: "A", Index: i, Seat: pick("A", i).Seat, State: Booked})
	}
	return d
}

func TestLapsedLeases(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		for i := range 3 {
			buyer := fmt.Sprint("buyer-", i)
			r.mustHold(buyer, pick("A", i))
			if _, err := r.live.Book(t.Context(), r.event, buyer, fmt.Sprint("b", i), time.Millisecond); err != nil {
				t.Fatal(err)
			}
		}
		r.mustHold("ann", pick("A", 3))
		r.mustBook("ann", "fresh")
		var got []PendingBooking
		redistest.Until(t, "two leases lapse", func() bool {
			list, err := r.live.Lapsed(t.Context(), r.event, 2, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, list...)
			return len(got) >= 2
		})
		redistest.Until(t, "the third lapses", func() bool {
			list, err := r.live.Lapsed(t.Context(), r.event, 10, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, list...)
			return len(got) >= 3
		})
		seen := map[string]bool{}
		for _, p := range got {
			seen[p.Booking] = true
			if len(p.Seats) != 1 || p.Lease.Before(time.Now().Add(30*time.Second)) {
				t.Errorf("lapsed %+v", p)
			}
		}
		if len(got) != 3 || len(seen) != 3 || seen["fresh"] {
			t.Errorf("lapsed: %v", got)
		}
		r.wantStates("A", "1111000000")
		r.mustApply(confirm(1, "b0", "buyer-0", 0), AppliedNow)
		if n := client.ZCard(t.Context(), "lease:{e"+r.event+"}").Val(); n != 3 {
			t.Errorf("%d leases are left", n)
		}
	})
}
