package store

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jari/seatmap"
)

// conform is the suite that every database must pass. fresh returns the address of an empty one.
func conform(t *testing.T, fresh func(t *testing.T) string) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, s *Store)
	}{
		{"venues", testVenues}, {"large plan", testLargePlan}, {"events", testEvents}, {"list of events", testEventList},
		{"sale and fences", testFences}, {"seats", testSeats}, {"one winner", testOneWinner}, {"bookings", testBookings},
		{"outbox", testOutbox}, {"offsets", testOffsets}, {"revisions", testRevisions}, {"read committed", testReadCommitted},
		{"epoch", testNextEpoch}, {"reset", testReset}, {"bad data", testBadData}, {"counts", testCounts},
		{"names", testNames}, {"links", testLinks},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openStore(t, fresh(t))
			if _, err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.test(t, s)
		})
	}
	t.Run("schema", func(t *testing.T) { testSchema(t, fresh(t)) })
}

func testSchema(t *testing.T, dsn string) {
	ctx := t.Context()
	s := openStore(t, dsn)
	if err := s.Ping(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.CheckSchema(ctx); err == nil || !strings.Contains(err.Error(), "jari migrate") {
		t.Fatalf("check of an empty database: %v", err)
	}
	if n, err := s.Migrate(ctx); err != nil || n < 10 {
		t.Fatalf("migrate: %d, %v", n, err)
	}
	if n, err := s.Migrate(ctx); err != nil || n != 0 {
		t.Fatalf("migrate again: %d, %v", n, err)
	}
	if err := s.CheckSchema(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.CheckWrites(ctx); err != nil {
		t.Fatal(err)
	}
	var tables []string
	names := "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name <> 'goose_db_version'"
	if s.dialect == sqliteFile {
		names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'goose_db_version'"
	}
	if err := s.r.Raw(names).Scan(&tables).Error; err != nil {
		t.Fatal(err)
	}
	slices.Sort(tables)
	if has := slices.Sorted(slices.Values(ours)); !slices.Equal(tables, has) {
		t.Errorf("tables are %q, checked are %q", tables, has)
	}
	if s.dialect == mariaDB {
		if err := s.w.Exec("ALTER TABLE event_seats CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci").Error; err != nil {
			t.Fatal(err)
		}
		if err := s.CheckSchema(ctx); err == nil || !strings.Contains(err.Error(), "event_seats.seat_id is utf8mb4_general_ci") ||
			!strings.HasSuffix(err.Error(), ": ALTER TABLE event_seats CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;") {
			t.Fatalf("check of another collation: %v", err)
		}
	}
	if err := s.w.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)").Error; err != nil {
		t.Fatal(err)
	}
	if err := s.CheckSchema(ctx); err == nil || !strings.Contains(err.Error(), "newer jari") {
		t.Fatalf("check of a newer schema: %v", err)
	}
}

func testVenues(t *testing.T, s *Store) {
	ctx, plan := t.Context(), testPlan()
	for range 2 {
		v, err := s.PutVenue(ctx, "hall", plan)
		if err != nil || v != (Venue{ID: "hall", Name: plan.Name, PlanHash: plan.Hash()}) {
			t.Fatalf("put: %+v, %v", v, err)
		}
	}
	got, err := s.Plan(ctx, plan.Hash())
	if err != nil || got.Hash() != plan.Hash() || got.Zones[0].Seats[2].ID != "A1 " {
		t.Fatalf("plan: %+v, %v", got, err)
	}
	other := testPlan()
	other.Zones[0].Seats = other.Zones[0].Seats[:3]
	if _, err := s.PutVenue(ctx, "hall", other); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutVenue(ctx, "Hall", plan); err != nil {
		t.Fatal(err)
	}
	list, err := s.Venues(ctx)
	if err != nil || len(list) != 2 || list[0].ID != "Hall" || list[1].PlanHash != other.Hash() {
		t.Fatalf("venues: %+v, %v", list, err)
	}
	_, err = s.Venue(ctx, "none")
	wantErr(t, err, ErrNotFound)
	_, err = s.Plan(ctx, "none")
	wantErr(t, err, ErrNotFound)
	other.Zones[0].Seats[1].ID = other.Zones[0].Seats[0].ID
	_, err = s.PutVenue(ctx, "hall", other)
	wantInvalid(t, err)
	_, err = s.PutVenue(ctx, strings.Repeat("x", 65), plan)
	wantInvalid(t, err)
}

// testLargePlan is a plan of several MB: MariaDB's TEXT alone ends at 64 KB.
func testLargePlan(t *testing.T, s *Store) {
	plan := testPlan()
	z := &plan.Zones[0]
	z.Seats = nil
	for i := range 30_000 {
		z.Seats = append(z.Seats, seatmap.Seat{ID: strings.Repeat("x", 40) + string(rune(0x4e00+i%20000)) + string(rune('a'+i/20000)),
			Row: "row", Number: strconv.Itoa(i), X: float64(i % 100), Y: float64(i % 50), Category: "A"})
	}
	v, err := s.PutVenue(t.Context(), "arena", plan)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Plan(t.Context(), v.PlanHash)
	if err != nil || got.Hash() != v.PlanHash || len(got.Zones[0].Seats) != 30_000 {
		t.Fatalf("plan comes back as another: %v", err)
	}
}

func testEvents(t *testing.T, s *Store) {
	ctx := t.Context()
	e := testEvent("gala", clock.Add(time.Hour))
	wantErr(t, s.CreateEvent(ctx, e), ErrNotFound) // no venue yet
	fillVenue(t, s)
	if err := s.CreateEvent(ctx, e); err != nil {
		t.Fatal(err)
	}
	wantErr(t, s.CreateEvent(ctx, e), ErrExists)
	got, err := s.Event(ctx, "gala")
	if err != nil {
		t.Fatal(err)
	}
	if got.Title != e.Title || got.VenueName != testPlan().Name || !got.StartsAt.Equal(e.StartsAt) || !got.ClosesAt.IsZero() ||
		got.Hold != e.Hold || got.Ceiling != e.Ceiling || got.MaxSeats != 4 || got.Prices["A"] != 90_000 || got.Fence != 1 ||
		got.Epoch != 0 || got.Revision != 0 || got.Partition != -1 || got.Sale != SaleOpen || got.TimeZone != "Asia/Seoul" {
		t.Errorf("event is %+v", got)
	}
	_, err = s.Event(ctx, "GALA")
	wantErr(t, err, ErrNotFound)
	for name, change := range map[string]func(*Event){
		"id": func(e *Event) { e.ID = "Gala" }, "long id": func(e *Event) { e.ID = strings.Repeat("a", 33) },
		"title": func(e *Event) { e.Title = "" }, "currency": func(e *Event) { e.Currency = "won" + "s" },
		"hold": func(e *Event) { e.Hold = 0 }, "ceiling": func(e *Event) { e.Ceiling = time.Second },
		"seats": func(e *Event) { e.MaxSeats = 0 }, "zone": func(e *Event) { e.TimeZone = "Nowhere/Land" },
		"sale": func(e *Event) { e.Sale = "never" },
	} {
		bad := testEvent("other", clock)
		change(&bad)
		if err := s.CreateEvent(ctx, bad); err == nil {
			t.Errorf("created an event with a bad %s", name)
		} else {
			wantInvalid(t, err)
		}
	}
}

func testEventList(t *testing.T, s *Store) {
	ctx := t.Context()
	fillVenue(t, s)
	for _, e := range []Event{testEvent("c", clock), testEvent("b", clock.Add(time.Hour)), testEvent("a", clock.Add(time.Hour)),
		testEvent("d", clock.Add(-time.Hour))} {
		if err := s.CreateEvent(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	cursor, pages := "", 0
	for {
		events, next, err := s.Events(ctx, cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			got = append(got, e.ID)
		}
		pages++
		if cursor = next; next == "" {
			break
		}
	}
	if !slices.Equal(got, []string{"d", "c", "a", "b"}) || pages != 2 {
		t.Errorf("%d pages of %v", pages, got)
	}
	_, _, err := s.Events(ctx, "nonsense", 2)
	wantInvalid(t, err)
}

func testFences(t *testing.T, s *Store) {
	ctx := t.Context()
	fillVenue(t, s)
	for id, starts := range map[string]time.Time{"now": clock, "past": clock.Add(-9 * time.Hour)} {
		if err := s.CreateEvent(ctx, testEvent(id, starts)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SetSale(ctx, "now", SalePaused); err != nil {
		t.Fatal(err)
	}
	fences, err := s.Fences(ctx)
	if err != nil || len(fences) != 1 || fences["now"] != 2 {
		t.Errorf("fences are %v, %v", fences, err)
	}
	if over, err := s.Over(ctx); err != nil || len(over) != 1 || over[0] != "past" {
		t.Errorf("over are %v, %v", over, err)
	}
	if e, err := s.Event(ctx, "now"); err != nil || e.Sale != SalePaused || e.Policy().OnSale {
		t.Errorf("event is %+v, %v", e, err)
	}
	wantErr(t, s.SetSale(ctx, "none", SaleOpen), ErrNotFound)
	wantInvalid(t, s.SetSale(ctx, "now", "half"))
}

func testSeats(t *testing.T, s *Store) {
	ctx := t.Context()
	fillEvent(t, s, "gala")
	all := []Seat{}
	for i, seat := range testPlan().Zones[0].Seats[:5] {
		all = append(all, Seat{Zone: "main", Index: i, Seat: seat.ID, Booking: "b" + seat.ID, Buyer: "buyer"})
	}
	all[4].Booking, all[4].Buyer = "", ""
	mustTx(t, s, func(tx *Tx) error { return tx.InsertSeats("gala", all) }) // a1, A1, "A1 " and ä1 are four seats
	states, err := s.SeatStates(ctx, "gala", &testPlan().Zones[0])
	if err != nil || string(states) != "222230" {
		t.Fatalf("states are %s, %v", states, err)
	}
	mustTx(t, s, func(tx *Tx) error {
		owners, err := tx.Owners("gala", []string{"A1 ", "s6", "좌석1"})
		if err != nil || len(owners) != 2 || owners["A1 "] != all[2] || owners["좌석1"].State() != seatmap.Blocked {
			t.Errorf("owners are %+v, %v", owners, err)
		}
		counts, err := tx.SeatCounts("gala", []string{"buyer", "other"})
		if err != nil || len(counts) != 1 || counts["buyer"] != 4 {
			t.Errorf("counts are %v, %v", counts, err)
		}
		return nil
	})
	if err := s.InTx(ctx, func(tx *Tx) error { return tx.InsertSeats("gala", all[1:2]) }); !Duplicate(err) || BadData(err) || Conflict(err) {
		t.Errorf("the same seat again: %v", err)
	}
	mustTx(t, s, func(tx *Tx) error {
		if n, err := tx.DeleteSeats("gala", all[0].Booking, []string{"a1", "A1"}); n != 1 || err != nil {
			t.Errorf("deleted %d, %v, want only the booking's own", n, err)
		}
		n, err := tx.DeleteSeats("gala", "", []string{"좌석1", "A1 "})
		if n != 1 || err != nil {
			t.Errorf("unblocked %d, %v, want 1", n, err)
		}
		return nil
	})
	if seats, err := s.Seats(ctx, "gala"); err != nil || len(seats) != 3 {
		t.Errorf("seats are %+v, %v", seats, err)
	}
}

// testOneWinner lets many transactions that have all seen a seat free insert it.
func testOneWinner(t *testing.T, s *Store) {
	ctx := within(t)
	fillEvent(t, s, "gala")
	var won atomic.Int64
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			err := s.InTxAgain(ctx, func(tx *Tx) error {
				return tx.InsertSeats("gala", []Seat{{Zone: "main", Seat: "a1", Booking: string(rune('a' + i)), Buyer: "x"}})
			})
			switch {
			case err == nil:
				won.Add(1)
			case !Duplicate(err):
				t.Errorf("insert: %v", err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d winners", won.Load())
	}
}
