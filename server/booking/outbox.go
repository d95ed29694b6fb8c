package booking

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jari/seatmap"
	"jari/server/failpoint"
	"jari/server/store"
)

// outboxPage is how many rows of an event are read together.
const outboxPage = 200

// longestOutboxWait bounds how long a failing outbox waits before it tries again.
const longestOutboxWait = time.Second

// firstPass bounds how long a partition's start waits for what is in its outbox.
const firstPass = 2 * time.Second

// askAgain is how long an event that is not open is not asked for again; its rebuild takes some tens of milliseconds.
const askAgain = time.Second

// outbox shows the decisions of one partition's events in Redis and to the buyer, strictly in the order of revisions. It has its own
// goroutine, so that deciding never waits for Redis; what is shown its outcomes produce and delete, on another one.
type outbox struct {
	cfg       WorkerConfig
	partition int32
	wake      chan struct{} // has a token when there may be something
	cancel    context.CancelFunc
	done      chan struct{}
	outcomes  *outcomes

	// Both are only touched by the goroutine that runs pass.
	failing bool                 // so that an outage is logged once
	events  map[string]*progress // of the events that have rows
}

// progress is how far an event is.
type progress struct {
	shown int64     // rows up to this revision have been shown by this owner, to the Redis that it has loaded last
	asked time.Time // when its rebuild was asked for last
}

func newOutbox(cfg WorkerConfig, partition int32) *outbox {
	return &outbox{cfg: cfg, partition: partition, wake: make(chan struct{}, 1), done: make(chan struct{}),
		outcomes: newOutcomes(cfg, partition), events: map[string]*progress{}}
}

func (o *outbox) nudge() { token(o.wake) }

// token makes whoever waits for the channel look; it never blocks.
func token(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
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
	o.outcomes.start(ctx)
	go func() {
		defer close(o.done)
		repeat(ctx, o.wake, o.pass)
	}()
}

// stop ends the goroutines and waits for them, so that the next owner is alone.
func (o *outbox) stop() {
	o.cancel()
	<-o.done
	<-o.outcomes.done
}

// repeat runs pass for each token, and while it reports false again and again after growing waits, until ctx ends.
func repeat(ctx context.Context, wake <-chan struct{}, pass func(ctx context.Context) bool) {
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
			case <-wake:
			case <-ctx.Done():
				return
			}
		}
		if pass(ctx) {
			wait = 0
		} else {
			wait = min(max(2*wait, 50*time.Millisecond), longestOutboxWait)
		}
	}
}

// pass shows all that can be shown now and reports whether nothing failed. A failure is logged when it begins and when it ends.
func (o *outbox) pass(ctx context.Context) bool {
	events, err := o.cfg.Store.OutboxEvents(ctx, o.partition)
	if err == nil {
		o.follow(events)
	}
	for _, e := range events {
		// An event that fails does not hold up the others.
		if eventErr := o.show(ctx, e); eventErr != nil {
			err = errors.Join(err, fmt.Errorf("event %s: %w", e.Event, eventErr))
		}
		if shown := o.events[e.Event].shown; shown > 0 {
			o.outcomes.add(e.Event, shown)
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

// follow keeps the progress of the events that have rows, and of no others.
func (o *outbox) follow(events []store.OutboxEvent) {
	now := make(map[string]*progress, len(events))
	for _, e := range events {
		if now[e.Event] = o.events[e.Event]; now[e.Event] == nil {
			now[e.Event] = &progress{}
		}
	}
	o.events = now
}

// show shows one event's decisions. Those that meet an event that is not open wait for its rebuild, which is one of the rows.
func (o *outbox) show(ctx context.Context, e store.OutboxEvent) error {
	p := o.events[e.Event]
	if e.Partition < 0 {
		// No record has told yet which partition has it: the one of its rebuild will, and its owner goes on.
		o.ask(e.Event, p)
		return nil
	}
	if e.Rebuild > 0 {
		// All rows are shown once more: this Redis may remember bookings as pending that they have decided.
		p.shown = 0
		if err := o.rebuild(ctx, e.Event); err != nil {
			return err
		}
	}
	for {
		rows, err := o.cfg.Store.Outbox(ctx, e.Event, p.shown, outboxPage)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if row.Kind == store.OutboxRebuild {
				e.Rebuild = row.Revision // it came since the events were listed
				return o.show(ctx, e)
			}
			waits, err := o.apply(ctx, row)
			if unknown(err) && e.Rebuild == 0 {
				// Redis knows the event without this zone: another plan was loaded. The database's plan is loaded over it.
				e.Rebuild = row.Revision
				return o.show(ctx, e)
			}
			if err != nil {
				return err
			}
			if waits {
				o.ask(e.Event, p)
				return nil
			}
			p.shown = row.Revision
		}
	}
}

// ask has an event opened of which a decision waits: perhaps nobody looks at it.
func (o *outbox) ask(event string, p *progress) {
	if now := o.cfg.Now(); p.asked.IsZero() || now.Sub(p.asked) >= askAgain {
		p.asked = now
		o.cfg.Closed(event)
	}
}

// apply shows one decision in Redis and to its buyer. waits is true while the event is not open.
func (o *outbox) apply(ctx context.Context, row store.OutboxRow) (waits bool, err error) {
	d, err := decisionOf(row)
	if err != nil {
		return false, err
	}
	applied, err := o.cfg.Live.Apply(ctx, d)
	if err != nil {
		return false, fmt.Errorf("apply revision %d: %w", row.Revision, err)
	}
	if applied == seatmap.AppliedLater {
		return true, nil
	}
	failpoint.Hit("outbox.after_apply")
	return false, nil
}
