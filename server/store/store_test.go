package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"jari/seatmap"
	"jari/server/store/storetest"
)

// clock is what the tests' stores believe.
var clock = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func openStore(t *testing.T, dsn string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{DSN: dsn, Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) {
	conform(t, func(t *testing.T) string {
		return "sqlite://" + filepath.Join(t.TempDir(), "a b%20c?.sqlite")
	})
}

func TestMariaDB(t *testing.T) {
	server := storetest.Shared(t)
	conform(t, func(t *testing.T) string { return server.Database(t) })
}

func TestOpenRefusesAddresses(t *testing.T) {
	for _, dsn := range []string{"", "sqlite://", "sqlite:", "user@tcp(127.0.0.1:1)/", "%%", "sqlite:///nowhere/at/all/x.sqlite"} {
		if s, err := Open(t.Context(), Config{DSN: dsn}); err == nil {
			t.Errorf("opened %q", dsn)
			_ = s.Close()
		}
	}
}

// TestSQLiteFileOutlivesItsStore opens the same file again, as after a kill: nothing is in the process alone.
func TestSQLiteFileOutlivesItsStore(t *testing.T) {
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "jari.sqlite")
	first := openStore(t, dsn)
	if _, err := first.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	fillVenue(t, first)
	second := openStore(t, dsn) // while the first is still open: nothing was closed properly
	if err := second.CheckSchema(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Venue(t.Context(), "hall"); err != nil {
		t.Fatal(err)
	}
	if err := second.r.Exec("DELETE FROM venues").Error; err == nil {
		t.Error("the readers' connections can write")
	}
}

func testPlan() *seatmap.Plan {
	p := &seatmap.Plan{Name: "Große Halle 자리", Width: 100, Height: 100, Currency: "KRW", TimeZone: "Asia/Seoul",
		Categories: []seatmap.Category{{ID: "A", Name: "A", Color: "#112233", Price: 1000}}}
	z := seatmap.Zone{ID: "main", Label: "Main", Kind: seatmap.KindSeats,
		Outline: []seatmap.Point{{X: 0, Y: 0}, {X: 100, Y: 0}, {X: 100, Y: 50}}}
	for i, id := range []string{"a1", "A1", "A1 ", "ä1", "좌석1", "s6"} {
		z.Seats = append(z.Seats, seatmap.Seat{ID: id, Row: "1", Number: string(rune('1' + i)), X: float64(10 * i), Y: 10, Category: "A"})
	}
	p.Zones = []seatmap.Zone{z}
	return p
}

func fillVenue(t *testing.T, s *Store) {
	t.Helper()
	if _, err := s.PutVenue(t.Context(), "hall", testPlan()); err != nil {
		t.Fatal(err)
	}
}

func testEvent(id string, starts time.Time) Event {
	return Event{ID: id, Title: "Gala " + id, VenueID: "hall", PlanHash: testPlan().Hash(), TimeZone: "Asia/Seoul", Currency: "KRW",
		StartsAt: starts, DoorsAt: starts.Add(-time.Hour), EndsAt: starts.Add(2 * time.Hour), OpensAt: starts.Add(-48 * time.Hour),
		Sale: SaleOpen, Hold: time.Minute, Ceiling: 3 * time.Minute, MaxSeats: 4, Prices: map[string]int64{"A": 90_000}}
}

func fillEvent(t *testing.T, s *Store, id string) {
	t.Helper()
	fillVenue(t, s)
	if err := s.CreateEvent(t.Context(), testEvent(id, clock.Add(24*time.Hour))); err != nil {
		t.Fatal(err)
	}
}

func mustTx(t *testing.T, s *Store, fn func(*Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error is %v, want %v", err, want)
	}
}

func wantInvalid(t *testing.T, err error) {
	t.Helper()
	refusal, ok := errors.AsType[*seatmap.Refusal](err)
	if !ok || refusal.Code != seatmap.CodeInvalid {
		t.Errorf("error is %v, want code invalid", err)
	}
}

var errUndo = errors.New("undo")

// within fails the test instead of hanging when a transaction waits for ever.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}
