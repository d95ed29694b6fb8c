// Package store is the database, MariaDB or SQLite through GORM: it has the last word. It is the only importer of gorm.
package store

import (
	"context"
	"time"

	"jari/seatmap"
)

// Config is what a Store needs.
type Config struct {
	DSN string // MariaDB: user:password@tcp(host:port)/name; SQLite: sqlite:///path/to/file (or sqlite:path)
}

// Store is the database.
type Store struct{}

// Open dials the database. It does not migrate.
func Open(ctx context.Context, cfg Config) (*Store, error) { panic("not yet") }

// Migrate applies the numbered SQL that is missing and returns how many files it applied.
func (s *Store) Migrate(ctx context.Context) (int, error) { panic("not yet") }

// CheckSchema fails when the schema is not the one this binary knows, naming the command that mends it.
func (s *Store) CheckSchema(ctx context.Context) error { panic("not yet") }

// Ping answers within the context whether the database does.
func (s *Store) Ping(ctx context.Context) error { panic("not yet") }

// Close lets it go.
func (s *Store) Close() error { panic("not yet") }

// Sale is the operator's switch of an event.
type Sale string

const (
	SaleOpen   Sale = "open"
	SalePaused Sale = "paused"
	SaleClosed Sale = "closed"
)

// Venue is a building with its present plan.
type Venue struct {
	ID, Name, PlanHash string
}

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
}

// Policy is the event's policy as Redis keeps it.
func (e *Event) Policy() seatmap.Policy {
	return seatmap.Policy{Fence: e.Fence, OnSale: e.Sale == SaleOpen, OpensAt: e.OpensAt, ClosesAt: e.ClosesAt,
		Hold: e.Hold, Ceiling: e.Ceiling, MaxSeats: e.MaxSeats}
}

// PutVenue stores a venue and its plan (immutable, by hash); the same venue again is success.
func (s *Store) PutVenue(ctx context.Context, id string, p *seatmap.Plan) (Venue, error) {
	panic("not yet")
}

// Venues lists all venues by id.
func (s *Store) Venues(ctx context.Context) ([]Venue, error) { panic("not yet") }

// Venue returns one; ErrNotFound.
func (s *Store) Venue(ctx context.Context, id string) (Venue, error) { panic("not yet") }

// Plan returns the plan of that hash; ErrNotFound.
func (s *Store) Plan(ctx context.Context, hash string) (*seatmap.Plan, error) { panic("not yet") }

// CreateEvent stores a new event; ErrExists when the id is taken.
func (s *Store) CreateEvent(ctx context.Context, e Event) error { panic("not yet") }

// Events lists events by starts_at and id after the cursor (empty: from the first); next is empty at the end.
func (s *Store) Events(ctx context.Context, after string, limit int) (events []Event, next string, err error) {
	panic("not yet")
}

// Event returns one; ErrNotFound.
func (s *Store) Event(ctx context.Context, id string) (Event, error) { panic("not yet") }

// Fences returns the fence of every event that has not ended, so that nodes notice a change within a second.
func (s *Store) Fences(ctx context.Context) (map[string]int64, error) { panic("not yet") }

// SetSale changes the operator's switch and raises the fence; ErrNotFound.
func (s *Store) SetSale(ctx context.Context, event string, sale Sale) error { panic("not yet") }

// SeatStates returns the map of a zone as the database knows it (ASCII digits: available, booked, blocked), for maps shown while Redis is away.
func (s *Store) SeatStates(ctx context.Context, event string, zone *seatmap.Zone) ([]byte, error) {
	panic("not yet")
}
