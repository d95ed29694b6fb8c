package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"jari/seatmap"
)

// Seat is a seat of an event that is not available: sold, or blocked when Booking is empty.
type Seat struct {
	Zone    string
	Index   int
	Seat    string
	Booking string
	Buyer   string
}

// State is what the seat is.
func (s Seat) State() seatmap.State {
	if s.Booking == "" {
		return seatmap.Blocked
	}
	return seatmap.Booked
}

type seatRow struct {
	Event   string `gorm:"column:event_id;primaryKey"`
	Seat    string `gorm:"column:seat_id;primaryKey"`
	Zone    string `gorm:"column:zone_id"`
	Index   int64  `gorm:"column:seat_index"`
	Booking string `gorm:"column:booking_id"`
	Buyer   string `gorm:"column:buyer_id"`
}

func (seatRow) TableName() string { return "event_seats" }

func (r seatRow) seat() Seat {
	return Seat{Zone: r.Zone, Index: int(r.Index), Seat: r.Seat, Booking: r.Booking, Buyer: r.Buyer}
}

func eventSeats(db *gorm.DB, event, zone string) ([]Seat, error) {
	q := db.Where("event_id = ?", event)
	if zone != "" {
		q = q.Where("zone_id = ?", zone)
	}
	var rows []seatRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read seats of event %s: %w", event, err)
	}
	out := make([]Seat, len(rows))
	for i, r := range rows {
		out[i] = r.seat()
	}
	return out, nil
}

// Seats returns every seat of the event that is not available.
func (s *Store) Seats(ctx context.Context, event string) ([]Seat, error) {
	return eventSeats(s.r.WithContext(ctx), event, "")
}

// SeatStates returns the map of a zone as the database knows it (ASCII digits: available, booked, blocked), for maps shown while Redis is away.
func (s *Store) SeatStates(ctx context.Context, event string, zone *seatmap.Zone) ([]byte, error) {
	seats, err := eventSeats(s.r.WithContext(ctx), event, zone.ID)
	if err != nil {
		return nil, err
	}
	states := make([]byte, zone.Capacity())
	for i := range states {
		states[i] = byte(seatmap.Available)
	}
	for _, seat := range seats {
		if seat.Index >= 0 && seat.Index < len(states) {
			states[seat.Index] = byte(seat.State())
		}
	}
	return states, nil
}

// Owners returns those of the seats that are not available, by seat id.
func (t *Tx) Owners(event string, seats []string) (map[string]Seat, error) {
	out := make(map[string]Seat)
	for _, part := range chunks(seats, 1000) {
		var rows []seatRow
		if err := t.db.Where("event_id = ? AND seat_id IN ?", event, part).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read owners in event %s: %w", event, err)
		}
		for _, r := range rows {
			out[r.Seat] = r.seat()
		}
	}
	return out, nil
}

// SeatCounts returns how many seats each of the buyers has in confirmed bookings of the event.
func (t *Tx) SeatCounts(event string, buyers []string) (map[string]int, error) {
	out := make(map[string]int)
	for _, part := range chunks(buyers, 1000) {
		var rows []struct {
			Buyer string `gorm:"column:buyer_id"`
			N     int
		}
		err := t.db.Model(&seatRow{}).Select("buyer_id, COUNT(*) AS n").
			Where("event_id = ? AND buyer_id IN ?", event, part).Group("buyer_id").Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("count seats in event %s: %w", event, err)
		}
		for _, r := range rows {
			out[r.Buyer] = r.N
		}
	}
	return out, nil
}

// InsertSeats gives seats away, plainly: a Duplicate error says that one is taken.
func (t *Tx) InsertSeats(event string, seats []Seat) error {
	rows := make([]seatRow, len(seats))
	for i, s := range seats {
		rows[i] = seatRow{Event: event, Seat: s.Seat, Zone: s.Zone, Index: int64(s.Index), Booking: s.Booking, Buyer: s.Buyer}
	}
	for _, part := range chunks(rows, 500) {
		if err := t.db.Create(&part).Error; err != nil {
			return fmt.Errorf("insert seats of event %s: %w", event, err)
		}
	}
	return nil
}

// DeleteSeats makes the seats available that belong to the booking (empty: that are blocked) and returns how many.
func (t *Tx) DeleteSeats(event, booking string, seats []string) (int, error) {
	n := 0
	for _, part := range chunks(seats, 1000) {
		del := t.db.Where("event_id = ? AND seat_id IN ? AND booking_id = ?", event, part, booking).Delete(&seatRow{})
		if del.Error != nil {
			return 0, fmt.Errorf("delete seats of event %s: %w", event, del.Error)
		}
		n += int(del.RowsAffected)
	}
	return n, nil
}

// DeleteSeatsOf makes every seat of the bookings available.
func (t *Tx) DeleteSeatsOf(event string, bookings []string) error {
	for _, part := range chunks(bookings, 1000) {
		if err := t.db.Where("event_id = ? AND booking_id IN ?", event, part).Delete(&seatRow{}).Error; err != nil {
			return fmt.Errorf("delete seats of event %s: %w", event, err)
		}
	}
	return nil
}

// DeleteAllSeats makes every seat of the event available.
func (t *Tx) DeleteAllSeats(event string) error {
	if err := t.db.Where("event_id = ?", event).Delete(&seatRow{}).Error; err != nil {
		return fmt.Errorf("delete seats of event %s: %w", event, err)
	}
	return nil
}
