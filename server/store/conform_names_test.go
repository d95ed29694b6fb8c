package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"jari/seatmap"
	"jari/seatmap/demo"
)

// testNames: what differs in a byte is another seat, from the plan to the ticket. Each seat of the plan of odd names is booked by
// itself, every other one is cancelled, and the house is read.
func testNames(t *testing.T, s *Store) {
	ctx, plan := t.Context(), demo.Odd()
	for _, name := range []string{"a1", "A1", "A1 ", "1", "01", "1e0"} {
		if _, _, ok := plan.Find(name); !ok {
			t.Fatalf("the plan has no seat %q", name)
		}
	}
	venue, err := s.PutVenue(ctx, "odd", plan)
	if err != nil {
		t.Fatal(err)
	}
	if plan, err = s.Plan(ctx, venue.PlanHash); err != nil || plan.Hash() != venue.PlanHash {
		t.Fatalf("the plan comes back as another: %v", err)
	}
	event := testEvent("gala", clock.Add(24*time.Hour))
	event.VenueID, event.PlanHash, event.Prices = "odd", venue.PlanHash, nil
	if err := s.CreateEvent(ctx, event); err != nil {
		t.Fatal(err)
	}
	seats := seatsOf(plan)
	booking := func(n int) string { return fmt.Sprintf("booking-%d", n) }
	mustTx(t, s, func(tx *Tx) error {
		var bookings []Booking
		var sold []Seat
		for n, seat := range seats {
			seat.Booking, seat.Buyer = booking(n), "buyer"
			sold = append(sold, seat)
			bookings = append(bookings, Booking{ID: booking(n), Event: "gala", Buyer: "buyer", Reference: fmt.Sprint(n), Status: "confirmed",
				Name: seat.Seat, Seats: []BookedSeat{{Zone: seat.Zone, Index: seat.Index, Seat: seat.Seat, Price: int64(n)}}})
		}
		if err := tx.InsertBookings(bookings); err != nil {
			return err
		}
		return tx.InsertSeats("gala", sold)
	})
	if err := s.InTx(ctx, func(tx *Tx) error { return tx.InsertSeats("gala", []Seat{{Zone: "Plain", Seat: "A1 "}}) }); !Duplicate(err) {
		t.Errorf("a seat again, in another zone: %v", err)
	}
	for n, seat := range seats {
		mustTx(t, s, func(tx *Tx) error {
			owners, err := tx.Owners("gala", []string{seat.Seat})
			if err != nil || len(owners) != 1 || owners[seat.Seat].Booking != booking(n) || owners[seat.Seat].Index != seat.Index {
				t.Errorf("the owners of %q are %+v, %v", seat.Seat, owners, err)
			}
			if n%2 == 1 {
				return nil
			}
			deleted, err := tx.DeleteSeats("gala", booking(n), []string{seat.Seat})
			if deleted != 1 {
				t.Errorf("%d seats are cancelled as %q", deleted, seat.Seat)
			}
			return err
		})
		b, err := s.Booking(ctx, booking(n))
		if err != nil || b.Name != seat.Seat || len(b.Seats) != 1 || b.Seats[0].Seat != seat.Seat {
			t.Errorf("the booking of %q is %+v, %v", seat.Seat, b, err)
		}
	}
	wantHouse(t, s, plan)
}

// seatsOf are all seats and places of a plan.
func seatsOf(plan *seatmap.Plan) (seats []Seat) {
	for i := range plan.Zones {
		z := &plan.Zones[i]
		for index := range z.Capacity() {
			seats = append(seats, Seat{Zone: z.ID, Index: index, Seat: z.PlaceID(index)})
		}
	}
	return seats
}

// wantHouse expects every other seat of the plan to be sold, and their names as they were.
func wantHouse(t *testing.T, s *Store, plan *seatmap.Plan) {
	t.Helper()
	var want []string
	n := 0
	for i := range plan.Zones {
		z := &plan.Zones[i]
		states, err := s.SeatStates(t.Context(), "gala", z)
		if err != nil || len(states) != z.Capacity() {
			t.Fatalf("zone %s is %q, %v", z.ID, states, err)
		}
		for index, state := range states {
			is := byte(seatmap.Available)
			if n%2 == 1 {
				is, want = byte(seatmap.Booked), append(want, z.PlaceID(index))
			}
			if state != is {
				t.Errorf("seat %q of zone %q is %c, want %c", z.PlaceID(index), z.ID, state, is)
			}
			n++
		}
	}
	sold, err := s.Seats(t.Context(), "gala")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, seat := range sold {
		got = append(got, seat.Seat)
	}
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("sold are %q, want %q", got, want)
	}
}
