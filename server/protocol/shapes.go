// Package protocol holds the public shapes of version 1: what is written in JSON on HTTP and on sockets, and nothing that acts.
// Once released it only grows.
package protocol

import (
	"time"

	"jari/seatmap"
)

// Time is RFC 3339 UTC with milliseconds.
type Time struct{ time.Time }

func (t Time) MarshalJSON() ([]byte, error) {
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// TimeOf is null in JSON for the zero time.
func TimeOf(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	return &Time{t}
}

// Money is integer minor units of an ISO 4217 currency.
type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// HeldSeat is a seat of a hold or a booking with the price fixed at the moment of the hold.
type HeldSeat struct {
	Zone  string `json:"zone"`
	Seat  string `json:"seat"`
	Price Money  `json:"price"`
}

// Hold is all seats a buyer keeps in an event until one deadline.
type Hold struct {
	ID         string     `json:"id"`
	Event      string     `json:"event"`
	Seats      []HeldSeat `json:"seats"`
	ExpiresAt  Time       `json:"expires_at"`
	Extendable bool       `json:"extendable"`
	// CeilingAt is the last deadline that extend can reach.
	CeilingAt *Time `json:"ceiling_at,omitempty"`
}

// HoldAnswer is the answer of the hold calls; Hold is null when the buyer holds nothing.
type HoldAnswer struct {
	Now  Time  `json:"now"`
	Hold *Hold `json:"hold"`
	// Adjacent is only in the answer to best: whether the seats lie together in one row.
	Adjacent *bool `json:"adjacent,omitempty"`
}

// Proposal names seats that could be had at this moment. None of them is held.
type Proposal struct {
	Seats    []HeldSeat `json:"seats"`
	Adjacent bool       `json:"adjacent"` // they lie together in one row
	More     bool       `json:"more"`     // there is another proposal
}

// Statuses of a booking.
const (
	StatusPending   = "pending"
	StatusConfirmed = "confirmed"
	StatusRejected  = "rejected"
	StatusCancelled = "cancelled"
)

// Booking is a hold made permanent. Seats are those it has (of a cancelled one: had).
type Booking struct {
	ID        string     `json:"id"`
	Reference string     `json:"reference"`
	Status    string     `json:"status"`
	Event     string     `json:"event"`
	Seats     []HeldSeat `json:"seats"`
	Cancelled []HeldSeat `json:"cancelled,omitempty"` // seats given back by a partial cancel
	Total     Money      `json:"total"`               // of Seats
	Reason    string     `json:"reason,omitempty"`    // why rejected
	CreatedAt Time       `json:"created_at"`
}

// SeatState is a seat that stood in the way of a hold, with its state as a number.
type SeatState struct {
	Zone  string `json:"zone"`
	Seat  string `json:"seat"`
	State int    `json:"state"`
}

// SeatStates are the public shapes of a refusal's seats.
func SeatStates(seats []seatmap.SeatState) []SeatState {
	out := make([]SeatState, len(seats))
	for i, s := range seats {
		out[i] = SeatState{Zone: s.Zone, Seat: s.Seat, State: int(s.State - seatmap.Available)}
	}
	return out
}

// HoldOf is the public shape of a hold, nil for nil.
func HoldOf(h *seatmap.Hold, currency string) *Hold {
	if h == nil {
		return nil
	}
	return &Hold{ID: h.ID, Event: h.Event, Seats: HeldSeats(h.Seats, currency), ExpiresAt: Time{h.ExpiresAt},
		Extendable: h.Extendable, CeilingAt: TimeOf(h.Ceiling)}
}

// HeldSeats are the public shapes of held places.
func HeldSeats(picks []seatmap.Pick, currency string) []HeldSeat {
	out := make([]HeldSeat, len(picks))
	for i, p := range picks {
		out[i] = HeldSeat{Zone: p.Zone, Seat: p.Seat, Price: Money{p.Price, currency}}
	}
	return out
}
