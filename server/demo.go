package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"jari/seatmap/demo"
	"jari/server/store"
)

const (
	demoVenue = "demo"
	demoEvent = "demo"
	demoTitle = "Midnight in Seoul: the Han River Symphony"
)

// keepDemo sees that the demonstration event exists and lies in the future.
func keepDemo(ctx context.Context, db *store.Store, now time.Time) error {
	e, err := db.Event(ctx, demoEvent)
	if err == nil {
		if e.StartsAt.After(now) {
			return nil
		}
		starts, doors, ends := evening(saturday(now, e.TimeZone))
		return db.MoveEvent(ctx, e.ID, starts, doors, ends)
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	plan := demo.Hall()
	venue, err := db.PutVenue(ctx, demoVenue, plan)
	if err != nil {
		return err
	}
	err = db.CreateEvent(ctx, newEvent(venue, plan, demoEvent, demoTitle, now))
	if errors.Is(err, store.ErrExists) {
		return nil
	}
	return err
}

// demoDaily keeps it so while the server runs.
func demoDaily(ctx context.Context, db *store.Store, log *slog.Logger) error {
	t := time.NewTicker(time.Hour)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-t.C:
			if err := keepDemo(ctx, db, now); err != nil {
				log.Warn("demonstration event cannot be renewed", "error", err)
			}
		}
	}
}
