package booking

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
	"jari/server/stream"
)

// Difference is what cannot be: two places that contradict each other, or one that contradicts itself.
type Difference struct {
	Event string `json:"event,omitempty"`
	Where string `json:"where"` // database, redis, kafka: what was compared
	What  string `json:"what"`
	Do    string `json:"do"`
}

func (d Difference) String() string {
	where := d.Where
	if d.Event != "" {
		where = d.Event + ", " + where
	}
	return fmt.Sprintf("%s: %s. To do: %s", where, d.What, d.Do)
}

// What an operator does.
const (
	doPause  = "pause the event's sale and compare the booking with its record in the log; the database was changed past Jari"
	doWorker = "look whether a worker runs, and at what its log says"
	doLog    = "keep the database, which has the last word; look at the retention of the topic and who may delete records"
)

// doReload has an event loaded into Redis anew.
func doReload(event string) string {
	return "have the event loaded anew: redis-cli HDEL 'meta:{e" + event + "}' epoch"
}

// Auditor compares database, Redis and Kafka. It is safe beside a live system: what is on its way is no difference, so each finding
// is looked at until nothing under way can explain it.
type Auditor struct {
	Store  *store.Store
	Live   *seatmap.Live // nil: Redis is not compared
	Events EventSource
	Stream stream.Config    // of Kafka; without brokers it is not compared
	Found  func(Difference) // is called with each difference at once
	// Note is told what was left out and why, and Progress how far a long comparison is; both may be nil.
	Note, Progress func(text string)
	Patience       time.Duration    // how long what is on its way is waited for; default 20 s
	Now            func() time.Time // default time.Now

	logs logReader // of the tests; nil: of Kafka
}

// ErrUnjudged says that something could not be compared, and what.
var ErrUnjudged = errors.New("not judged")

// stale is how old what is on its way must be to be called stuck. The sweeper asks after 30 s.
const stale = 2 * Lease

func (a *Auditor) defaults() {
	if a.Patience == 0 {
		a.Patience = 20 * time.Second
	}
	if a.Now == nil {
		a.Now = time.Now
	}
	for _, f := range []*func(string){&a.Note, &a.Progress} {
		if *f == nil {
			*f = func(string) {}
		}
	}
	if a.logs == nil && a.Stream.Brokers != "" {
		a.logs = kafkaLogs{a.Stream}
	}
}

// Audit compares the events, and the log of all events or, when there is but one, of that one. The error is nil when all could be
// compared; it wraps ErrUnjudged where something was left.
func (a *Auditor) Audit(ctx context.Context, events ...string) error {
	a.defaults()
	var all error
	for n, event := range events {
		if n > 0 && n%100 == 0 {
			a.Progress(fmt.Sprintf("%d of %d events", n, len(events)))
		}
		if err := a.event(ctx, event); err != nil {
			all = errors.Join(all, fmt.Errorf("event %s: %w: %w", event, ErrUnjudged, err))
		}
		if ctx.Err() != nil {
			return all
		}
	}
	if a.logs == nil {
		return all
	}
	one := ""
	if len(events) == 1 {
		one = events[0]
	}
	if err := a.log(ctx, one); err != nil {
		all = errors.Join(all, fmt.Errorf("the log: %w: %w", ErrUnjudged, err))
	}
	return all
}

func (a *Auditor) event(ctx context.Context, event string) error {
	_, plan, err := a.Events.Event(ctx, event)
	if err != nil {
		return err
	}
	err = a.Store.At(ctx, func(m *store.Moment) error { return a.database(m, event, plan) })
	if err != nil || a.Live == nil {
		return err
	}
	return a.redis(ctx, event, plan)
}

// house is an event in the database at one moment.
type house struct {
	a     *Auditor
	event string
	plan  *seatmap.Plan
	seats map[string]store.Seat // by id: as many as the plan has
	owned map[string]bool       // seats that a confirmed booking names
	count map[string]int        // seats by buyer
}

func (h *house) add(do, format string, args ...any) {
	h.a.Found(Difference{Event: h.event, Where: "database", What: fmt.Sprintf(format, args...), Do: do})
}

// database compares an event's bookings with its seats.
func (a *Auditor) database(m *store.Moment, event string, plan *seatmap.Plan) error {
	h := &house{a: a, event: event, plan: plan, seats: map[string]store.Seat{}, owned: map[string]bool{}, count: map[string]int{}}
	row, err := m.Event(event)
	if err != nil {
		return err
	}
	if err := m.Seats(event, h.seat); err != nil {
		return err
	}
	if err := m.Bookings(event, func(b *store.Booking) { h.booking(b, row.Revision) }); err != nil {
		return err
	}
	for _, id := range sortedKeys(h.seats) {
		if s := h.seats[id]; s.Booking != "" && !h.owned[id] {
			h.add(doPause, "seat %q is sold to %s, which is no confirmed booking with that seat", id, s.Booking)
		}
	}
	for _, buyer := range sortedKeys(h.count) {
		if n := h.count[buyer]; n > row.MaxSeats {
			h.add(doPause, "buyer %s has %d seats, the cap is %d", buyer, n, row.MaxSeats)
		}
	}
	n, last, oldest, err := m.Outbox(event)
	if err != nil {
		return err
	}
	if last > row.Revision {
		h.add(doPause, "the outbox has revision %d, the event is at %d", last, row.Revision)
	}
	if age := a.Now().Sub(oldest); n > 0 && age > stale {
		h.add(doWorker, "decisions wait in the outbox: %d, the oldest for %s", n, age.Round(time.Second))
	}
	return nil
}

func (h *house) seat(s store.Seat) {
	h.seats[s.Seat] = s
	if zone, index, ok := h.plan.Find(s.Seat); !ok || zone.ID != s.Zone || index != s.Index {
		h.add(doPause, "seat %q at %s/%d is not in the plan", s.Seat, s.Zone, s.Index)
	}
	if s.Booking != "" {
		h.count[s.Buyer]++
	}
}

// booking checks that a booking has the seats that it names, and no other total than theirs.
func (h *house) booking(b *store.Booking, revision int64) {
	var total int64
	for _, s := range b.Seats {
		if s.Cancelled {
			continue
		}
		total += s.Price
		if b.Status != protocol.StatusConfirmed {
			continue
		}
		if h.owned[s.Seat] {
			h.add(doPause, "seat %q is in two bookings, one is %s", s.Seat, b.ID)
		}
		h.owned[s.Seat] = true
		if has := h.seats[s.Seat]; has.Booking != b.ID || has.Buyer != b.Buyer || has.Zone != s.Zone || has.Index != s.Index {
			h.add(doPause, "booking %s is confirmed for seat %q, which is %s", b.ID, s.Seat, ownerOf(has))
		}
	}
	if total != b.Total {
		h.add(doPause, "booking %s has a total of %d, its seats %d", b.ID, b.Total, total)
	}
	if b.Revision > revision {
		h.add(doPause, "booking %s is of revision %d, the event is at %d", b.ID, b.Revision, revision)
	}
}

func ownerOf(s store.Seat) string {
	switch {
	case s.Seat == "":
		return "available"
	case s.Booking == "":
		return "blocked"
	}
	return strings.TrimSpace(fmt.Sprintf("at %s/%d, sold to booking %s of buyer %s", s.Zone, s.Index, s.Booking, s.Buyer))
}
