package booking

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"jari/server/failpoint"
	"jari/server/store"
	"jari/server/stream"
)

// outcomes puts the decisions that an outbox has shown on booking-outcomes, in the order of revisions, and deletes them. While Kafka
// is away one produce takes its whole message timeout: what buyers see does not wait for it.
type outcomes struct {
	cfg       WorkerConfig
	partition int32
	wake      chan struct{} // has a token when there may be something
	done      chan struct{}
	failing   bool // only touched by the goroutine that runs pass; so that an outage is logged once

	mu  sync.Mutex
	due map[string]int64 // by event, guarded by mu: the revision up to which it is shown, until all is deleted
}

func newOutcomes(cfg WorkerConfig, partition int32) *outcomes {
	return &outcomes{cfg: cfg, partition: partition, wake: make(chan struct{}, 1), done: make(chan struct{}), due: map[string]int64{}}
}

func (o *outcomes) start(ctx context.Context) {
	go func() {
		defer close(o.done)
		repeat(ctx, o.wake, o.pass)
	}()
}

// add takes an event whose rows are shown up to a revision.
func (o *outcomes) add(event string, shown int64) {
	o.mu.Lock()
	o.due[event] = max(o.due[event], shown)
	o.mu.Unlock()
	token(o.wake)
}

// pass produces and deletes all that is due, and reports whether nothing failed. A failure is logged when it begins and when it ends.
func (o *outcomes) pass(ctx context.Context) bool {
	o.mu.Lock()
	due := maps.Clone(o.due)
	o.mu.Unlock()
	failed := false
	for _, event := range sortedKeys(due) {
		err := o.acknowledge(ctx, event, due[event])
		if ctx.Err() != nil {
			return true // stopping: the next owner goes on
		}
		if err != nil {
			failed = true
			if !o.failing { // at once: the others may each wait for a timeout of their own
				o.failing = true
				o.cfg.Logger.Warn("outcomes cannot be produced; trying again", "partition", o.partition, "event", event, "error", err)
			}
			continue
		}
		o.mu.Lock()
		if o.due[event] == due[event] {
			delete(o.due, event)
		}
		o.mu.Unlock()
	}
	if !failed && o.failing {
		o.failing = false
		o.cfg.Logger.Info("outcomes are produced again", "partition", o.partition)
	}
	return !failed
}

// acknowledge produces the outcomes of an event's rows up to a revision and deletes them.
func (o *outcomes) acknowledge(ctx context.Context, event string, upTo int64) error {
	for {
		rows, err := o.cfg.Store.Outbox(ctx, event, 0, outboxPage)
		for len(rows) > 0 && rows[len(rows)-1].Revision > upTo {
			rows = rows[:len(rows)-1]
		}
		if err != nil || len(rows) == 0 {
			return err
		}
		var records []stream.Record
		for _, row := range rows {
			if row.Kind == store.OutboxDecision {
				records = append(records, stream.Record{Topic: TopicOutcomes, Key: event, Value: row.Body})
			}
		}
		if len(records) > 0 {
			if err := o.cfg.Producer.ProduceAll(ctx, records); err != nil {
				return fmt.Errorf("produce outcomes: %w", err)
			}
		}
		failpoint.Hit("outbox.after_outcome")
		if err := o.cfg.Store.DeleteOutbox(ctx, event, rows[0].Revision, rows[len(rows)-1].Revision); err != nil {
			return err
		}
		failpoint.Hit("outbox.after_delete")
	}
}
