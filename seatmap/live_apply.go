package seatmap

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// DecidedSeat is a seat and what the database now says of it: available, booked or blocked.
type DecidedSeat struct {
	Zone  string
	Index int
	Seat  string
	State State
}

// Decision is one revision of the database, to be shown in Redis.
type Decision struct {
	Event     string
	Revision  int64
	Booking   string // empty for block and unblock
	Buyer     string
	Status    string // confirmed, rejected, or cancelled: also of some seats of a booking that stays confirmed
	Notice    []byte // the public JSON of the booking, told to the buyer; empty: nobody is told
	Confirmed int    // change of the buyer's confirmed count (cap): + when confirmed, - when cancelled
	Seats     []DecidedSeat
}

// Applied is what became of a decision.
type Applied int

const (
	AppliedNow   Applied = iota // written
	AppliedOld                  // at or below the loaded revision: only the notice is told, and the booking is pending no more
	AppliedLater                // the event is not open: wait for its rebuild
)

// Apply shows a decision in Redis; call it in the order of revisions. Sold or blocked: so whoever held it (that other
// buyer is told: lost). Not sold: available only where the seat still names this booking; a cancel or an unblock frees
// what an earlier revision made booked or blocked. Whatever the decision, the booking is pending no more, and seats of it that
// the decision does not name are free. Codes: not_found, unavailable (Redis is away; an event that is not open is AppliedLater).
func (l *Live) Apply(ctx context.Context, d Decision) (Applied, error) {
	notice, err := d.notice()
	if err != nil {
		return 0, fmt.Errorf("apply revision %d of event %s: %w", d.Revision, d.Event, err)
	}
	args := make([]any, 0, 6+3*len(d.Seats))
	args = append(args, d.Revision, d.Booking, d.Status, d.Buyer, d.Confirmed, notice)
	for _, s := range d.Seats {
		if !s.State.valid() || s.State == Held {
			return 0, fmt.Errorf("apply revision %d of event %s: the database does not know the state %q", d.Revision, d.Event, byte(s.State))
		}
		args = append(args, s.Zone, s.Index, string(rune(s.State)))
	}
	a, err := l.call(ctx, l.scripts.apply, d.Event, args...)
	if errors.Is(err, ErrClosed) {
		return AppliedLater, nil
	}
	if err != nil {
		return 0, err
	}
	if a.text() == "old" {
		return AppliedOld, a.done()
	}
	return AppliedNow, a.done()
}

// notice is the message for the buyer's sockets, empty when nobody is told.
func (d Decision) notice() ([]byte, error) {
	if len(d.Notice) == 0 {
		return nil, nil
	}
	if !json.Valid(d.Notice) {
		return nil, errors.New("the notice is no JSON")
	}
	return json.Marshal(wireNotice{Buyer: d.Buyer, Booking: d.Notice})
}
