package seatmap

import (
	"testing"

	"github.com/redis/go-redis/v9"
)

// A decision that a load has shown already is final all the same: what still waits for it here waits no more.
func TestOldDecisionEndsThePendingBooking(t *testing.T) {
	for name, c := range map[string]struct {
		loaded string // zone A as the database has it at the decision's revision
		d      Decision
		before string
		after  string
		free   int // seats that ann may still have
	}{
		"rejected": {
			loaded: "2000000000", d: decide(confirm(2, "b1", "ann", 0, 1), "rejected", 0, Booked, Available),
			before: "2111000000", after: "2011000000", free: 4,
		},
		"rejected without naming its seats": {
			loaded: "0000000000", d: decide(confirm(2, "b1", "ann"), "rejected", 0),
			before: "1111000000", after: "0011000000", free: 4,
		},
		"confirmed": {
			loaded: "2200000000", d: confirm(2, "b1", "ann", 0, 1),
			before: "2211000000", after: "2211000000", free: 2,
		},
		"confirmed, and cancelled since": {
			loaded: "2000000000", d: confirm(2, "b1", "ann", 0, 1),
			before: "2111000000", after: "2011000000", free: 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
				r := newRig(t, client, testPolicy())
				r.mustHold("ann", picks("A", 0, 1)...)
				r.mustBook("ann", "b1")
				r.mustHold("bob", picks("A", 2, 3)...)
				r.mustBook("bob", "b2") // of which nobody has decided
				r.load(EventLoad{Revision: 3, Confirmed: map[string]int{"ann": 4 - c.free},
					Zones: []ZoneLoad{{"A", []byte(c.loaded)}, {"B", free(10)}, {"G", free(6)}}})
				r.wantStates("A", c.before)
				rec := listen(r)
				from := r.snapshot("A")
				r.mustApply(c.d, AppliedOld)
				rec.wantTold("ann", `booking {"id":"b1"}`)
				r.wantStates("A", c.after)
				replica := NewReplica()
				replica.Reset(from)
				for _, d := range rec.changes("A") {
					replica.Apply(d)
				}
				if got, want := replica.View(), r.snapshot("A"); string(got.States) != c.after || got.Version != want.Version {
					t.Errorf("viewers see %s at %d, want %s at %d", got.States, got.Version, c.after, want.Version)
				}
				for booking, pends := range map[string]bool{"b1": false, "b2": true} {
					if p, err := r.live.Pending(t.Context(), r.event, booking); err != nil || (p != nil) != pends {
						t.Errorf("%s is pending: %+v, %v", booking, p, err)
					}
				}
				if list, err := r.live.PendingOf(t.Context(), r.event, "ann"); err != nil || len(list) != 0 {
					t.Errorf("ann waits for %+v, %v", list, err)
				}
				if left := client.ZRange(t.Context(), "lease:{e"+r.event+"}", 0, -1).Val(); len(left) != 1 || left[0] != "b2" {
					t.Errorf("leases are left of %v", left)
				}
				o, err := r.live.Overview(t.Context(), r.event)
				if err != nil || o.Revision != 3 {
					t.Errorf("overview is %+v, %v", o, err)
				}

				version := r.snapshot("A").Version
				r.mustApply(c.d, AppliedOld)
				if r.snapshot("A").Version != version {
					t.Error("the same decision once more changed a seat")
				}
				r.mustHold("ann", picks("B", 0, 1, 2, 3)[:c.free]...)
				_, err = r.hold("ann", pick("B", 9))
				wantCode(t, err, CodeHoldLimit)
			})
		})
	}
}

// A plan may have lost the zone that an old decision speaks of.
func TestOldDecisionOfAnUnknownZone(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.mustHold("ann", pick("A", 0), pick("B", 1))
		r.mustBook("ann", "b1")
		r.load(EventLoad{Revision: 3, Zones: []ZoneLoad{{"A", free(10)}}})
		d := decide(confirm(2, "b1", "ann", 0), "rejected", 0, Available)
		d.Seats = append(d.Seats, DecidedSeat{Zone: "B", Index: 1, Seat: "B-1", State: Available})
		r.mustApply(d, AppliedOld)
		r.wantStates("A", "0000000000")
	})
}
