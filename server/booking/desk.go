// Package booking turns holds into bookings: the request side (Desk), the worker that decides in log order, the outbox that shows
// decisions in Redis, and the sweeper that settles what was lost on the way.
package booking

import (
	"context"

	"jari/server/protocol"
)

// Desk is the request side of bookings on a gateway.
type Desk struct{}

// Request asks to book the buyer's hold.
type Request struct {
	Event, Buyer, Key string // Key: the Idempotency-Key
	Name, Email       string
	Seats             []string // optional: the seats that the buyer believes to hold; others are idempotency_mismatch
}

// Book returns the booking, pending or already decided. With an error of unknown fate it returns both the pending booking and a
// *seatmap.Refusal{unavailable}. Codes: hold_expired, idempotency_mismatch, sale_closed, unavailable, not_found.
func (d *Desk) Book(ctx context.Context, r Request) (protocol.Booking, error) { panic("not yet") }

// Get returns a buyer's own booking, pending ones included. Codes: not_found.
func (d *Desk) Get(ctx context.Context, buyer, id string) (protocol.Booking, error) { panic("not yet") }

// List returns the buyer's own decided bookings, newest first, at most limit.
func (d *Desk) List(ctx context.Context, buyer string, limit int) ([]protocol.Booking, error) {
	panic("not yet")
}

// PendingOf returns the buyer's pending bookings in an event, told again after auth.
func (d *Desk) PendingOf(ctx context.Context, buyer, event string) ([]protocol.Booking, error) {
	panic("not yet")
}

// Cancel gives back all seats of a booking, or the named ones. Repeated: the same answer.
// Codes: not_found, booking_pending, invalid (a seat that is not of the booking).
func (d *Desk) Cancel(ctx context.Context, buyer, id string, seats []string) (protocol.Booking, error) {
	panic("not yet")
}

// Block and Unblock take seats off sale and put them back; all or nothing. Codes: not_found, seat_unavailable.
func (d *Desk) Block(ctx context.Context, event string, seats []string) error   { panic("not yet") }
func (d *Desk) Unblock(ctx context.Context, event string, seats []string) error { panic("not yet") }

// Rebuild puts a rebuild record on the event's partition.
func (d *Desk) Rebuild(ctx context.Context, event string) error { panic("not yet") }
