package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// LockEvent locks the event's row for the rest of the transaction and takes n revisions of it. Every transaction that decides
// about seats begins so (events in the order of their ids), so that decisions of an event have one order. The returned event has
// the Revision before; ErrNotFound.
func (t *Tx) LockEvent(event string, n int) (Event, error) {
	up := t.db.Model(&eventRow{}).Where("id = ?", event).Update("revision", gorm.Expr("revision + ?", n))
	if up.Error != nil {
		return Event{}, fmt.Errorf("lock event %s: %w", event, up.Error)
	}
	if up.RowsAffected == 0 {
		return Event{}, fmt.Errorf("event %q: %w", event, ErrNotFound)
	}
	var row eventRow
	if err := withVenue(t.db).Where("events.id = ?", event).Take(&row).Error; err != nil {
		return Event{}, fmt.Errorf("read event %s: %w", event, missing(err))
	}
	e, err := row.event()
	e.Revision -= int64(n)
	return e, err
}

// SetRevision writes how many of the revisions taken were used, and the partition that carries the event.
func (t *Tx) SetRevision(event string, revision int64, partition int32) error {
	err := t.db.Model(&eventRow{}).Where("id = ?", event).
		Updates(map[string]any{"revision": revision, "partition_no": partition}).Error
	if err != nil {
		return fmt.Errorf("set revision of event %s: %w", event, err)
	}
	return nil
}

// NextEpoch takes the event's next epoch and reads, in the same transaction, its row and every seat that is not available; ErrNotFound.
func (s *Store) NextEpoch(ctx context.Context, event string) (e Event, seats []Seat, err error) {
	err = s.InTxAgain(ctx, func(t *Tx) error {
		up := t.db.Model(&eventRow{}).Where("id = ?", event).Update("epoch", gorm.Expr("epoch + 1"))
		if up.Error != nil {
			return up.Error
		}
		if e, err = t.LockEvent(event, 0); err != nil {
			return err
		}
		seats, err = eventSeats(t.db, event, "")
		return err
	})
	if err != nil {
		return Event{}, nil, fmt.Errorf("next epoch of event %s: %w", event, err)
	}
	return e, seats, nil
}
