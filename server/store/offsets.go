package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// Offset is where the worker is in a partition of a log. LogID tells one log from another.
type Offset struct {
	Topic     string
	Partition int32
	LogID     string
	Next      int64
}

type offsetRow struct {
	Topic     string `gorm:"column:topic;primaryKey"`
	Partition int64  `gorm:"column:partition_no;primaryKey;autoIncrement:false"`
	LogID     string `gorm:"column:log_id"`
	Next      int64  `gorm:"column:next_offset"`
}

func (offsetRow) TableName() string { return "log_offsets" }

func readOffset(db *gorm.DB, topic string, partition int32) (Offset, error) {
	var row offsetRow
	if err := db.Where("topic = ? AND partition_no = ?", topic, partition).Take(&row).Error; err != nil {
		return Offset{}, fmt.Errorf("offset of %s/%d: %w", topic, partition, missing(err))
	}
	return Offset{Topic: row.Topic, Partition: int32(row.Partition), LogID: row.LogID, Next: row.Next}, nil
}

// Offset returns the stored offset of a partition; ErrNotFound.
func (s *Store) Offset(ctx context.Context, topic string, partition int32) (Offset, error) {
	return readOffset(s.r.WithContext(ctx), topic, partition)
}

// CreateOffset stores the first offset of a partition; ErrExists when there is one.
func (s *Store) CreateOffset(ctx context.Context, o Offset) error {
	err := s.w.WithContext(ctx).
		Create(&offsetRow{Topic: o.Topic, Partition: int64(o.Partition), LogID: o.LogID, Next: o.Next}).Error
	if Duplicate(err) {
		return fmt.Errorf("offset of %s/%d: %w", o.Topic, o.Partition, ErrExists)
	}
	if err != nil {
		return fmt.Errorf("create offset of %s/%d: %w", o.Topic, o.Partition, err)
	}
	return nil
}

// RestartOffset replaces a stored offset that means nothing any more; ErrNotOwner when it is not what was expected.
func (s *Store) RestartOffset(ctx context.Context, was Offset, logID string, next int64) error {
	return moveOffset(s.w.WithContext(ctx), was, logID, next)
}

// Advance moves the stored offset. It is the first statement of a batch's transaction: the row's lock makes batches of one
// partition follow each other, and ErrNotOwner says that another worker has dealt with the batch.
func (t *Tx) Advance(was Offset, next int64) error { return moveOffset(t.db, was, was.LogID, next) }

func moveOffset(db *gorm.DB, was Offset, logID string, next int64) error {
	up := db.Model(&offsetRow{}).
		Where("topic = ? AND partition_no = ? AND log_id = ? AND next_offset = ?", was.Topic, was.Partition, was.LogID, was.Next).
		Updates(map[string]any{"log_id": logID, "next_offset": next})
	if up.Error != nil {
		return fmt.Errorf("move offset of %s/%d: %w", was.Topic, was.Partition, up.Error)
	}
	if up.RowsAffected == 0 {
		return fmt.Errorf("move offset of %s/%d from %d: %w", was.Topic, was.Partition, was.Next, ErrNotOwner)
	}
	return nil
}
