package booking

import (
	"context"
	"fmt"
	"time"

	"jari/server/protocol"
	"jari/server/store"
)

// resetChunk is how many bookings one transaction cancels: every decision about the event waits for its lock.
const resetChunk = 200

// Reset cancels every booking of the event, each by a decision of its own, and puts every seat back on sale. No booking is deleted: a
// replay of the log must find them. What is booked meanwhile is cancelled too. After an error some bookings are cancelled, and a
// repetition cancels the others. store.ErrNotFound.
func Reset(ctx context.Context, db *store.Store, event string, now func() time.Time) error {
	return reset(ctx, db, event, now, resetChunk)
}

func reset(ctx context.Context, db *store.Store, event string, now func() time.Time, chunk int) error {
	for after, done := "", false; !done; {
		last := ""
		err := db.InTxAgain(ctx, func(tx *store.Tx) (err error) {
			last, done, err = resetIn(tx, event, after, now(), chunk)
			return err
		})
		if err != nil {
			return fmt.Errorf("reset event %s: %w", event, err)
		}
		after = last
	}
	return nil
}

// resetIn cancels at most chunk bookings with ids after one, and returns after which to go on. It is done when there are no others.
func resetIn(tx *store.Tx, event, after string, now time.Time, chunk int) (last string, done bool, err error) {
	e, err := tx.LockEvent(event, 0)
	if err != nil {
		return "", false, err
	}
	bookings, err := tx.Confirmed(event, after, chunk)
	if err != nil {
		return "", false, err
	}
	revision := e.Revision
	var ids []string
	var rows []store.OutboxRow
	for i := range bookings {
		b := &bookings[i]
		given, err := giveBack(b, nil)
		if err != nil {
			return "", false, err
		}
		revision++
		b.Status, b.Revision, b.DecidedAt = protocol.StatusCancelled, revision, now
		if err := tx.UpdateBooking(b); err != nil {
			return "", false, err
		}
		fx := cancelEffect(b, given)
		row, err := fx.row(store.OutboxDecision, now)
		if err != nil {
			return "", false, err
		}
		ids, rows, last = append(ids, b.ID), append(rows, row), b.ID
	}
	if err := tx.DeleteSeatsOf(event, ids); err != nil {
		return "", false, err
	}
	if len(bookings) < chunk {
		// Once more from the first id, unless this was from there: ids are no order of time.
		last, done = "", after == ""
	}
	if done {
		if err := tx.DeleteAllSeats(event); err != nil { // the blocked ones
			return "", false, err
		}
		revision++
		rows = append(rows, store.OutboxRow{Event: event, Revision: revision, Kind: store.OutboxRebuild, Body: []byte("{}"), At: now})
	}
	if err := tx.AddOutbox(rows); err != nil {
		return "", false, err
	}
	return last, done, tx.SetRevision(event, revision, e.Partition)
}
