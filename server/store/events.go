package store

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"jari/seatmap"
)

// Sale is the operator's switch of an event.
type Sale string

const (
	SaleOpen   Sale = "open"
	SalePaused Sale = "paused"
	SaleClosed Sale = "closed"
)

// Event is one performance on sale.
type Event struct {
	ID, Title, VenueID, VenueName, PlanHash string
	TimeZone, Currency                      string
	StartsAt, DoorsAt, EndsAt               time.Time
	OpensAt, ClosesAt                       time.Time // of the sale; zero: no bound
	Sale                                    Sale
	Hold, Ceiling                           time.Duration
	MaxSeats                                int
	Prices                                  map[string]int64 // by category id, minor units
	Fence                                   int64            // grows with every change of the row
	Epoch, Revision                         int64
	Partition                               int32 // of the bookings log that was seen to carry the event; -1: none yet
}

// Policy is the event's policy as Redis keeps it. A sale ends with its event at the latest.
func (e *Event) Policy() seatmap.Policy {
	closes := e.ClosesAt
	if !e.EndsAt.IsZero() && (closes.IsZero() || closes.After(e.EndsAt)) {
		closes = e.EndsAt
	}
	return seatmap.Policy{Fence: e.Fence, OnSale: e.Sale == SaleOpen, OpensAt: e.OpensAt, ClosesAt: closes,
		Hold: e.Hold, Ceiling: e.Ceiling, MaxSeats: e.MaxSeats}
}

type eventRow struct {
	ID        string `gorm:"column:id;primaryKey"`
	Title     string `gorm:"column:title"`
	VenueID   string `gorm:"column:venue_id"`
	VenueName string `gorm:"column:venue_name;->"` // of the join
	PlanHash  string `gorm:"column:plan_hash"`
	TimeZone  string `gorm:"column:time_zone"`
	Currency  string `gorm:"column:currency"`
	Starts    int64  `gorm:"column:starts_at"`
	Doors     int64  `gorm:"column:doors_at"`
	Ends      int64  `gorm:"column:ends_at"`
	Opens     int64  `gorm:"column:opens_at"`
	Closes    int64  `gorm:"column:closes_at"`
	Sale      string `gorm:"column:sale"`
	Hold      int64  `gorm:"column:hold_ms"`
	Ceiling   int64  `gorm:"column:ceiling_ms"`
	MaxSeats  int64  `gorm:"column:max_seats"`
	Prices    string `gorm:"column:prices"`
	Fence     int64  `gorm:"column:fence"`
	Epoch     int64  `gorm:"column:epoch"`
	Revision  int64  `gorm:"column:revision"`
	Partition int64  `gorm:"column:partition_no"`
	Created   int64  `gorm:"column:created_at"`
}

func (eventRow) TableName() string { return "events" }

func (r eventRow) event() (Event, error) {
	e := Event{
		ID: r.ID, Title: r.Title, VenueID: r.VenueID, VenueName: r.VenueName, PlanHash: r.PlanHash,
		TimeZone: r.TimeZone, Currency: r.Currency,
		StartsAt: fromMS(r.Starts), DoorsAt: fromMS(r.Doors), EndsAt: fromMS(r.Ends),
		OpensAt: fromMS(r.Opens), ClosesAt: fromMS(r.Closes), Sale: Sale(r.Sale),
		Hold: time.Duration(r.Hold) * time.Millisecond, Ceiling: time.Duration(r.Ceiling) * time.Millisecond,
		MaxSeats: int(r.MaxSeats), Fence: r.Fence, Epoch: r.Epoch, Revision: r.Revision, Partition: int32(r.Partition),
	}
	if err := json.Unmarshal([]byte(r.Prices), &e.Prices); err != nil {
		return Event{}, fmt.Errorf("decode prices of event %s: %w", r.ID, err)
	}
	return e, nil
}

var eventID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

func (e *Event) check() error {
	invalid := func(detail string) error { return &seatmap.Refusal{Code: seatmap.CodeInvalid, Detail: detail} }
	switch {
	case !eventID.MatchString(e.ID):
		return invalid("an event id has 1 to 32 characters of a-z, 0-9 and -, and begins with a letter or digit")
	case e.Title == "" || len([]rune(e.Title)) > 255:
		return invalid("a title has 1 to 255 characters")
	case len(e.Currency) != 3:
		return invalid("a currency is an ISO 4217 code")
	case e.Hold <= 0 || e.Ceiling < e.Hold:
		return invalid("a hold lasts longer than 0 s and its ceiling is not below it")
	case e.MaxSeats < 1:
		return invalid("a buyer may have at least 1 seat")
	case e.Sale != SaleOpen && e.Sale != SalePaused && e.Sale != SaleClosed:
		return invalid("a sale is open, paused or closed")
	}
	if _, err := time.LoadLocation(e.TimeZone); err != nil || e.TimeZone == "" || len(e.TimeZone) > 64 {
		return invalid("a time zone is a name of the IANA database")
	}
	return nil
}

// CreateEvent stores a new event; ErrExists when the id is taken, ErrNotFound when the venue or the plan is unknown.
// An empty Sale is open. Epoch and Revision begin at 0, Fence at 1. Codes: invalid.
func (s *Store) CreateEvent(ctx context.Context, e Event) error {
	if e.Sale == "" {
		e.Sale = SaleOpen
	}
	if err := e.check(); err != nil {
		return err
	}
	if e.Prices == nil {
		e.Prices = map[string]int64{}
	}
	prices, err := json.Marshal(e.Prices)
	if err != nil {
		return fmt.Errorf("encode prices: %w", err)
	}
	row := eventRow{
		ID: e.ID, Title: e.Title, VenueID: e.VenueID, PlanHash: e.PlanHash, TimeZone: e.TimeZone, Currency: e.Currency,
		Starts: ms(e.StartsAt), Doors: ms(e.DoorsAt), Ends: ms(e.EndsAt), Opens: ms(e.OpensAt), Closes: ms(e.ClosesAt),
		Sale: string(e.Sale), Hold: e.Hold.Milliseconds(), Ceiling: e.Ceiling.Milliseconds(), MaxSeats: int64(e.MaxSeats),
		Prices: string(prices), Fence: 1, Partition: -1, Created: ms(s.now()),
	}
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		for _, has := range []*gorm.DB{
			tx.Model(&venueRow{}).Where("id = ?", e.VenueID), tx.Model(&planRow{}).Where("hash = ?", e.PlanHash),
		} {
			var n int64
			if err := has.Count(&n).Error; err != nil {
				return err
			}
			if n == 0 {
				return fmt.Errorf("venue %q with plan %q: %w", e.VenueID, e.PlanHash, ErrNotFound)
			}
		}
		return tx.Create(&row).Error
	})
	if Duplicate(err) {
		return fmt.Errorf("event %s: %w", e.ID, ErrExists)
	}
	if err != nil {
		return fmt.Errorf("create event %s: %w", e.ID, err)
	}
	return nil
}

func withVenue(db *gorm.DB) *gorm.DB {
	return db.Model(&eventRow{}).Select("events.*, COALESCE(venues.name, '') AS venue_name").
		Joins("LEFT JOIN venues ON venues.id = events.venue_id")
}

// Events lists events by starts_at and id after the cursor (empty: from the first); next is empty at the end.
// limit is 1 to 1,000. Codes: invalid (a cursor that is none of ours).
func (s *Store) Events(ctx context.Context, after string, limit int) (events []Event, next string, err error) {
	limit = min(max(limit, 1), 1000)
	q := withVenue(s.r.WithContext(ctx))
	if after != "" {
		at, id, ok := strings.Cut(after, ".")
		starts, err := strconv.ParseInt(at, 10, 64)
		if !ok || err != nil {
			return nil, "", &seatmap.Refusal{Code: seatmap.CodeInvalid, Detail: "after is no cursor"}
		}
		q = q.Where("events.starts_at > ? OR (events.starts_at = ? AND events.id > ?)", starts, starts, id)
	}
	var rows []eventRow
	if err := q.Order("events.starts_at, events.id").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("list events: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = strconv.FormatInt(last.Starts, 10) + "." + last.ID
	}
	for _, r := range rows {
		e, err := r.event()
		if err != nil {
			return nil, "", err
		}
		events = append(events, e)
	}
	return events, next, nil
}

// Event returns one; ErrNotFound.
func (s *Store) Event(ctx context.Context, id string) (Event, error) {
	var row eventRow
	if err := withVenue(s.r.WithContext(ctx)).Where("events.id = ?", id).Take(&row).Error; err != nil {
		return Event{}, fmt.Errorf("event %q: %w", id, missing(err))
	}
	return row.event()
}

// afterlife is how long an ended event is still looked after: what was pending at its end is settled.
const afterlife = time.Hour

// Fences returns the fence of every event that has not ended an hour ago, so that nodes notice a change within a second.
func (s *Store) Fences(ctx context.Context) (map[string]int64, error) {
	var rows []eventRow
	err := s.r.WithContext(ctx).Select("id", "fence").Where("ends_at = 0 OR ends_at > ?", ms(s.now().Add(-afterlife))).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read fences: %w", err)
	}
	out := make(map[string]int64, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Fence
	}
	return out, nil
}

// Over returns the events that Fences leaves out, the last that ended first.
func (s *Store) Over(ctx context.Context) ([]string, error) {
	var ids []string
	err := s.r.WithContext(ctx).Model(&eventRow{}).Where("ends_at > 0 AND ends_at <= ?", ms(s.now().Add(-afterlife))).
		Order("ends_at DESC, id").Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("list events that are over: %w", err)
	}
	return ids, nil
}

// SetSale changes the operator's switch and raises the fence; ErrNotFound. Codes: invalid.
func (s *Store) SetSale(ctx context.Context, event string, sale Sale) error {
	if sale != SaleOpen && sale != SalePaused && sale != SaleClosed {
		return &seatmap.Refusal{Code: seatmap.CodeInvalid, Detail: "a sale is open, paused or closed"}
	}
	return s.changeEvent(ctx, event, map[string]any{"sale": string(sale)})
}

// MoveEvent gives an event other times and raises the fence; ErrNotFound.
func (s *Store) MoveEvent(ctx context.Context, event string, starts, doors, ends time.Time) error {
	return s.changeEvent(ctx, event, map[string]any{"starts_at": ms(starts), "doors_at": ms(doors), "ends_at": ms(ends)})
}

func (s *Store) changeEvent(ctx context.Context, event string, columns map[string]any) error {
	columns["fence"] = gorm.Expr("fence + 1")
	up := s.w.WithContext(ctx).Model(&eventRow{}).Where("id = ?", event).Updates(columns)
	if up.Error != nil {
		return fmt.Errorf("change event %s: %w", event, up.Error)
	}
	if up.RowsAffected == 0 {
		return fmt.Errorf("event %q: %w", event, ErrNotFound)
	}
	return nil
}
