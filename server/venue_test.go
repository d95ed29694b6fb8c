package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jari/seatmap"
	"jari/seatmap/demo"
	"jari/server/store"
)

// TestAVenueIsNotReplacedByAccident: its id is the file's name when none is given.
func TestAVenueIsNotReplacedByAccident(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openTestStore(t)
	first, second := demo.Hall(), demo.Hall()
	second.Name = "Another hall"
	put := func(plan *seatmap.Plan, replace bool, words string) {
		t.Helper()
		told, err := putVenue(ctx, db, "hall", plan, replace)
		if err != nil {
			told = err.Error()
		}
		if !strings.Contains(told, words) {
			t.Errorf("told %q, want %q", told, words)
		}
	}
	put(first, false, "venue hall stored")
	put(first, false, "already there, with this plan")
	for _, id := range []string{"one", "two"} {
		if err := db.CreateEvent(ctx, newEvent(storedVenue(t, db), first, id, id, time.Now())); err != nil {
			t.Fatal(err)
		}
	}
	put(second, false, "--replace")
	if got := storedVenue(t, db).PlanHash; got != first.Hash() {
		t.Errorf("the plan is %s", got)
	}
	put(second, true, "2 events keep the plan they were made with")
	if got := storedVenue(t, db).PlanHash; got != second.Hash() {
		t.Errorf("the plan is %s", got)
	}
}

func storedVenue(t *testing.T, db *store.Store) store.Venue {
	t.Helper()
	v, err := db.Venue(t.Context(), "hall")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestCommandsMakeNoFolder but those that begin something.
func TestCommandsMakeNoFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "nothere")
	for _, run := range []func() error{
		func() error { return (&eventListCmd{database: database{DataDir: dir}}).Run(t.Context()) },
		func() error { return (&venueListCmd{database: database{DataDir: dir}}).Run(t.Context()) },
		func() error {
			return (&eventOpenCmd{eventRef{database: database{DataDir: dir}, Event: "x"}}).Run(t.Context())
		},
	} {
		if err := run(); err == nil || !strings.Contains(err.Error(), "no data in "+dir) {
			t.Errorf("error %v", err)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is there: %v", err)
	}
}
