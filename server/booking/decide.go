package booking

import (
	"maps"
	"slices"
	"time"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

// entry is a record of a batch that has passed its checks, or has not: then cause says why and it is in the dead letters already.
type entry struct {
	Record
	partition int32
	known     bool // its event is in the database
	cause     error
}

// present is what the database says at the beginning of a batch, and what the batch makes of it.
type present struct {
	events     map[string]*store.Event // locked; Revision counts up with each decision
	bookings   map[string]store.Booking
	owners     map[string]map[string]store.Seat // by event and seat: what is not available
	counts     map[string]map[string]int        // by event and buyer: confirmed seats
	references map[string]map[string]string     // by event and reference: whose it is
}

func newPresent() *present {
	return &present{
		events: map[string]*store.Event{}, bookings: map[string]store.Booking{}, owners: map[string]map[string]store.Seat{},
		counts: map[string]map[string]int{}, references: map[string]map[string]string{},
	}
}

// verdicts are what a batch writes.
type verdicts struct {
	inserts  []store.Booking
	updates  []store.Booking
	seats    map[string][]store.Seat // by event
	effects  []effect
	rebuilds []effect
}

// decide decides the records of a batch one by one in log order. It reads nothing but its arguments, so that a repetition
// after a rollback, or a replay of the whole log, decides the same. It changes p to what holds after the batch.
func decide(entries []entry, p *present, now time.Time) *verdicts {
	v := &verdicts{seats: map[string][]store.Seat{}}
	for i := range entries {
		e := &entries[i]
		switch {
		case e.cause != nil:
			v.deadLetter(e, p, now)
		case e.Type == typeBook:
			v.book(e, p, now)
		case e.Type == typeSettle:
			v.settle(e, p, now)
		case e.Type == typeRebuild:
			v.rebuilds = append(v.rebuilds, effect{Event: e.Event, Revision: p.next(e.Event)})
		}
	}
	return v
}

func (p *present) next(event string) int64 {
	p.events[event].Revision++
	return p.events[event].Revision
}

func (v *verdicts) book(e *entry, p *present, now time.Time) {
	old, decided := p.bookings[e.Booking]
	anew := e.Again && old.Status == protocol.StatusRejected && old.Reason == ReasonDeadLetter
	if decided && !anew {
		return // a replay
	}
	reason := ""
	for _, s := range e.Seats {
		if _, taken := p.owners[e.Event][s.Seat]; taken {
			reason = ReasonSeatUnavailable
		}
	}
	if reason == "" && p.counts[e.Event][e.Buyer]+len(e.Seats) > p.events[e.Event].MaxSeats {
		reason = ReasonHoldLimit
	}
	b := e.booking(now)
	b.Status, b.Reason = protocol.StatusConfirmed, reason
	if reason != "" {
		b.Status = protocol.StatusRejected
	} else {
		v.give(e, p)
	}
	v.store(&b, p, decided)
	fx := effectOf(&b, p.state)
	if reason == "" {
		fx.Confirmed = len(b.Seats)
	}
	v.effects = append(v.effects, fx)
}

// give makes all seats of the record its booking's.
func (v *verdicts) give(e *entry, p *present) {
	for _, s := range e.Seats {
		seat := store.Seat{Zone: s.Zone, Index: s.Index, Seat: s.Seat, Booking: e.Booking, Buyer: e.Buyer}
		if p.owners[e.Event] == nil {
			p.owners[e.Event] = map[string]store.Seat{}
		}
		p.owners[e.Event][s.Seat] = seat
		v.seats[e.Event] = append(v.seats[e.Event], seat)
	}
	if p.counts[e.Event] == nil {
		p.counts[e.Event] = map[string]int{}
	}
	p.counts[e.Event][e.Buyer] += len(e.Seats)
}

// settle answers a sweeper: what the booking became is shown again, under a new revision, or it is rejected as lapsed.
// A book record that comes later is then a replay.
func (v *verdicts) settle(e *entry, p *present, now time.Time) {
	b, decided := p.bookings[e.Booking]
	if !decided {
		b = e.booking(now)
		b.Status, b.Reason = protocol.StatusRejected, ReasonLapsed
		v.store(&b, p, false)
		v.effects = append(v.effects, effectOf(&b, p.state))
		return
	}
	if b.Event != e.Event || b.Buyer != e.Buyer {
		return // no booking of this event and buyer: nothing of it is here to show
	}
	shown := b
	shown.Revision = p.next(e.Event)
	// What is pending in Redis may be another hold that took the same key after the decision: its seats are shown too.
	fx := effectOf(&shown, p.state)
	for _, s := range e.Seats {
		if !slices.ContainsFunc(b.Seats, func(has store.BookedSeat) bool { return has.Seat == s.Seat }) {
			fx.Seats = append(fx.Seats, showSeat(s, p.state(e.Event, s.Seat)))
		}
	}
	v.effects = append(v.effects, fx)
}

// deadLetter stores a booking that a poison record names as rejected. Its seats are not to be trusted: applying the decision
// frees what is still pending for it.
func (v *verdicts) deadLetter(e *entry, p *present, now time.Time) {
	if _, decided := p.bookings[e.Booking]; decided || e.Type != typeBook || e.Event == "" || !e.names() {
		return
	}
	b := e.booking(now)
	b.Seats, b.Total, b.Name, b.Email, b.Currency = []store.BookedSeat{}, 0, "", "", ""
	b.Status, b.Reason = protocol.StatusRejected, ReasonDeadLetter
	if p.events[e.Event] == nil { // unknown event: there is nobody to number or to show it
		b.Reference = reference(b.ID, 0)
		p.bookings[b.ID] = b
		v.inserts = append(v.inserts, b)
		return
	}
	b.Currency = p.events[e.Event].Currency
	v.store(&b, p, false)
	v.effects = append(v.effects, effectOf(&b, p.state))
}

// booking is the row of a record that is decided now, but for status, reason and number.
func (e *entry) booking(now time.Time) store.Booking {
	return store.Booking{
		ID: e.Booking, Event: e.Event, Buyer: e.Buyer, Name: e.Name, Email: e.Email, Currency: e.Currency,
		Total: e.total(), Seats: e.Seats, CreatedAt: e.created(), DecidedAt: now,
	}
}

// store numbers a booking, gives it a reference of its own and keeps it for the rest of the batch.
func (v *verdicts) store(b *store.Booking, p *present, again bool) {
	b.Revision = p.next(b.Event)
	if b.Currency == "" {
		b.Currency = p.events[b.Event].Currency
	}
	if b.Seats == nil {
		b.Seats = []store.BookedSeat{}
	}
	if p.references[b.Event] == nil {
		p.references[b.Event] = map[string]string{}
	}
	for attempt := 0; ; attempt++ {
		b.Reference = reference(b.ID, attempt)
		if who, taken := p.references[b.Event][b.Reference]; !taken || who == b.ID {
			break
		}
	}
	p.references[b.Event][b.Reference] = b.ID
	p.bookings[b.ID] = *b
	if again {
		v.updates = append(v.updates, *b)
		return
	}
	v.inserts = append(v.inserts, *b)
}

// state is what a seat is after the records decided so far.
func (p *present) state(event, seat string) seatmap.State {
	if owner, ok := p.owners[event][seat]; ok {
		return owner.State()
	}
	return seatmap.Available
}

// cleanEvent reports whether a name from a poison record can be a value of the column.
func cleanEvent(event string) bool {
	if event == "" || len(event) > 32 {
		return false
	}
	for _, c := range event {
		if c < 0x21 || c > 0x7e {
			return false
		}
	}
	return true
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
