package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"jari/server/protocol"
)

// Booking is a decided booking: confirmed, rejected or cancelled. What is pending is not in the database.
type Booking struct {
	ID, Event, Buyer, Reference string
	Status, Reason              string
	Name, Email                 string
	Currency                    string
	Total                       int64 // minor units, of the seats that it has (of a cancelled one: had)
	Seats                       []BookedSeat
	CreatedAt, DecidedAt        time.Time
	Revision                    int64 // of the decision that made it what it is
}

// BookedSeat is a seat that was asked for, with the price fixed when it was held.
type BookedSeat struct {
	Zone      string `json:"zone"`
	Index     int    `json:"index"`
	Seat      string `json:"seat"`
	Price     int64  `json:"price"`               // minor units
	Cancelled bool   `json:"cancelled,omitempty"` // given back by a partial cancel
}

// Public is the booking as its buyer sees it.
func (b *Booking) Public() protocol.Booking {
	out := protocol.Booking{
		ID: b.ID, Reference: b.Reference, Status: b.Status, Event: b.Event, Reason: b.Reason,
		Seats: []protocol.HeldSeat{}, Total: protocol.Money{Amount: b.Total, Currency: b.Currency},
		CreatedAt: protocol.Time{Time: b.CreatedAt},
	}
	for _, s := range b.Seats {
		seat := protocol.HeldSeat{Zone: s.Zone, Seat: s.Seat, Price: protocol.Money{Amount: s.Price, Currency: b.Currency}}
		if s.Cancelled {
			out.Cancelled = append(out.Cancelled, seat)
		} else {
			out.Seats = append(out.Seats, seat)
		}
	}
	return out
}

type bookingRow struct {
	ID        string `gorm:"column:id;primaryKey"`
	Event     string `gorm:"column:event_id"`
	Buyer     string `gorm:"column:buyer_id"`
	Reference string `gorm:"column:reference"`
	Status    string `gorm:"column:status"`
	Reason    string `gorm:"column:reason"`
	Name      string `gorm:"column:name"`
	Email     string `gorm:"column:email"`
	Currency  string `gorm:"column:currency"`
	Total     int64  `gorm:"column:total"`
	Seats     string `gorm:"column:seats"`
	Created   int64  `gorm:"column:created_at"`
	Decided   int64  `gorm:"column:decided_at"`
	Revision  int64  `gorm:"column:revision"`
}

func (bookingRow) TableName() string { return "bookings" }

func rowOf(b *Booking) (bookingRow, error) {
	seats, err := json.Marshal(b.Seats)
	if err != nil {
		return bookingRow{}, fmt.Errorf("encode seats of booking %s: %w", b.ID, err)
	}
	return bookingRow{
		ID: b.ID, Event: b.Event, Buyer: b.Buyer, Reference: b.Reference, Status: b.Status, Reason: b.Reason,
		Name: b.Name, Email: b.Email, Currency: b.Currency, Total: b.Total, Seats: string(seats),
		Created: ms(b.CreatedAt), Decided: ms(b.DecidedAt), Revision: b.Revision,
	}, nil
}

func (r bookingRow) booking() (Booking, error) {
	b := Booking{
		ID: r.ID, Event: r.Event, Buyer: r.Buyer, Reference: r.Reference, Status: r.Status, Reason: r.Reason,
		Name: r.Name, Email: r.Email, Currency: r.Currency, Total: r.Total,
		CreatedAt: fromMS(r.Created), DecidedAt: fromMS(r.Decided), Revision: r.Revision,
	}
	if err := json.Unmarshal([]byte(r.Seats), &b.Seats); err != nil {
		return Booking{}, fmt.Errorf("decode seats of booking %s: %w", r.ID, err)
	}
	return b, nil
}

func bookingsOf(rows []bookingRow) ([]Booking, error) {
	out := make([]Booking, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.booking(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func bookingByID(db *gorm.DB, id string) (Booking, error) {
	var row bookingRow
	if err := db.Where("id = ?", id).Take(&row).Error; err != nil {
		return Booking{}, fmt.Errorf("booking %q: %w", id, missing(err))
	}
	return row.booking()
}

// Booking returns a decided booking; ErrNotFound.
func (s *Store) Booking(ctx context.Context, id string) (Booking, error) {
	return bookingByID(s.r.WithContext(ctx), id)
}

// BookingsOf lists a buyer's decided bookings, newest first, at most limit.
func (s *Store) BookingsOf(ctx context.Context, buyer string, limit int) ([]Booking, error) {
	var rows []bookingRow
	err := s.r.WithContext(ctx).Where("buyer_id = ?", buyer).Order("created_at DESC, id").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list bookings of %s: %w", buyer, err)
	}
	return bookingsOf(rows)
}

// Booking returns a decided booking; ErrNotFound.
func (t *Tx) Booking(id string) (Booking, error) { return bookingByID(t.db, id) }

// Bookings returns those of the ids that are decided, by id.
func (t *Tx) Bookings(ids []string) (map[string]Booking, error) {
	out := make(map[string]Booking)
	for _, part := range chunks(ids, 1000) {
		var rows []bookingRow
		if err := t.db.Where("id IN ?", part).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read bookings: %w", err)
		}
		list, err := bookingsOf(rows)
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			out[b.ID] = b
		}
	}
	return out, nil
}

// Confirmed lists confirmed bookings of an event by id after the given one (empty: from the first), at most limit.
func (t *Tx) Confirmed(event, after string, limit int) ([]Booking, error) {
	var rows []bookingRow
	err := t.db.Where("event_id = ? AND status = ? AND id > ?", event, protocol.StatusConfirmed, after).Order("id").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list confirmed bookings of event %s: %w", event, err)
	}
	return bookingsOf(rows)
}

// References returns which booking has each of the references in an event.
func (t *Tx) References(event string, references []string) (map[string]string, error) {
	out := make(map[string]string)
	for _, part := range chunks(references, 1000) {
		var rows []bookingRow
		err := t.db.Select("id", "reference").Where("event_id = ? AND reference IN ?", event, part).Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read references of event %s: %w", event, err)
		}
		for _, r := range rows {
			out[r.Reference] = r.ID
		}
	}
	return out, nil
}

// InsertBookings stores decided bookings, plainly: a Duplicate error says that an id or a reference is taken.
func (t *Tx) InsertBookings(bookings []Booking) error {
	rows := make([]bookingRow, len(bookings))
	for i := range bookings {
		var err error
		if rows[i], err = rowOf(&bookings[i]); err != nil {
			return err
		}
	}
	for _, part := range sized(rows, 200, func(r *bookingRow) int { return len(r.Seats) }) {
		if err := t.db.Create(&part).Error; err != nil {
			return fmt.Errorf("insert bookings: %w", err)
		}
	}
	return nil
}

// UpdateBooking writes a booking whose row is there; ErrNotFound.
func (t *Tx) UpdateBooking(b *Booking) error {
	row, err := rowOf(b)
	if err != nil {
		return err
	}
	up := t.db.Model(&bookingRow{}).Where("id = ?", b.ID).Select("*").Omit("id").Updates(&row)
	if up.Error != nil {
		return fmt.Errorf("update booking %s: %w", b.ID, up.Error)
	}
	if up.RowsAffected == 0 {
		return fmt.Errorf("booking %q: %w", b.ID, ErrNotFound)
	}
	return nil
}
