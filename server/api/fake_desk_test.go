package api

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"jari/seatmap"
	"jari/server/booking"
	"jari/server/protocol"
)

// fakeDesk keeps bookings in memory.
type fakeDesk struct {
	mu       sync.Mutex
	bookings map[string]protocol.Booking // by id
	owner    map[string]string
	keys     map[string]string // of links: to the booking that each opens
	last     booking.Request
	status   string
	fail     error
}

func newFakeDesk() *fakeDesk {
	return &fakeDesk{bookings: map[string]protocol.Booking{}, owner: map[string]string{}, keys: map[string]string{}, status: protocol.StatusPending}
}

func (d *fakeDesk) Book(_ context.Context, r booking.Request) (protocol.Booking, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := r.Check(); err != nil {
		return protocol.Booking{}, err
	}
	d.last = r
	id := booking.ID(r.Buyer, r.Event, r.Key)
	b := protocol.Booking{ID: id, Reference: "4T9QAUFL", Status: d.status, Event: r.Event, CreatedAt: protocol.Time{Time: testNow},
		Seats: []protocol.HeldSeat{{Zone: "A", Seat: "A-5", Price: protocol.Money{Amount: 120000, Currency: "KRW"}}},
		Total: protocol.Money{Amount: 120000, Currency: "KRW"}}
	if d.fail != nil {
		if r, _ := answerable(d.fail); r.Code == seatmap.CodeUnavailable {
			return b, d.fail
		}
		return protocol.Booking{}, d.fail
	}
	d.bookings[id], d.owner[id] = b, r.Buyer
	return b, nil
}

func (d *fakeDesk) Get(_ context.Context, buyer, id string) (protocol.Booking, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		return protocol.Booking{}, d.fail
	}
	if d.owner[id] != buyer {
		return protocol.Booking{}, refuse(seatmap.CodeNotFound, "no such booking")
	}
	return d.bookings[id], nil
}

func (d *fakeDesk) List(_ context.Context, buyer string, limit int) ([]protocol.Booking, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		return nil, d.fail
	}
	var list []protocol.Booking
	for id, b := range d.bookings {
		if d.owner[id] == buyer && len(list) < limit {
			list = append(list, b)
		}
	}
	return list, nil
}

func (d *fakeDesk) Cancel(ctx context.Context, buyer, id string, seats []string) (protocol.Booking, error) {
	b, err := d.Get(ctx, buyer, id)
	if err != nil {
		return b, err
	}
	if b.Status == protocol.StatusPending {
		return b, refuse(seatmap.CodeBookingPending, "")
	}
	b.Status = protocol.StatusCancelled
	return b, nil
}

func (d *fakeDesk) Link(ctx context.Context, buyer, id string) (string, error) {
	b, err := d.Get(ctx, buyer, id)
	if err != nil {
		return "", err
	}
	if b.Status == protocol.StatusPending {
		return "", refuse(seatmap.CodeBookingPending, "")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	key := fmt.Sprintf("Key-%020d", len(d.keys))
	d.keys[key] = id
	return key, nil
}

func (d *fakeDesk) Unlink(ctx context.Context, buyer, id string) error {
	if _, err := d.Get(ctx, buyer, id); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.keys, func(_, of string) bool { return of == id })
	return nil
}

func (d *fakeDesk) Linked(_ context.Context, id, key string) (protocol.Booking, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		return protocol.Booking{}, d.fail
	}
	if of, ok := d.keys[key]; !ok || of != id {
		return protocol.Booking{}, refuse(seatmap.CodeNotFound, "no such booking")
	}
	return d.bookings[id], nil
}

func (d *fakeDesk) Known(_ context.Context, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.bookings[id]; !ok && d.fail == nil {
		return refuse(seatmap.CodeNotFound, "no such booking")
	}
	return d.fail
}

func (d *fakeDesk) set(status string, fail error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.status, d.fail = status, fail
}
