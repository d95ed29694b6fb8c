package booking

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"jari/seatmap"
	"jari/server/store"
	"jari/server/stream"
)

// Types of records.
const (
	typeBook    = "book"    // decide this booking
	typeSettle  = "settle"  // its lease has passed: show what it became, or reject it as lapsed
	typeRebuild = "rebuild" // everything before is decided: load the event into Redis
)

// Limits of a record, in characters; the database's columns are as wide.
const (
	maxName  = 200
	maxEmail = 254
)

// Record is an entry of the bookings log, JSON. It says all that deciding needs.
type Record struct {
	Type      string             `json:"type"`
	Event     string             `json:"event"`
	Booking   string             `json:"booking,omitempty"`
	Buyer     string             `json:"buyer,omitempty"`
	Seats     []store.BookedSeat `json:"seats,omitempty"`
	Currency  string             `json:"currency,omitempty"`
	Name      string             `json:"name,omitempty"`
	Email     string             `json:"email,omitempty"`
	CreatedAt int64              `json:"created_at,omitempty"` // ms since 1970
	// Again is set by a replay of dead letters: a booking rejected as dead_letter may be decided anew.
	Again bool `json:"again,omitempty"`
}

func bookedSeats(picks []seatmap.Pick) []store.BookedSeat {
	out := make([]store.BookedSeat, len(picks))
	for i, p := range picks {
		out[i] = store.BookedSeat{Zone: p.Zone, Index: p.Index, Seat: p.Seat, Price: p.Price}
	}
	return out
}

func (r *Record) encode() ([]byte, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode %s record: %w", r.Type, err)
	}
	return b, nil
}

func (r *Record) created() time.Time { return time.UnixMilli(r.CreatedAt).UTC() }

// total is the price of all seats, in minor units.
func (r *Record) total() int64 {
	var sum int64
	for _, s := range r.Seats {
		sum += s.Price
	}
	return sum
}

// readRecord decodes a record as far as it goes; what it says may still be nonsense, which check finds.
func readRecord(r stream.Record) (Record, error) {
	var rec Record
	if err := json.Unmarshal(r.Value, &rec); err != nil {
		return rec, fmt.Errorf("not a record: %w", err)
	}
	if rec.CreatedAt == 0 {
		rec.CreatedAt = r.Time.UnixMilli()
	}
	return rec, nil
}

// check returns why the record can never be decided, nil when it can.
func (r *Record) check(plan *seatmap.Plan) error {
	switch r.Type {
	case typeRebuild:
		return nil
	case typeBook:
		if len(r.Seats) == 0 {
			return errors.New("no seats")
		}
	case typeSettle:
	default:
		return fmt.Errorf("unknown type %q", r.Type)
	}
	if !r.names() {
		return errors.New("names no booking or no buyer")
	}
	if r.Type == typeBook && len(r.Currency) != 3 {
		return fmt.Errorf("currency %q", r.Currency)
	}
	if err := checkContact(r.Name, r.Email); err != nil {
		return err
	}
	return checkSeats(r.Seats, plan)
}

func checkSeats(seats []store.BookedSeat, plan *seatmap.Plan) error {
	seen := make(map[string]bool, len(seats))
	var sum int64
	for _, s := range seats {
		zone, index, ok := plan.Find(s.Seat)
		switch {
		case !ok || zone.ID != s.Zone || index != s.Index:
			return fmt.Errorf("seat %q at %s/%d is not in the plan", s.Seat, s.Zone, s.Index)
		case seen[s.Seat]:
			return fmt.Errorf("seat %q twice", s.Seat)
		case s.Price < 0 || s.Price > math.MaxInt64-sum:
			return fmt.Errorf("price of seat %q", s.Seat)
		}
		seen[s.Seat] = true
		sum += s.Price
	}
	return nil
}

// names reports whether the record says which booking it is about, so that the booking can be told what became of it.
func (r *Record) names() bool {
	_, err := uuid.Parse(r.Booking)
	_, buyerErr := uuid.Parse(r.Buyer)
	return err == nil && buyerErr == nil && len(r.Booking) == 36 && len(r.Buyer) == 36
}

// checkContact returns what is wrong with a name or an address; both may be empty.
func checkContact(name, email string) error {
	for _, field := range []struct {
		what, text string
		limit      int
	}{{"name", name, maxName}, {"email", email, maxEmail}} {
		if !utf8.ValidString(field.text) {
			return fmt.Errorf("%s is not UTF-8", field.what)
		}
		if utf8.RuneCountInString(field.text) > field.limit {
			return fmt.Errorf("%s is longer than %d characters", field.what, field.limit)
		}
		for _, c := range field.text {
			if unicode.IsControl(c) {
				return fmt.Errorf("%s has a control character", field.what)
			}
		}
	}
	return nil
}
