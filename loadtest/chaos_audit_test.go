//go:build chaos

package main

import (
	"errors"
	"fmt"
	"time"
)

func (c *crash) state(seat HeldSeat) (byte, error) {
	index, err := seatIndexes(c.t.Context(), c.api, c.event, seat.Zone)
	if err != nil {
		return 0, err
	}
	state, err := c.api.zoneState(c.t.Context(), c.event, seat.Zone)
	switch {
	case err != nil:
		return 0, err
	case !state.Live:
		return 0, errors.New("the map is not live")
	}
	return state.States[index[seat.Seat]], nil
}

// audit waits for leases (30 s) and holds (30 s) to end; then all bookings and the whole map say the same: I1, I3 and I4.
func (c *crash) audit() {
	c.t.Helper()
	e, err := c.api.event(c.t.Context(), c.event)
	if err != nil {
		c.t.Fatal(err)
	}
	eventually(c.t, 90*time.Second, "the map shows what is booked and nothing else", func() error {
		owner := map[HeldSeat]string{}
		for _, p := range c.buyers {
			if err := c.owned(p, owner); err != nil {
				return err
			}
		}
		shown, err := soldSeats(c.t.Context(), c.api, e)
		if err != nil {
			return err
		}
		for seat, id := range owner {
			if shown[seat] != booked {
				return fmt.Errorf("%s of booking %s shows %q", seat.Seat, id, shown[seat])
			}
		}
		for seat, state := range shown {
			if owner[seat] == "" {
				return fmt.Errorf("%s of no booking shows %q", seat.Seat, state)
			}
		}
		return nil
	})
}

// owned adds the seats of a buyer's confirmed bookings. An error may still pass; what never may fails the test.
func (c *crash) owned(p *patient, owner map[HeldSeat]string) error {
	c.t.Helper()
	if p.session.Token == "" {
		return nil // the server died before it could say hello
	}
	var answer struct{ Bookings []Booking }
	if err := c.api.get(c.t.Context(), "/api/v1/bookings", p.session.Token, &answer); err != nil {
		return err
	}
	if len(answer.Bookings) > 1 {
		c.t.Fatalf("key %s made %d bookings", p.key, len(answer.Bookings))
	}
	for _, b := range answer.Bookings {
		switch {
		case p.booking.ID != "" && b.ID != p.booking.ID:
			c.t.Fatalf("key %s was booking %s, the list has %s", p.key, p.booking.ID, b.ID)
		case b.Status == "pending":
			return fmt.Errorf("booking %s is pending", b.ID)
		case p.booking.Status == "confirmed" && b.Status != "confirmed":
			c.t.Fatalf("booking %s was told confirmed and is %s", b.ID, b.Status)
		case b.Status != "confirmed":
			continue
		}
		for _, s := range b.Seats {
			seat := HeldSeat{Zone: s.Zone, Seat: s.Seat}
			if other, taken := owner[seat]; taken || seat != p.seat {
				c.t.Fatalf("%s is in booking %s of a buyer who asked for %s (also in %q)", s.Seat, b.ID, p.seat.Seat, other)
			}
			owner[seat] = b.ID
		}
	}
	return nil
}
