package store

import (
	"context"
	"fmt"
	"time"
)

// Kinds of outbox rows.
const (
	OutboxDecision = "decision" // to be applied to Redis, told and produced
	OutboxRebuild  = "rebuild"  // the whole event is to be loaded into Redis
)

// OutboxRow is a revision of an event that the rest of the world has not acknowledged.
type OutboxRow struct {
	Event    string
	Revision int64
	Kind     string
	Body     []byte // JSON
	At       time.Time
}

type outboxRow struct {
	Event    string `gorm:"column:event_id;primaryKey"`
	Revision int64  `gorm:"column:revision;primaryKey;autoIncrement:false"`
	Kind     string `gorm:"column:kind"`
	Body     string `gorm:"column:body"`
	Created  int64  `gorm:"column:created_at"`
}

func (outboxRow) TableName() string { return "outbox" }

// AddOutbox adds rows; their revisions are those taken by LockEvent.
func (t *Tx) AddOutbox(list []OutboxRow) error {
	rows := make([]outboxRow, len(list))
	for i, o := range list {
		rows[i] = outboxRow{Event: o.Event, Revision: o.Revision, Kind: o.Kind, Body: string(o.Body), Created: ms(o.At)}
	}
	for _, part := range sized(rows, 200, func(r *outboxRow) int { return len(r.Body) }) {
		if err := t.db.Create(&part).Error; err != nil {
			return fmt.Errorf("insert outbox: %w", err)
		}
	}
	return nil
}

// OutboxEvents lists the events of a partition that have outbox rows, and whether one of the rows is a rebuild; and those of which
// no partition is known yet, which are nobody's.
func (s *Store) OutboxEvents(ctx context.Context, partition int32) ([]OutboxEvent, error) {
	var rows []OutboxEvent
	// CROSS JOIN keeps SQLite from walking all events first: the outbox is nearly always empty, and is asked all the time.
	err := s.r.WithContext(ctx).Table("outbox").
		Select("outbox.event_id, events.partition_no, MAX(CASE WHEN outbox.kind = ? THEN outbox.revision ELSE 0 END) AS rebuild", OutboxRebuild).
		Joins("CROSS JOIN events ON events.id = outbox.event_id").Where("events.partition_no IN (?, -1)", partition).
		Group("outbox.event_id, events.partition_no").Order("outbox.event_id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list outbox of partition %d: %w", partition, err)
	}
	return rows, nil
}

// OutboxEvent is an event with outbox rows.
type OutboxEvent struct {
	Event     string `gorm:"column:event_id"`
	Rebuild   int64  `gorm:"column:rebuild"`      // revision of its last rebuild row; 0: none
	Partition int32  `gorm:"column:partition_no"` // -1: not known yet
}

// Outbox returns an event's outbox rows in the order of their revisions, at most limit, beginning above after.
func (s *Store) Outbox(ctx context.Context, event string, after int64, limit int) ([]OutboxRow, error) {
	var rows []outboxRow
	err := s.r.WithContext(ctx).Where("event_id = ? AND revision > ?", event, after).Order("revision").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read outbox of event %s: %w", event, err)
	}
	out := make([]OutboxRow, len(rows))
	for i, r := range rows {
		out[i] = OutboxRow{Event: r.Event, Revision: r.Revision, Kind: r.Kind, Body: []byte(r.Body), At: fromMS(r.Created)}
	}
	return out, nil
}

// DeleteOutbox removes the rows of an event from revision from up to and including to. All of them are acknowledged.
func (s *Store) DeleteOutbox(ctx context.Context, event string, from, to int64) error {
	err := s.w.WithContext(ctx).Where("event_id = ? AND revision >= ? AND revision <= ?", event, from, to).Delete(&outboxRow{}).Error
	if err != nil {
		return fmt.Errorf("delete outbox of event %s: %w", event, err)
	}
	return nil
}

// DeleteRebuilds removes the rebuild rows of an event up to and including a revision: a load has fulfilled them.
func (s *Store) DeleteRebuilds(ctx context.Context, event string, to int64) error {
	err := s.w.WithContext(ctx).Where("event_id = ? AND kind = ? AND revision <= ?", event, OutboxRebuild, to).Delete(&outboxRow{}).Error
	if err != nil {
		return fmt.Errorf("delete rebuilds of event %s: %w", event, err)
	}
	return nil
}

// OutboxWaits reports whether any row waits at all: one cheap look for all partitions.
func (s *Store) OutboxWaits(ctx context.Context) (bool, error) {
	var rows []outboxRow
	if err := s.r.WithContext(ctx).Select("event_id").Limit(1).Find(&rows).Error; err != nil {
		return false, fmt.Errorf("look into outbox: %w", err)
	}
	return len(rows) > 0, nil
}

// OutboxSize is how many rows wait, over all events.
func (s *Store) OutboxSize(ctx context.Context) (int64, error) {
	var n int64
	if err := s.r.WithContext(ctx).Model(&outboxRow{}).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count outbox: %w", err)
	}
	return n, nil
}
