package booking

import (
	"context"
	"errors"
	"fmt"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

// errNothing rolls a transaction back that has found nothing to change, so that no revision is used up.
var errNothing = errors.New("nothing to change")

// Cancel gives back all seats of a booking, or the named ones. Repeated: the same answer. A rejected booking has nothing to give
// back and is returned as it is.
// Codes: not_found, booking_pending, invalid (a seat that is not of the booking), unavailable.
func (d *Desk) Cancel(ctx context.Context, buyer, id string, seats []string) (protocol.Booking, error) {
	b, err := d.Get(ctx, buyer, id)
	if err != nil {
		return protocol.Booking{}, err
	}
	if b.Status == protocol.StatusPending {
		return protocol.Booking{}, refuse(seatmap.CodeBookingPending, "the booking is not decided yet")
	}
	var out store.Booking
	err = d.cfg.Store.InTxAgain(ctx, func(tx *store.Tx) error {
		event, err := tx.LockEvent(b.Event, 1)
		if err != nil {
			return err
		}
		if out, err = tx.Booking(id); err != nil { // as it is under the lock
			return err
		}
		given, err := giveBack(&out, seats)
		if err != nil {
			return err
		}
		if len(given) == 0 {
			return errNothing
		}
		out.Revision, out.DecidedAt = event.Revision+1, d.cfg.Now()
		return d.cancelIn(tx, &out, given)
	})
	if err != nil && !errors.Is(err, errNothing) {
		return protocol.Booking{}, d.refusal("cancel booking", err)
	}
	if err == nil {
		d.cfg.Nudge()
	}
	return out.Public(), nil
}

// giveBack takes seats (none named: all) out of a booking and returns those that it still had.
func giveBack(b *store.Booking, named []string) ([]store.BookedSeat, error) {
	asked := make(map[string]bool, len(named))
	for _, s := range named {
		asked[s] = true
	}
	var given []store.BookedSeat
	left := 0
	for _, s := range b.Seats {
		wanted := len(named) == 0 || asked[s.Seat]
		delete(asked, s.Seat)
		switch {
		case s.Cancelled:
		case wanted:
			given = append(given, s)
		default:
			left++
		}
	}
	for seat := range asked {
		return nil, refuse(seatmap.CodeInvalid, "seat "+seat+" is not of the booking")
	}
	if b.Status != protocol.StatusConfirmed || len(given) == 0 {
		return nil, nil
	}
	if left == 0 {
		b.Status = protocol.StatusCancelled // it shows the seats that it had, and their total
		return given, nil
	}
	for i := range b.Seats {
		if s := &b.Seats[i]; !s.Cancelled && contains(given, s.Seat) {
			s.Cancelled = true
			b.Total -= s.Price
		}
	}
	return given, nil
}

func contains(seats []store.BookedSeat, id string) bool {
	for _, s := range seats {
		if s.Seat == id {
			return true
		}
	}
	return false
}

// cancelIn writes a booking that gives seats back, and what Redis shall show of it.
func (d *Desk) cancelIn(tx *store.Tx, b *store.Booking, given []store.BookedSeat) error {
	ids := make([]string, len(given))
	for i, s := range given {
		ids[i] = s.Seat
	}
	n, err := tx.DeleteSeats(b.Event, b.ID, ids)
	if err != nil {
		return err
	}
	if n != len(given) {
		return fmt.Errorf("%w: booking %s has %d of %d seats that its row names", errWrong, b.ID, n, len(given))
	}
	if err := tx.UpdateBooking(b); err != nil {
		return err
	}
	fx := cancelEffect(b, given)
	return d.addOutbox(tx, &fx)
}

// cancelEffect shows a booking that has given seats back.
func cancelEffect(b *store.Booking, given []store.BookedSeat) effect {
	public := b.Public()
	fx := effect{Event: b.Event, Revision: b.Revision, ID: b.ID, Buyer: b.Buyer, Decision: protocol.StatusCancelled,
		Confirmed: -len(given), Seats: make([]effectSeat, len(given)), Booking: &public}
	for i, s := range given {
		fx.Seats[i] = showSeat(s, seatmap.Available)
	}
	return fx
}

func (d *Desk) addOutbox(tx *store.Tx, fx *effect) error {
	row, err := fx.row(store.OutboxDecision, d.cfg.Now())
	if err != nil {
		return err
	}
	return tx.AddOutbox([]store.OutboxRow{row})
}
