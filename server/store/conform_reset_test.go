package store

import "testing"

// testReset: what a reset takes from the bookings and the seats of an event.
func testReset(t *testing.T, s *Store) {
	ctx := t.Context()
	fillEvent(t, s, "gala")
	rejected := testBooking("id-2", 2)
	rejected.Status, rejected.Reason = "rejected", "lapsed"
	mustTx(t, s, func(tx *Tx) error {
		if err := tx.InsertBookings([]Booking{testBooking("id-1", 1), rejected, testBooking("id-3", 3)}); err != nil {
			return err
		}
		return tx.InsertSeats("gala", []Seat{{Zone: "main", Seat: "a1", Booking: "id-1", Buyer: "buyer"},
			{Zone: "main", Index: 1, Seat: "A1", Booking: "id-3", Buyer: "buyer"}, {Zone: "main", Index: 5, Seat: "s6"}})
	})
	mustTx(t, s, func(tx *Tx) error {
		for after, want := range map[string]int{"": 2, "id-1": 1, "id-3": 0} {
			if list, err := tx.Confirmed("gala", after, 2); err != nil || len(list) != want || want > 0 && list[want-1].ID != "id-3" {
				t.Errorf("confirmed after %q are %+v, %v, want %d", after, list, err, want)
			}
		}
		return tx.DeleteSeatsOf("gala", []string{"id-1", "id-2"})
	})
	if seats, err := s.Seats(ctx, "gala"); err != nil || len(seats) != 2 {
		t.Errorf("seats are %+v, %v, want the blocked one and the other booking's", seats, err)
	}
	mustTx(t, s, func(tx *Tx) error { return tx.DeleteAllSeats("gala") })
	if seats, err := s.Seats(ctx, "gala"); err != nil || len(seats) != 0 {
		t.Errorf("seats are %+v, %v", seats, err)
	}
}
