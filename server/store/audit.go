package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Moment is the database as it was at one moment, for an audit beside a live system: it waits for nobody and nobody waits for it.
type Moment struct{ db *gorm.DB }

// At runs fn on one moment of the database.
func (s *Store) At(ctx context.Context, fn func(*Moment) error) error {
	return s.r.WithContext(ctx).Transaction(func(db *gorm.DB) error { return fn(&Moment{db}) },
		&sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
}

// Event returns one; ErrNotFound.
func (m *Moment) Event(id string) (Event, error) {
	var row eventRow
	if err := withVenue(m.db).Where("events.id = ?", id).Take(&row).Error; err != nil {
		return Event{}, fmt.Errorf("event %q: %w", id, missing(err))
	}
	return row.event()
}

// Seats calls f with every seat of the event that is not available.
func (m *Moment) Seats(event string, f func(Seat)) error {
	for after := ""; ; {
		var rows []seatRow
		if err := m.db.Where("event_id = ? AND seat_id > ?", event, after).Order("seat_id").Limit(auditPage).Find(&rows).Error; err != nil {
			return fmt.Errorf("read seats of event %s: %w", event, err)
		}
		for _, r := range rows {
			f(r.seat())
		}
		if len(rows) < auditPage {
			return nil
		}
		after = rows[auditPage-1].Seat
	}
}

// auditPage is how many rows one statement of an audit reads.
const auditPage = 1000

// Bookings calls f with every booking of the event, by id.
func (m *Moment) Bookings(event string, f func(*Booking)) error {
	for after := ""; ; {
		var rows []bookingRow
		if err := m.db.Where("event_id = ? AND id > ?", event, after).Order("id").Limit(auditPage).Find(&rows).Error; err != nil {
			return fmt.Errorf("list bookings of event %s: %w", event, err)
		}
		for _, r := range rows {
			b, err := r.booking()
			if err != nil {
				return err
			}
			f(&b)
		}
		if len(rows) < auditPage {
			return nil
		}
		after = rows[auditPage-1].ID
	}
}

// Outbox returns how many outbox rows the event has, the highest of their revisions, and when the oldest was written.
func (m *Moment) Outbox(event string) (n int, last int64, oldest time.Time, err error) {
	var row struct {
		N       int
		Last    int64
		Created int64
	}
	err = m.db.Model(&outboxRow{}).Select("COUNT(*) AS n, COALESCE(MAX(revision), 0) AS last, COALESCE(MIN(created_at), 0) AS created").
		Where("event_id = ?", event).Take(&row).Error
	if err != nil {
		return 0, 0, time.Time{}, fmt.Errorf("read outbox of event %s: %w", event, err)
	}
	return row.N, row.Last, fromMS(row.Created), nil
}

// Revision returns how many decisions about the event there have been; ErrNotFound.
func (s *Store) Revision(ctx context.Context, event string) (int64, error) {
	var row eventRow
	if err := s.r.WithContext(ctx).Select("revision").Where("id = ?", event).Take(&row).Error; err != nil {
		return 0, fmt.Errorf("event %q: %w", event, missing(err))
	}
	return row.Revision, nil
}

// SeatsAt returns those of the seats that are not available, by seat id.
func (s *Store) SeatsAt(ctx context.Context, event string, seats []string) (map[string]Seat, error) {
	return (&Tx{s.r.WithContext(ctx)}).Owners(event, seats)
}

// BookingsByID returns those of the ids that are decided, by id.
func (s *Store) BookingsByID(ctx context.Context, ids []string) (map[string]Booking, error) {
	return (&Tx{s.r.WithContext(ctx)}).Bookings(ids)
}

// Decided is a booking in short.
type Decided struct {
	ID        string
	Event     string
	CreatedAt time.Time
}

// EveryBooking calls f with every booking, of one event or, when it is empty, of all.
func (s *Store) EveryBooking(ctx context.Context, event string, f func(Decided)) error {
	for after := ""; ; {
		var rows []bookingRow
		q := s.r.WithContext(ctx).Select("id", "event_id", "created_at").Where("id > ?", after)
		if event != "" {
			q = q.Where("event_id = ?", event)
		}
		if err := q.Order("id").Limit(auditPage).Find(&rows).Error; err != nil {
			return fmt.Errorf("list bookings: %w", err)
		}
		for _, r := range rows {
			f(Decided{ID: r.ID, Event: r.Event, CreatedAt: fromMS(r.Created)})
		}
		if len(rows) < auditPage {
			return nil
		}
		after = rows[auditPage-1].ID
	}
}

// CountBookings returns how many bookings there are, of one event or, when it is empty, of all.
func (s *Store) CountBookings(ctx context.Context, event string) (int64, error) {
	q := s.r.WithContext(ctx).Model(&bookingRow{})
	if event != "" {
		q = q.Where("event_id = ?", event)
	}
	var n int64
	if err := q.Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count bookings: %w", err)
	}
	return n, nil
}

// Offsets returns the stored offsets of a topic's partitions, in their order.
func (s *Store) Offsets(ctx context.Context, topic string) ([]Offset, error) {
	var rows []offsetRow
	if err := s.r.WithContext(ctx).Where("topic = ?", topic).Order("partition_no").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read offsets of %s: %w", topic, err)
	}
	out := make([]Offset, len(rows))
	for i, r := range rows {
		out[i] = Offset{Topic: r.Topic, Partition: int32(r.Partition), LogID: r.LogID, Next: r.Next}
	}
	return out, nil
}
