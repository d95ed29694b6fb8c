package booking

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

// Audit compares an event's bookings, its seats in the database and its seats in Redis, and returns every difference in words.
// Seats that are held in Redis are no difference. It is exact when the log is drained: what changes meanwhile may be reported.
// Without Redis (live is nil, or the event is not open) only the database is compared.
func Audit(ctx context.Context, s *store.Store, live *seatmap.Live, event string, plan *seatmap.Plan) ([]string, error) {
	a := &audit{plan: plan, seats: map[string]store.Seat{}, owned: map[string]bool{}, count: map[string]int{}}
	row, err := s.Event(ctx, event)
	if err != nil {
		return nil, err
	}
	seats, err := s.Seats(ctx, event)
	if err != nil {
		return nil, err
	}
	for _, seat := range seats {
		a.seat(seat)
	}
	const page = 1000
	for after := ""; ; {
		bookings, err := s.BookingsIn(ctx, event, after, page)
		if err != nil {
			return nil, err
		}
		for i := range bookings {
			a.booking(&bookings[i])
		}
		if len(bookings) < page {
			break
		}
		after = bookings[page-1].ID
	}
	a.leftovers(row.MaxSeats)
	if live != nil {
		err = a.redis(ctx, live, event)
	}
	slices.Sort(a.found)
	return a.found, err
}

type audit struct {
	plan  *seatmap.Plan
	seats map[string]store.Seat // of the database, by id
	owned map[string]bool       // seats that a confirmed booking names
	count map[string]int        // seats by buyer
	found []string
}

func (a *audit) add(format string, args ...any) {
	a.found = append(a.found, fmt.Sprintf(format, args...))
}

func (a *audit) seat(s store.Seat) {
	a.seats[s.Seat] = s
	if zone, index, ok := a.plan.Find(s.Seat); !ok || zone.ID != s.Zone || index != s.Index {
		a.add("seat %q at %s/%d is not in the plan", s.Seat, s.Zone, s.Index)
	}
	if s.Booking != "" {
		a.count[s.Buyer]++
	}
}

// booking checks that a booking has the seats that it names, and no other total than theirs.
func (a *audit) booking(b *store.Booking) {
	var total int64
	for _, s := range b.Seats {
		if s.Cancelled {
			continue
		}
		total += s.Price
		if b.Status != protocol.StatusConfirmed {
			continue
		}
		if a.owned[s.Seat] {
			a.add("seat %q is in two bookings, one is %s", s.Seat, b.ID)
		}
		a.owned[s.Seat] = true
		if has := a.seats[s.Seat]; has.Booking != b.ID || has.Buyer != b.Buyer || has.Zone != s.Zone || has.Index != s.Index {
			a.add("booking %s is confirmed for seat %q, which is %+v", b.ID, s.Seat, has)
		}
	}
	if total != b.Total {
		a.add("booking %s has a total of %d, its seats %d", b.ID, b.Total, total)
	}
}

func (a *audit) leftovers(maxSeats int) {
	for id, s := range a.seats {
		if s.Booking != "" && !a.owned[id] {
			a.add("seat %q is sold to %s, which is no confirmed booking with that seat", id, s.Booking)
		}
	}
	for buyer, n := range a.count {
		if n > maxSeats {
			a.add("buyer %s has %d seats, the cap is %d", buyer, n, maxSeats)
		}
	}
}

// redis checks that what is sold and blocked in Redis is so in the database, and the other way round.
func (a *audit) redis(ctx context.Context, live *seatmap.Live, event string) error {
	for i := range a.plan.Zones {
		zone := &a.plan.Zones[i]
		snapshot, err := live.Snapshot(ctx, event, zone.ID)
		if refusal, ok := errors.AsType[*seatmap.Refusal](err); ok && refusal.Code == seatmap.CodeUnavailable && refusal.Err == nil {
			a.add("the event is not open in Redis")
			return nil
		}
		if err != nil {
			return fmt.Errorf("read zone %s: %w", zone.ID, err)
		}
		if len(snapshot.States) != zone.Capacity() {
			a.add("zone %s has %d places in Redis, %d in the plan", zone.ID, len(snapshot.States), zone.Capacity())
			continue
		}
		for n, state := range snapshot.States {
			id, want := zone.PlaceID(n), seatmap.Available
			if s, taken := a.seats[id]; taken {
				want = s.State()
			}
			if is := seatmap.State(state); is != want && (is != seatmap.Held || want != seatmap.Available) {
				a.add("seat %q is %s in Redis, %s in the database", id, is, want)
			}
		}
	}
	return nil
}
