package store

import (
	"context"
	"fmt"

	"jari/server/protocol"
)

// Taken returns how many seats of each of the events are sold or blocked. Events without any are left out.
func (s *Store) Taken(ctx context.Context, events []string) (map[string]int, error) {
	out := make(map[string]int)
	for _, part := range chunks(events, 1000) {
		var rows []struct {
			Event string `gorm:"column:event_id"`
			N     int
		}
		err := s.r.WithContext(ctx).Model(&seatRow{}).Select("event_id, COUNT(*) AS n").
			Where("event_id IN ?", part).Group("event_id").Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("count seats: %w", err)
		}
		for _, r := range rows {
			out[r.Event] = r.N
		}
	}
	return out, nil
}

// CountConfirmed returns how many bookings of the event are confirmed.
func (s *Store) CountConfirmed(ctx context.Context, event string) (int, error) {
	var n int64
	err := s.r.WithContext(ctx).Model(&bookingRow{}).Where("event_id = ? AND status = ?", event, protocol.StatusConfirmed).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count bookings of event %s: %w", event, err)
	}
	return int(n), nil
}
