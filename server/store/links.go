package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// LinksKept is how many keys open a booking at once. A browser keeps the key that it was given, so each is a device, or a link that was sent.
const LinksKept = 8

type linkRow struct {
	Hash    string `gorm:"column:key_hash;primaryKey"`
	Booking string `gorm:"column:booking_id"`
	Created int64  `gorm:"column:created_at"`
}

func (linkRow) TableName() string { return "booking_links" }

// AddLink lets the key of this hash open a booking. The oldest keys beyond LinksKept open it no more; ErrNotFound.
func (s *Store) AddLink(ctx context.Context, booking, hash string, at time.Time) error {
	return s.retry(ctx, func(db *gorm.DB) error {
		// Changes nothing, and locks the row: two that each saw room for one more would both add one.
		up := db.Model(&bookingRow{}).Where("id = ?", booking).Update("revision", gorm.Expr("revision"))
		if up.Error != nil {
			return fmt.Errorf("lock booking %s: %w", booking, up.Error)
		}
		if up.RowsAffected == 0 {
			return fmt.Errorf("booking %q: %w", booking, ErrNotFound)
		}
		var rows []linkRow
		if err := db.Where("booking_id = ?", booking).Order("created_at DESC, key_hash").Find(&rows).Error; err != nil {
			return fmt.Errorf("list links of booking %s: %w", booking, err)
		}
		if len(rows) >= LinksKept {
			old := rows[LinksKept-1:]
			if err := db.Delete(&old).Error; err != nil {
				return fmt.Errorf("forget links of booking %s: %w", booking, err)
			}
		}
		if err := db.Create(&linkRow{Hash: hash, Booking: booking, Created: ms(at)}).Error; err != nil {
			return fmt.Errorf("insert link of booking %s: %w", booking, err)
		}
		return nil
	})
}

// LinkedBooking returns the id of the booking that the key of this hash opens; ErrNotFound. It looks for nothing but the hash: what a wrong
// key costs says nothing about any booking.
func (s *Store) LinkedBooking(ctx context.Context, hash string) (string, error) {
	var row linkRow
	if err := s.r.WithContext(ctx).Where("key_hash = ?", hash).Take(&row).Error; err != nil {
		return "", fmt.Errorf("read link: %w", missing(err))
	}
	return row.Booking, nil
}

// DeleteLinks lets no key open a booking any more. That there is none is no error.
func (s *Store) DeleteLinks(ctx context.Context, booking string) error {
	if err := s.w.WithContext(ctx).Where("booking_id = ?", booking).Delete(&linkRow{}).Error; err != nil {
		return fmt.Errorf("forget links of booking %s: %w", booking, err)
	}
	return nil
}
