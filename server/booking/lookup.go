package booking

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

// find returns a pending booking by its id alone, nil when there is none.
func (d *Desk) find(ctx context.Context, id string) (*seatmap.PendingBooking, error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return nil, nil
	}
	events, err := d.cfg.Store.Fences(ctx)
	if err != nil {
		return nil, d.refusal("list events", err)
	}
	for _, event := range sortedKeys(events) {
		if !mayBeOf(parsed, event) {
			continue
		}
		p, err := d.cfg.Live.Pending(ctx, event, id)
		if err != nil {
			return nil, d.refusal("read pending booking", err)
		}
		if p != nil {
			return p, nil
		}
	}
	return nil, nil
}

// Get returns a buyer's own booking, pending ones included. Codes: not_found, unavailable.
func (d *Desk) Get(ctx context.Context, buyer, id string) (protocol.Booking, error) {
	b, of, err := d.any(ctx, id)
	if err == nil && of != buyer {
		err = noBooking()
	}
	if err != nil {
		return protocol.Booking{}, err
	}
	return b, nil
}

// Known fails when there is no booking of this id, whoever's. Codes: not_found, unavailable.
func (d *Desk) Known(ctx context.Context, id string) error {
	_, _, err := d.any(ctx, id)
	return err
}

func noBooking() *seatmap.Refusal { return refuse(seatmap.CodeNotFound, "no such booking") }

// any returns a booking, pending ones included, and whose it is. Codes: not_found, unavailable.
func (d *Desk) any(ctx context.Context, id string) (b protocol.Booking, buyer string, err error) {
	row, err := d.cfg.Store.Booking(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		p, pendingErr := d.find(ctx, id)
		if pendingErr != nil {
			return b, "", pendingErr
		}
		if p != nil {
			event, _, err := d.cfg.Events.Event(ctx, p.Event)
			if err != nil {
				return b, "", d.refusal("read event", err)
			}
			return d.public(*p, event.Currency), p.Buyer, nil
		}
		row, err = d.cfg.Store.Booking(ctx, id) // it may have been decided between the two looks
	}
	if errors.Is(err, store.ErrNotFound) {
		return b, "", noBooking()
	}
	if err != nil {
		return b, "", d.refusal("read booking", err)
	}
	return row.Public(), row.Buyer, nil
}

// List returns the buyer's own decided bookings, newest first, at most limit.
func (d *Desk) List(ctx context.Context, buyer string, limit int) ([]protocol.Booking, error) {
	rows, err := d.cfg.Store.BookingsOf(ctx, buyer, limit)
	if err != nil {
		return nil, d.refusal("list bookings", err)
	}
	out := make([]protocol.Booking, len(rows))
	for i := range rows {
		out[i] = rows[i].Public()
	}
	return out, nil
}

// PendingOf returns the buyer's pending bookings in an event, told again after auth. Codes: not_found, unavailable.
func (d *Desk) PendingOf(ctx context.Context, buyer, event string) ([]protocol.Booking, error) {
	row, _, err := d.cfg.Events.Event(ctx, event)
	if err != nil {
		return nil, d.refusal("read event", err)
	}
	pending, err := d.cfg.Live.PendingOf(ctx, event, buyer)
	if err != nil {
		return nil, d.refusal("read pending bookings", err)
	}
	out := make([]protocol.Booking, len(pending))
	for i, p := range pending {
		out[i] = d.public(p, row.Currency)
	}
	return out, nil
}

// recentBookings is how many of a buyer's newest bookings DecidedOf looks at: more than anybody makes in the time that is asked for.
const recentBookings = 20

// DecidedOf returns the buyer's bookings in an event that were decided since then, newest first. Codes: unavailable.
func (d *Desk) DecidedOf(ctx context.Context, buyer, event string, since time.Time) ([]protocol.Booking, error) {
	rows, err := d.cfg.Store.BookingsOf(ctx, buyer, recentBookings)
	if err != nil {
		return nil, d.refusal("list bookings", err)
	}
	var out []protocol.Booking
	for i := range rows {
		if rows[i].Event == event && !rows[i].DecidedAt.Before(since) {
			out = append(out, rows[i].Public())
		}
	}
	return out, nil
}
