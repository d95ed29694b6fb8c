package booking

import (
	"context"
	"fmt"

	"jari/seatmap"
	"jari/server/store"
)

// rebuild loads the event into Redis as the database has it, and deletes the rows that asked for it.
func (o *outbox) rebuild(ctx context.Context, event string) error {
	for {
		again, err := o.load(ctx, event)
		if err != nil {
			return fmt.Errorf("rebuild: %w", err)
		}
		if !again {
			return nil
		}
	}
}

// load loads the event under its next epoch. After a load over a revision that the database has lost it wants another one:
// decisions that were made meanwhile were skipped in Redis as old ones, and may have come after the database was read.
func (o *outbox) load(ctx context.Context, event string) (again bool, err error) {
	_, plan, err := o.cfg.Events.Event(ctx, event)
	if err != nil {
		return false, err
	}
	// The run id that the load is written under must be the one of the Redis that answers now.
	if err := o.cfg.Live.RefreshOf(ctx, event); err != nil {
		return false, err
	}
	// Before the database is read: Redis shows no revision that the database did not have then.
	epoch, revision, err := o.cfg.Live.Stored(ctx, event)
	if err != nil {
		return false, err
	}
	row, seats, err := o.cfg.Store.NextEpoch(ctx, event)
	if err != nil {
		return false, err
	}
	load, err := loadOf(&row, plan, seats)
	if err != nil {
		return false, err
	}
	if revision > load.Revision {
		load.Over = revision
	}
	loaded, err := o.cfg.Live.Load(ctx, load)
	if err != nil {
		return false, err
	}
	log := o.cfg.Logger.With("event", event, "epoch", load.Epoch, "revision", load.Revision)
	if loaded && load.Over > 0 {
		log.Warn("the database has lost decisions that redis showed: it was restored from a copy; redis is given what it has",
			"redis_epoch", epoch, "redis_revision", revision)
		return true, nil
	}
	// At once, and not with the other rows: while those wait for something else, the event must not be loaded over and over.
	if err := o.cfg.Store.DeleteRebuilds(ctx, event, load.Revision); err != nil {
		return false, err
	}
	switch {
	case loaded:
		log.Info("event rebuilt from the database")
	case epoch >= load.Epoch:
		// Epochs come from the database: one that does not pass what Redis had before has forgotten some.
		log.Error("event is not rebuilt: redis remembers a later epoch than the database, which was restored from a copy; "+
			"each attempt takes the next epoch; the next one succeeds when the epoch is taken out of redis",
			"redis_epoch", epoch, "remedy", "redis-cli HDEL 'meta:{e"+event+"}' epoch")
	default:
		log.Info("event is not rebuilt: a later load or decision came first")
	}
	return false, nil
}

// loadOf is an event for Redis: every zone's states, and every buyer's confirmed seats.
func loadOf(e *store.Event, plan *seatmap.Plan, seats []store.Seat) (seatmap.EventLoad, error) {
	load := seatmap.EventLoad{Event: e.ID, Epoch: e.Epoch, Revision: e.Revision, Policy: e.Policy(), Confirmed: map[string]int{}}
	at := map[string][]byte{}
	for i := range plan.Zones {
		z := &plan.Zones[i]
		states := make([]byte, z.Capacity())
		for n := range states {
			states[n] = byte(seatmap.Available)
		}
		at[z.ID] = states
		load.Zones = append(load.Zones, seatmap.ZoneLoad{Zone: z.ID, States: states})
	}
	for _, s := range seats {
		states := at[s.Zone]
		if s.Index < 0 || s.Index >= len(states) {
			return seatmap.EventLoad{}, fmt.Errorf("seat %q at %s/%d of event %s is not in its plan", s.Seat, s.Zone, s.Index, e.ID)
		}
		states[s.Index] = byte(s.State())
		if s.Buyer != "" {
			load.Confirmed[s.Buyer]++
		}
	}
	return load, nil
}
