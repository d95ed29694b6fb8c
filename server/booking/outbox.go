package booking

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jari/seatmap"
	"jari/server/failpoint"
	"jari/server/store"
	"jari/server/stream"
)

// outboxPage is how many rows of an event are shown, produced and deleted together.
const outboxPage = 200

// longestOutboxWait bounds how long a failing outbox waits before it tries again.
const longestOutboxWait = time.Second

// firstPass bounds how long a partition's start waits for what is in its outbox.
const firstPass = 2 * time.Second

// outbox shows the decisions of one partition's events: in Redis and to the buyer, strictly in the order of revisions,
// then on booking-outcomes; then it deletes them. It has its own goroutine, so that deciding never waits for Redis.
type outbox struct {
	cfg       WorkerConfig
	partition int32
	wake      chan struct{} // has a token when there may be something
	cancel    context.CancelFunc
	done      chan struct{}
	failing   bool // only touched by the goroutine that runs pass; so that an outage is logged once
}

func newOutbox(cfg WorkerConfig, partition int32) *outbox {
	return &outbox{cfg: cfg, partition: partition, wake: make(chan struct{}, 1), done: make(chan struct{})}
}

func (o *outbox) nudge() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// first is the pass before new records. What has to wait is left to the goroutine: deciding does not wait for it.
func (o *outbox) first(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, firstPass)
	defer cancel()
	o.pass(ctx)
	o.nudge()
}

func (o *outbox) start(ctx context.Context) {
	ctx, o.cancel = context.WithCancel(ctx)
	go o.run(ctx)
}

// stop ends the goroutine and waits for it, so that the next owner is alone.
func (o *outbox) stop() {
	o.cancel()
	<-o.done
}

func (o *outbox) run(ctx context.Context) {
	defer close(o.done)
	wait := time.Duration(0)
	for {
		if wait > 0 {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return
			}
		} else {
			select {
			case <-o.wake:
			case <-ctx.Done():
				return
			}
		}
		if o.pass(ctx) {
			wait = 0
		} else {
			wait = min(max(2*wait, 50*time.Millisecond), longestOutboxWait)
		}
	}
}

// pass shows all that can be shown now and reports whether nothing failed. A failure is logged when it begins and when it ends.
func (o *outbox) pass(ctx context.Context) bool {
	events, err := o.cfg.Store.OutboxEvents(ctx, o.partition)
	for _, e := range events {
		// An event that fails does not hold up the others.
		if eventErr := o.show(ctx, e); eventErr != nil {
			err = errors.Join(err, fmt.Errorf("event %s: %w", e.Event, eventErr))
		}
	}
	if ctx.Err() != nil {
		return true // stopping: the next owner goes on
	}
	if failing := err != nil; failing != o.failing {
		o.failing = failing
		if failing {
			o.cfg.Logger.Warn("decisions cannot be shown; trying again", "partition", o.partition, "error", err)
		} else {
			o.cfg.Logger.Info("decisions are shown again", "partition", o.partition)
		}
	}
	return err == nil
}

// show shows one event's decisions. Those that meet an event that is not open wait for its rebuild, which is one of the rows.
func (o *outbox) show(ctx context.Context, e store.OutboxEvent) error {
	loaded := int64(-1)
	if e.Rebuild > 0 {
		var err error
		if loaded, err = o.rebuild(ctx, e.Event); err != nil {
			return err
		}
	}
	var after int64
	var produced error // outcomes that cannot be produced hold up no seat in Redis, only the deletion of their rows
	for {
		rows, err := o.cfg.Store.Outbox(ctx, e.Event, after, outboxPage)
		if err != nil || len(rows) == 0 {
			return errors.Join(produced, err)
		}
		shown := 0
		for shown < len(rows) {
			row := rows[shown]
			if row.Kind == store.OutboxRebuild && row.Revision > loaded {
				if loaded, err = o.rebuild(ctx, e.Event); err != nil {
					break
				}
			}
			var waits bool
			if waits, err = o.apply(ctx, row); unknown(err) {
				// Redis knows the event without this zone: another plan was loaded. The database's plan is loaded over it.
				if loaded, err = o.rebuild(ctx, e.Event); err == nil {
					waits, err = o.apply(ctx, row)
				}
			}
			if err != nil || waits {
				break
			}
			shown++
		}
		if shown > 0 && produced == nil {
			produced = o.acknowledge(ctx, rows[:shown])
		}
		if shown < len(rows) {
			return errors.Join(produced, err)
		}
		after = rows[shown-1].Revision
	}
}

// apply shows one decision in Redis and to its buyer. waits is true while the event is not open.
func (o *outbox) apply(ctx context.Context, row store.OutboxRow) (waits bool, err error) {
	if row.Kind == store.OutboxRebuild {
		return false, nil // the load has shown it
	}
	d, err := decisionOf(row)
	if err != nil {
		return false, err
	}
	applied, err := o.cfg.Live.Apply(ctx, d)
	if err != nil {
		return false, fmt.Errorf("apply revision %d: %w", row.Revision, err)
	}
	failpoint.Hit("outbox.after_apply")
	return applied == seatmap.AppliedLater, nil
}

// acknowledge produces the outcomes of rows that follow each other and are shown, and deletes them.
func (o *outbox) acknowledge(ctx context.Context, rows []store.OutboxRow) error {
	var outcomes []stream.Record
	for _, row := range rows {
		if row.Kind == store.OutboxDecision {
			outcomes = append(outcomes, stream.Record{Topic: TopicOutcomes, Key: row.Event, Value: row.Body})
		}
	}
	if len(outcomes) > 0 {
		if err := o.cfg.Producer.ProduceAll(ctx, outcomes); err != nil {
			return fmt.Errorf("produce outcomes: %w", err)
		}
	}
	failpoint.Hit("outbox.after_outcome")
	err := o.cfg.Store.DeleteOutbox(ctx, rows[0].Event, rows[0].Revision, rows[len(rows)-1].Revision)
	if err == nil {
		failpoint.Hit("outbox.after_delete")
	}
	return err
}

// rebuild loads the event into Redis as the database has it under its next epoch, and returns the revision loaded.
func (o *outbox) rebuild(ctx context.Context, event string) (revision int64, err error) {
	_, plan, err := o.cfg.Events.Event(ctx, event)
	if err != nil {
		return 0, fmt.Errorf("rebuild: %w", err)
	}
	// The run id that the load is written under must be the one of the Redis that answers now.
	if err := o.cfg.Live.Refresh(ctx); err != nil {
		return 0, fmt.Errorf("rebuild: %w", err)
	}
	row, seats, err := o.cfg.Store.NextEpoch(ctx, event)
	if err != nil {
		return 0, fmt.Errorf("rebuild: %w", err)
	}
	load, err := loadOf(&row, plan, seats)
	if err != nil {
		return 0, fmt.Errorf("rebuild: %w", err)
	}
	loaded, err := o.cfg.Live.Load(ctx, load)
	if err != nil {
		return 0, fmt.Errorf("rebuild: %w", err)
	}
	// At once, and not with the other rows: while those wait for something else, the event must not be loaded over and over.
	if err := o.cfg.Store.DeleteRebuilds(ctx, event, load.Revision); err != nil {
		return 0, fmt.Errorf("rebuild: %w", err)
	}
	o.cfg.Logger.Info("event rebuilt from the database", "event", event, "epoch", load.Epoch, "revision", load.Revision, "loaded", loaded)
	return load.Revision, nil
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
