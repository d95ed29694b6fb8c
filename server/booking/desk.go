package booking

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jari/seatmap"
	"jari/server/failpoint"
	"jari/server/protocol"
	"jari/server/store"
)

// DeskConfig is what a Desk needs.
type DeskConfig struct {
	Store      *store.Store
	Live       *seatmap.Live
	Producer   Producer
	Events     EventSource
	Lease      time.Duration      // of a pending booking; default Lease
	RetryAfter time.Duration      // told with unavailable; default 2 s
	Nudge      func()             // tells a worker of this process that the outbox has something; may be nil
	Closed     func(event string) // is told of an event that Redis cannot serve now, to have it rebuilt; may be nil
	Now        func() time.Time   // default time.Now
}

// Desk is the request side of bookings on a gateway.
type Desk struct {
	cfg      DeskConfig
	underway underway
}

// NewDesk makes a desk; it starts nothing.
func NewDesk(cfg DeskConfig) *Desk {
	if cfg.Lease == 0 {
		cfg.Lease = Lease
	}
	if cfg.RetryAfter == 0 {
		cfg.RetryAfter = 2 * time.Second
	}
	if cfg.Nudge == nil {
		cfg.Nudge = func() {}
	}
	if cfg.Closed == nil {
		cfg.Closed = func(string) {}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Desk{cfg: cfg}
}

// Request asks to book the buyer's hold.
type Request struct {
	Event, Buyer, Key string // Key: the Idempotency-Key
	Name, Email       string
	Seats             []string // optional: the seats that the buyer believes to hold; others are idempotency_mismatch
}

// Check refuses a key, a name or an address that no booking can have. Codes: invalid.
func (r *Request) Check() error {
	if len(r.Key) == 0 || len(r.Key) > 64 {
		return refuse(seatmap.CodeInvalid, "Idempotency-Key has 1 to 64 characters")
	}
	for i := range len(r.Key) {
		if r.Key[i] < 0x20 || r.Key[i] > 0x7e {
			return refuse(seatmap.CodeInvalid, "Idempotency-Key has a character that is not printable ASCII")
		}
	}
	if err := checkContact(r.Name, r.Email); err != nil {
		return refuse(seatmap.CodeInvalid, err.Error())
	}
	if at := strings.LastIndexByte(r.Email, '@'); r.Email != "" && (at < 1 || at == len(r.Email)-1 || strings.Contains(r.Email, " ")) {
		return refuse(seatmap.CodeInvalid, "email is not an address")
	}
	return nil
}

// Book returns the booking, pending or already decided. With an error of unknown fate it returns both the pending booking and a
// *seatmap.Refusal{unavailable}: the same request may be made again, and only the same booking can come of it.
// Codes: invalid, not_found, hold_expired, idempotency_mismatch, unavailable.
func (d *Desk) Book(ctx context.Context, r Request) (protocol.Booking, error) {
	if err := r.Check(); err != nil {
		return protocol.Booking{}, err
	}
	event, _, err := d.cfg.Events.Event(ctx, r.Event)
	if err != nil {
		return protocol.Booking{}, d.refusal("read event", err)
	}
	id := ID(r.Buyer, r.Event, r.Key)
	if b, decided, err := d.decided(ctx, id, r); err != nil || decided {
		return b, err
	}
	failpoint.Hit("desk.before_live")
	pending, err := d.pend(ctx, id, r)
	if code(err) == seatmap.CodeHoldExpired || errors.Is(err, errOtherHold) {
		// That hold may be gone because the booking was decided since: the database has the last word.
		if b, decided, err := d.decided(ctx, id, r); err != nil || decided {
			return b, err
		}
		if d.underway.has(id, d.cfg.Now(), 2*d.cfg.Lease) {
			// Redis has forgotten what this gateway has sent; it may still come out of the log.
			return protocol.Booking{}, d.unavailable("the booking is not decided yet; ask again with the same key", err)
		}
	}
	if code(err) == seatmap.CodeUnavailable {
		d.cfg.Closed(r.Event) // nobody else may be asking for it
	}
	if err != nil {
		return protocol.Booking{}, d.refusal("make the booking pending", err)
	}
	failpoint.Hit("desk.after_pending")
	d.underway.add(id, d.cfg.Now(), 2*d.cfg.Lease)
	if !sameSeats(r.Seats, pending.Seats) {
		// The hold became another one while it was asked for: nobody agreed to book that.
		if err := d.produce(ctx, settleRecord(pending)); err != nil {
			return protocol.Booking{}, err
		}
		return protocol.Booking{}, mismatch()
	}
	booking := d.public(pending, event.Currency)
	rec := Record{Type: typeBook, Event: r.Event, Booking: id, Buyer: r.Buyer, Seats: bookedSeats(pending.Seats),
		Currency: event.Currency, Name: r.Name, Email: r.Email, CreatedAt: booking.CreatedAt.UnixMilli()}
	if err := d.produce(ctx, rec); err != nil {
		return booking, err
	}
	failpoint.Hit("desk.after_produce")
	return booking, nil
}

// decided returns the booking when the database has it, whatever became of it.
func (d *Desk) decided(ctx context.Context, id string, r Request) (protocol.Booking, bool, error) {
	b, err := d.cfg.Store.Booking(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return protocol.Booking{}, false, nil
	}
	if err != nil {
		return protocol.Booking{}, false, d.refusal("read booking", err)
	}
	picks := make([]seatmap.Pick, len(b.Seats))
	for i, s := range b.Seats {
		picks[i] = seatmap.Pick{Seat: s.Seat}
	}
	if b.Reason != ReasonDeadLetter && !sameSeats(r.Seats, picks) { // of a dead letter the seats are not known
		return protocol.Booking{}, false, mismatch()
	}
	return b.Public(), true, nil
}

// errOtherHold: the buyer holds other seats than are asked for, which may be because those were booked since.
var errOtherHold = errors.New("another hold")

// pend turns the hold into a pending booking, unless the buyer says which seats and these are others.
func (d *Desk) pend(ctx context.Context, id string, r Request) (seatmap.PendingBooking, error) {
	if r.Seats != nil {
		there, err := d.cfg.Live.Pending(ctx, r.Event, id)
		if err != nil {
			return seatmap.PendingBooking{}, err
		}
		if there == nil {
			view, err := d.cfg.Live.HoldOf(ctx, r.Event, r.Buyer)
			if err != nil {
				return seatmap.PendingBooking{}, err
			}
			if view.Hold != nil && !sameSeats(r.Seats, view.Hold.Seats) {
				return seatmap.PendingBooking{}, fmt.Errorf("%w: %w", errOtherHold, mismatch())
			}
		} else if !sameSeats(r.Seats, there.Seats) {
			return seatmap.PendingBooking{}, mismatch()
		}
	}
	return d.cfg.Live.Book(ctx, r.Event, r.Buyer, id, d.cfg.Lease)
}

// sameSeats is true when nothing is said.
func sameSeats(said []string, picks []seatmap.Pick) bool {
	if said == nil {
		return true
	}
	have := make([]string, len(picks))
	for i, p := range picks {
		have[i] = p.Seat
	}
	slices.Sort(have)
	return slices.Equal(slices.Compact(slices.Sorted(slices.Values(said))), have)
}

func mismatch() *seatmap.Refusal {
	return refuse(seatmap.CodeMismatch, "this Idempotency-Key was used for other seats, or the hold has other seats")
}

// produce puts a record on the log. Its only refusal is unavailable: the record may be in the log or not.
func (d *Desk) produce(ctx context.Context, rec Record) error {
	value, err := rec.encode()
	if err != nil {
		return err
	}
	if err := d.cfg.Producer.Produce(ctx, TopicBookings, rec.Event, value); err != nil {
		return d.unavailable("the log does not answer: the record may be in it or not; ask again with the same key",
			fmt.Errorf("produce %s record: %w", rec.Type, err))
	}
	return nil
}

// public is a pending booking as its buyer sees it.
func (d *Desk) public(p seatmap.PendingBooking, currency string) protocol.Booking {
	b := store.Booking{ID: p.Booking, Reference: reference(p.Booking, 0), Status: protocol.StatusPending, Event: p.Event,
		Currency: currency, Seats: bookedSeats(p.Seats), CreatedAt: p.Created}
	for _, s := range p.Seats {
		b.Total += s.Price
	}
	return b.Public()
}

// Rebuild puts a rebuild record on the event's partition. Codes: unavailable.
func (d *Desk) Rebuild(ctx context.Context, event string) error {
	return d.produce(ctx, Record{Type: typeRebuild, Event: event, CreatedAt: d.cfg.Now().UnixMilli()})
}
