package store

import (
	"maps"
	"testing"

	"jari/server/protocol"
)

// testCounts: what operators are told of an event.
func testCounts(t *testing.T, s *Store) {
	fillEvent(t, s, "e1")
	fillEvent(t, s, "e2")
	mustTx(t, s, func(tx *Tx) error {
		if err := tx.InsertSeats("e1", []Seat{{Zone: "main", Index: 0, Seat: "a1", Booking: "b1", Buyer: "u"}, {Zone: "main", Index: 1, Seat: "A1"}}); err != nil {
			return err
		}
		return tx.InsertBookings([]Booking{
			{ID: "b1", Event: "e1", Reference: "R1", Status: protocol.StatusConfirmed},
			{ID: "b2", Event: "e1", Reference: "R2", Status: protocol.StatusCancelled},
			{ID: "b3", Event: "e2", Reference: "R3", Status: protocol.StatusConfirmed},
		})
	})
	taken, err := s.Taken(t.Context(), []string{"e1", "e2", "none"})
	if err != nil || !maps.Equal(taken, map[string]int{"e1": 2}) {
		t.Errorf("taken %v, %v", taken, err)
	}
	if none, err := s.Taken(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("taken of none %v, %v", none, err)
	}
	if n, err := s.CountConfirmed(t.Context(), "e1"); err != nil || n != 1 {
		t.Errorf("confirmed %d, %v", n, err)
	}
}
