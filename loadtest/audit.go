package main

import (
	"context"
	"fmt"
	"time"
)

// audit compares what the buyers were told with what the server says when all is quiet.
func audit(ctx context.Context, api *API, e Event, trips []*trip, before map[HeldSeat]byte, within time.Duration, out *Stream) error {
	owner := map[HeldSeat]string{} // seat -> the booking that stands
	err := inParallel(ctx, len(trips), 16, func(i int) error {
		t := trips[i]
		if t.session.Token == "" {
			return nil
		}
		return t.reread(ctx)
	})
	if err != nil {
		return fmt.Errorf("read bookings: %w", err)
	}
	for _, t := range trips {
		seats := 0
		for _, b := range t.told {
			if b.Status != "confirmed" {
				continue
			}
			seats += len(b.Seats)
			for _, h := range b.Seats {
				seat := HeldSeat{Zone: h.Zone, Seat: h.Seat}
				if other, taken := owner[seat]; taken {
					out.fault("sold_twice", fmt.Sprintf("%s %s in bookings %s and %s", h.Zone, h.Seat, other, b.ID))
				}
				if before[seat] == booked {
					out.fault("sold_twice", fmt.Sprintf("%s %s in booking %s was sold before", h.Zone, h.Seat, b.ID))
				}
				owner[seat] = b.ID
			}
		}
		if seats > e.Policy.MaxSeats {
			out.fault("over_cap", fmt.Sprintf("buyer %s has %d seats, the cap is %d", t.session.Buyer.ID, seats, e.Policy.MaxSeats))
		}
	}
	return compareMap(ctx, api, e, before, owner, within, out)
}

// reread asks for the buyer's bookings: they must be those it was told of, in the same state, and no others.
func (j *trip) reread(ctx context.Context) error {
	var answer struct{ Bookings []Booking }
	if err := j.api.get(ctx, "/api/v1/bookings", j.session.Token, &answer); err != nil {
		return err
	}
	listed := map[string]Booking{}
	for _, b := range answer.Bookings {
		if _, twice := listed[b.ID]; twice {
			j.out.fault("unasked", fmt.Sprintf("booking %s is listed twice", b.ID))
		}
		listed[b.ID] = b
		if _, asked := j.told[b.ID]; !asked {
			j.out.fault("unasked", fmt.Sprintf("buyer %s has booking %s and never asked for it", j.session.Buyer.ID, b.ID))
		}
	}
	for id, told := range j.told {
		b, ok := listed[id]
		switch {
		case told.Status != "confirmed" && told.Status != "cancelled":
		case !ok:
			j.out.fault("confirmed_lost", fmt.Sprintf("booking %s was told %s and is nowhere", id, told.Status))
		case b.Status != told.Status || !sameSeats(b.Seats, told.Seats):
			j.out.fault("confirmed_lost", fmt.Sprintf("booking %s was told %s, seats %d, and is %s, seats %d",
				id, told.Status, len(told.Seats), b.Status, len(b.Seats)))
		}
	}
	return nil
}

func sameSeats(a, b []HeldSeat) bool {
	has := map[string]bool{}
	for _, s := range a {
		has[s.Zone+"/"+s.Seat] = true
	}
	for _, s := range b {
		if !has[s.Zone+"/"+s.Seat] {
			return false
		}
	}
	return len(a) == len(b)
}

// compareMap waits for the map to show exactly the bookings that stand, and counts what it shows otherwise when its time is up.
// Holds that journeys left behind by the cap test were booked with the rest, so nothing may be held.
func compareMap(ctx context.Context, api *API, e Event, before map[HeldSeat]byte, owner map[HeldSeat]string, within time.Duration, out *Stream) error {
	deadline := time.Now().Add(within)
	for {
		now, err := soldSeats(ctx, api, e)
		if err != nil {
			return err
		}
		var missing, orphans []HeldSeat
		for seat := range owner {
			if numbered(e, seat) && now[seat] != booked {
				missing = append(missing, seat)
			}
		}
		for seat := range now {
			if _, ours := owner[seat]; !ours && before[seat] == 0 {
				orphans = append(orphans, seat)
			}
		}
		if len(missing)+len(orphans) > 0 && time.Now().Before(deadline) {
			if err := wait(ctx, 100*time.Millisecond); err != nil {
				return err
			}
			continue
		}
		for _, m := range missing {
			out.fault("not_on_map", fmt.Sprintf("%s %s of booking %s", m.Zone, m.Seat, owner[m]))
		}
		for _, o := range orphans {
			out.fault("orphans", fmt.Sprintf("%s %s is %s", o.Zone, o.Seat, stateName(int(now[o])-available)))
		}
		return nil
	}
}

// numbered is false for a place of a general zone, which the map does not show one by one.
func numbered(e Event, seat HeldSeat) bool {
	for _, z := range e.Zones {
		if z.ID == seat.Zone {
			return z.Kind == "seats"
		}
	}
	return false
}
