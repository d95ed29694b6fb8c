package booking

import (
	"context"
	"errors"
	"slices"

	"jari/seatmap"
	"jari/server/store"
)

// Block takes seats off sale, all or none; a buyer who holds one loses it. Seats that are blocked already are success.
// Codes: invalid (no seats), not_found, seat_unavailable (a seat is sold), unavailable.
func (d *Desk) Block(ctx context.Context, event string, seats []string) error {
	return d.setBlocked(ctx, event, seats, true)
}

// Unblock puts seats back on sale, all or none. Seats that are available already are success.
// Codes: invalid (no seats), not_found, seat_unavailable (a seat is sold), unavailable.
func (d *Desk) Unblock(ctx context.Context, event string, seats []string) error {
	return d.setBlocked(ctx, event, seats, false)
}

func (d *Desk) setBlocked(ctx context.Context, event string, ids []string, blocked bool) error {
	_, plan, err := d.cfg.Events.Event(ctx, event)
	if err != nil {
		return d.refusal("read event", err)
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) == 0 {
		return refuse(seatmap.CodeInvalid, "no seats")
	}
	seats := make([]store.Seat, len(ids))
	for i, id := range ids {
		zone, index, ok := plan.Find(id)
		if !ok {
			return refuse(seatmap.CodeNotFound, "seat "+id+" is not in the plan")
		}
		seats[i] = store.Seat{Zone: zone.ID, Index: index, Seat: id}
	}
	err = d.cfg.Store.InTxAgain(ctx, func(tx *store.Tx) error {
		row, err := tx.LockEvent(event, 1)
		if err != nil {
			return err
		}
		owners, err := tx.Owners(event, ids)
		if err != nil {
			return err
		}
		change, err := toChange(seats, owners, blocked)
		if err != nil {
			return err
		}
		return d.blockIn(tx, row.Revision+1, event, change, blocked)
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	if err != nil {
		return d.refusal("block seats", err)
	}
	d.cfg.Nudge()
	return nil
}

// toChange returns the seats that are not yet as wanted, or refuses because of those that are sold.
func toChange(seats []store.Seat, owners map[string]store.Seat, blocked bool) ([]store.Seat, error) {
	var change []store.Seat
	var sold []seatmap.SeatState
	for _, s := range seats {
		owner, taken := owners[s.Seat]
		switch {
		case taken && owner.State() == seatmap.Booked:
			sold = append(sold, seatmap.SeatState{Zone: s.Zone, Seat: s.Seat, State: seatmap.Booked})
		case taken != blocked:
			change = append(change, s)
		}
	}
	if len(sold) > 0 {
		return nil, &seatmap.Refusal{Code: seatmap.CodeSeatUnavailable, Detail: "sold seats are cancelled first", Seats: sold}
	}
	if len(change) == 0 {
		return nil, errNothing
	}
	return change, nil
}

func (d *Desk) blockIn(tx *store.Tx, revision int64, event string, change []store.Seat, blocked bool) error {
	state := seatmap.Available
	if blocked {
		state = seatmap.Blocked
		if err := tx.InsertSeats(event, change); err != nil {
			return err
		}
	} else {
		ids := make([]string, len(change))
		for i, s := range change {
			ids[i] = s.Seat
		}
		if _, err := tx.DeleteSeats(event, "", ids); err != nil {
			return err
		}
	}
	fx := effect{Event: event, Revision: revision}
	for _, s := range change {
		fx.Seats = append(fx.Seats, showSeat(store.BookedSeat{Zone: s.Zone, Index: s.Index, Seat: s.Seat}, state))
	}
	return d.addOutbox(tx, &fx)
}
