package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jari/seatmap"
	"jari/seatmap/demo"
	"jari/server/store"
)

// openTestStore is a database of the test alone.
func openTestStore(t *testing.T) *store.Store {
	t.Helper()
	db, err := database{DataDir: filepath.Join(t.TempDir(), "data")}.openNew(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// TestTitlesOfEvents: the page shows a title as a link, so there must be something to see; a Korean one may be as long as an English one.
func TestTitlesOfEvents(t *testing.T) {
	t.Parallel()
	for title, ok := range map[string]bool{
		"Tosca":                  true,
		strings.Repeat("자", 200): true,
		strings.Repeat("자", 201): false,
		"":                       false,
		" \t ":                   false,
		"To\nsca":                false,
		"\xff":                   false,
	} {
		c := eventCreateCmd{Venue: "v", Title: title, HoldSeconds: 300, MaxSeats: 8, Copies: 1}
		if err := c.check(); (err == nil) != ok {
			t.Errorf("title %q: %v", title, err)
		}
	}
}

// TestTimesOfEvents: an event that could never be sold is a mistake of who types.
func TestTimesOfEvents(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 5, 1, 12, 0, 0, 0, time.UTC)
	in := func(hours int) time.Time { return now.Add(time.Duration(hours) * time.Hour) }
	db := openTestStore(t)
	if _, err := db.PutVenue(t.Context(), "hall", demo.Hall()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		starts, opens, closes time.Time
		words                 string
	}{
		"defaults":           {},
		"open since long":    {opens: in(-100)},
		"in order":           {starts: in(100), opens: in(1), closes: in(99)},
		"starts in the past": {starts: in(-1), words: "--starts-at 2027-05-01T11:00:00Z is in the past"},
		"closes in the past": {closes: in(-1), words: "--closes-at"},
		"closes before":      {starts: in(100), opens: in(2), closes: in(1), words: "is not after --opens-at"},
		"closes as it opens": {starts: in(100), opens: in(2), closes: in(2), words: "is not after --opens-at"},
		"opens at the end":   {starts: in(10), opens: in(13), words: "before the event ends"},
	} {
		cmd := eventCreateCmd{Venue: "hall", Title: name, HoldSeconds: 300, MaxSeats: 8, Copies: 1, StartsAt: c.starts, OpensAt: c.opens, ClosesAt: c.closes}
		err := cmd.create(t.Context(), db, now)
		switch {
		case c.words == "" && err != nil, c.words != "" && (err == nil || !strings.Contains(err.Error(), c.words)):
			t.Errorf("%s: %v, want %q", name, err, c.words)
		}
	}
}

// TestAnEventThatIsThere: its name is said once, and what to do.
func TestAnEventThatIsThere(t *testing.T) {
	t.Parallel()
	db := openTestStore(t)
	if _, err := db.PutVenue(t.Context(), "hall", demo.Hall()); err != nil {
		t.Fatal(err)
	}
	cmd := eventCreateCmd{Venue: "hall", Title: "Tosca", ID: "tosca", HoldSeconds: 300, MaxSeats: 8, Copies: 1}
	for _, want := range []string{"<nil>", "event tosca is there already: choose another id with --id"} {
		if err := cmd.create(t.Context(), db, time.Now()); fmt.Sprint(err) != want {
			t.Errorf("told %v, want %s", err, want)
		}
	}
}

// TestPhases are those of live.Node.Phase.
func TestPhases(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 5, 1, 12, 0, 0, 0, time.UTC)
	past, future := now.Add(-time.Hour), now.Add(time.Hour)
	for name, c := range map[string]struct {
		event   store.Event
		soldOut bool
		phase   string
		despite string // what `event open` adds
	}{
		"open":               {store.Event{Sale: store.SaleOpen, EndsAt: future}, false, "on_sale", ""},
		"no place left":      {store.Event{Sale: store.SaleOpen, EndsAt: future}, true, "sold_out", ""},
		"paused":             {store.Event{Sale: store.SalePaused, OpensAt: past, EndsAt: future}, true, "paused", ""},
		"not yet":            {store.Event{Sale: store.SaleOpen, OpensAt: future}, false, "upcoming", "opens at 2027-05-01T13:00:00Z"},
		"paused and not yet": {store.Event{Sale: store.SalePaused, OpensAt: future}, false, "upcoming", "opens at"},
		"over":               {store.Event{Sale: store.SaleOpen, EndsAt: past}, false, "ended", "the event ended at 2027-05-01T11:00:00Z"},
		"over just now":      {store.Event{Sale: store.SaleOpen, EndsAt: now}, false, "ended", "the event ended"},
		"sale over":          {store.Event{Sale: store.SalePaused, ClosesAt: past, EndsAt: future}, false, "ended", "its sale ended"},
		"closed":             {store.Event{Sale: store.SaleClosed, OpensAt: future}, false, "ended", ""},
	} {
		if got := phaseOf(&c.event, now, c.soldOut); got != c.phase {
			t.Errorf("%s is %s, want %s", name, got, c.phase)
		}
		if got := despite(&c.event, now); !strings.Contains(got, c.despite) || got != "" && c.despite == "" {
			t.Errorf("%s: opening it says %q, want %q", name, got, c.despite)
		}
	}
}

// TestListSaysWhatBuyersSee of three events of one hall: free, sold out and over.
func TestListSaysWhatBuyersSee(t *testing.T) {
	t.Parallel()
	ctx, db, now := t.Context(), openTestStore(t), time.Now()
	plan := &seatmap.Plan{Name: "Room", Width: 10, Height: 10, Currency: "KRW", TimeZone: "Asia/Seoul",
		Categories: []seatmap.Category{{ID: "a", Name: "A", Color: "#112233"}},
		Zones: []seatmap.Zone{{ID: "floor", Label: "Floor", Kind: seatmap.KindGeneral, Places: 1, Category: "a",
			Outline: []seatmap.Point{{X: 0, Y: 0}, {X: 9, Y: 0}, {X: 9, Y: 9}}}}}
	venue, err := db.PutVenue(ctx, "room", plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"free", "full", "over"} {
		e := newEvent(venue, plan, id, id, now)
		if id == "over" {
			e = newEvent(venue, plan, id, id, now.AddDate(-1, 0, 0))
		}
		if err := db.CreateEvent(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	err = db.InTx(ctx, func(tx *store.Tx) error {
		return tx.InsertSeats("full", []store.Seat{{Zone: "floor", Index: 0, Seat: "floor:1", Booking: "b", Buyer: "u"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := listEvents(ctx, db, &out, now); err != nil {
		t.Fatal(err)
	}
	phases := map[string]string{}
	for line := range strings.Lines(out.String()) {
		words := strings.Fields(line)
		phases[words[0]] = words[4]
	}
	if phases["free"] != "on_sale" || phases["full"] != "sold_out" || phases["over"] != "ended" {
		t.Errorf("listed as\n%s", out.String())
	}
}

// TestAgreed: only a plain yes cancels a house full of bookings.
func TestAgreed(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]bool{"y\n": true, " YES \n": true, "yes": true, "n\n": false, "\n": false, "": false, "yesterday\n": false} {
		if got := agreed(t.Context(), strings.NewReader(answer), io.Discard, "? "); got != want {
			t.Errorf("%q: %t", answer, got)
		}
	}
}

// TestResetAsks: it says how many bookings end, takes Ctrl-C for no, and never asks a script.
func TestResetAsks(t *testing.T) {
	t.Parallel()
	e := store.Event{ID: "gala", Title: "Gala"}
	cmd := eventResetCmd{}
	var out strings.Builder
	if err := cmd.allowed(t.Context(), &e, 12, strings.NewReader("y\n"), true, &out); err != nil || !strings.Contains(out.String(), "12 confirmed bookings of gala (Gala)") {
		t.Errorf("asked %q: %v", out.String(), err)
	}
	if err := cmd.allowed(t.Context(), &e, 1, nil, false, nil); err != nil {
		t.Errorf("a script was asked: %v", err)
	}
	never, w := io.Pipe()
	defer w.Close()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := cmd.allowed(stopped, &e, 1, never, true, io.Discard); err == nil || err.Error() != "nothing was changed" {
		t.Errorf("stopped: %v", err)
	}
	cmd.Yes = true
	if err := cmd.allowed(t.Context(), &e, 1, nil, false, nil); err != nil {
		t.Error(err)
	}
}
