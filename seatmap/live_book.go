package seatmap

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// PendingBooking is a booking on its way to the database.
type PendingBooking struct {
	Booking string
	Event   string
	Buyer   string
	Seats   []Pick
	Created time.Time // when the hold was booked
	Lease   time.Time // when the sweeper asks the log what became of it
}

// Book turns the buyer's hold into a pending booking; a pending booking of that id already there is success
// and returned as it is: whether its seats are those that the caller means is for the caller to say.
// A hold taken before a close may be booked until its deadline. Codes: hold_expired, unavailable.
func (l *Live) Book(ctx context.Context, event, buyer, booking string, lease time.Duration) (PendingBooking, error) {
	a, err := l.call(ctx, l.scripts.book, event, buyer, booking, lease.Milliseconds())
	if err != nil {
		return PendingBooking{}, err
	}
	return parsePending(event, a.time(), a)
}

// Pending returns a pending booking, or nil. Codes: unavailable.
func (l *Live) Pending(ctx context.Context, event, booking string) (*PendingBooking, error) {
	a, err := l.call(ctx, l.scripts.pending, event, booking)
	if err != nil {
		return nil, err
	}
	lease := a.time()
	if lease.IsZero() {
		return nil, a.done()
	}
	p, err := parsePending(event, lease, a)
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// PendingOf lists a buyer's pending bookings, in no order. Codes: unavailable.
func (l *Live) PendingOf(ctx context.Context, event, buyer string) ([]PendingBooking, error) {
	a, err := l.call(ctx, l.scripts.pendingOf, event, buyer)
	if err != nil {
		return nil, err
	}
	var list []PendingBooking
	for a.more() {
		p, err := parsePending(event, a.time(), a)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, a.done()
}

// Lapsed lists pending bookings whose lease has passed and gives them a new lease, so that one sweeper at a time asks.
// Codes: unavailable.
func (l *Live) Lapsed(ctx context.Context, event string, limit int, lease time.Duration) ([]PendingBooking, error) {
	a, err := l.call(ctx, l.scripts.lapsed, event, limit, lease.Milliseconds())
	if err != nil {
		return nil, err
	}
	until := a.time()
	var list []PendingBooking
	for a.more() {
		p, err := parsePending(event, until, a)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, a.done()
}

// parsePending reads a pending booking as book.lua stores it.
func parsePending(event string, lease time.Time, a *answer) (PendingBooking, error) {
	text := a.text()
	if err := a.done(); err != nil {
		return PendingBooking{}, err
	}
	var w struct {
		Booking string     `json:"booking"`
		Buyer   string     `json:"buyer"`
		Created int64      `json:"created,string"` // absent where a version without it has made the booking
		Seats   []wirePick `json:"seats"`
	}
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return PendingBooking{}, fmt.Errorf("read a pending booking: %w", err)
	}
	seats, err := readPicks(w.Seats)
	if err != nil {
		return PendingBooking{}, fmt.Errorf("read pending booking %s: %w", w.Booking, err)
	}
	return PendingBooking{Booking: w.Booking, Event: event, Buyer: w.Buyer, Seats: seats, Created: msTime(cmp.Or(w.Created, lease.UnixMilli())), Lease: lease}, nil
}
