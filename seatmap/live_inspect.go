package seatmap

import (
	"context"
	"time"
)

// Inspection is a zone as one script saw it, for an audit.
type Inspection struct {
	Revision int64     // of the last decision shown
	Counts   ZoneCount // as they are kept beside the map
	States   []byte    // one ASCII digit per seat
	Faults   []Fault   // seats that contradict themselves
}

// Fault is a seat whose state and owner do not go together.
type Fault struct {
	Index int
	Text  string
}

// Inspect reads a zone and changes nothing: holds that are due stay. Codes: unavailable, not_found.
func (l *Live) Inspect(ctx context.Context, event, zone string) (Inspection, error) {
	a, err := l.call(ctx, l.scripts.inspect, event, zone)
	if err != nil {
		return Inspection{}, err
	}
	out := Inspection{Revision: a.number(), Counts: ZoneCount{Zone: zone, Available: int(a.number()), Held: int(a.number()),
		Booked: int(a.number()), Blocked: int(a.number())}, States: []byte(a.text())}
	for a.more() {
		out.Faults = append(out.Faults, Fault{Index: int(a.number()), Text: a.text()})
	}
	return out, a.done()
}

// PendingLease is a pending booking and when the sweeper asks for it.
type PendingLease struct {
	Booking string
	Lease   time.Time
}

// Leases lists an event's pending bookings by their leases, and the time by the clock of Redis. It changes nothing, unlike Lapsed.
// Codes: unavailable.
func (l *Live) Leases(ctx context.Context, event string) (list []PendingLease, now time.Time, err error) {
	a, err := l.call(ctx, l.scripts.leases, event)
	if err != nil {
		return nil, time.Time{}, err
	}
	now = a.time()
	for a.more() {
		list = append(list, PendingLease{Booking: a.text(), Lease: a.time()})
	}
	return list, now, a.done()
}
