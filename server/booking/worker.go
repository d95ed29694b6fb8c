package booking

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"jari/seatmap"
	"jari/server/store"
	"jari/server/stream"
)

// WorkerConfig is what a Worker needs.
type WorkerConfig struct {
	Store    *store.Store
	Live     *seatmap.Live
	Producer Producer
	Events   EventSource
	Stream   stream.Config
	Group    string           // consumer group; default jari-worker
	Now      func() time.Time // default time.Now
	Logger   *slog.Logger     // default slog.Default()
	// Decided is called after each commit for every booking decided, with its status and the reason of a rejection; may be nil.
	Decided func(status, reason string)
	// Closed is told of an event whose decisions wait because it is not open in Redis, to have it rebuilt; at most once a second for
	// each, though by several workers. May be nil.
	Closed func(event string)
}

// Worker decides the bookings of the partitions that it is given, in log order, and shows the decisions.
type Worker struct {
	cfg WorkerConfig

	mu    sync.Mutex
	parts map[int32]*part // guarded by mu: the partitions that are ours
	ahead map[int32]int64 // guarded by mu: stored offsets that were last seen ahead of their log

	look     sync.Mutex
	lookedAt time.Time // guarded by look
	waits    bool      // guarded by look: something was in the outbox then
}

// part is a partition that is ours. All but the outbox is only touched by the partition's own calls.
type part struct {
	outbox *outbox
	at     store.Offset
	buried map[int64]bool // offsets from at on whose dead letters are acknowledged

	lookedAt time.Time // when Idle had the outbox looked into
	lookWait time.Duration
}

// NewWorker makes a worker; Run starts it.
func NewWorker(cfg WorkerConfig) *Worker {
	if cfg.Group == "" {
		cfg.Group = "jari-worker"
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Decided == nil {
		cfg.Decided = func(string, string) {}
	}
	if cfg.Closed == nil {
		cfg.Closed = func(string) {}
	}
	return &Worker{cfg: cfg, parts: map[int32]*part{}, ahead: map[int32]int64{}}
}

// Run consumes the bookings log as a member of the group until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	r := &reader{w: w, ctx: ctx}
	var refreshing sync.WaitGroup
	refreshing.Go(r.refresh)
	defer refreshing.Wait()
	defer cancel()
	defer r.close()
	return stream.Consume(ctx, w.cfg.Stream, w.cfg.Group, TopicBookings, r)
}

// refresh keeps reading which Redis answers, for a process that has no other part which does. Whatever then needs Redis says loudly
// what is wrong.
func (r *reader) refresh() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		if err := r.w.cfg.Live.Refresh(r.ctx); err != nil && r.ctx.Err() == nil {
			r.w.cfg.Logger.Debug("redis does not say who it is", "error", err)
		}
		select {
		case <-tick.C:
		case <-r.ctx.Done():
			return
		}
	}
}

// Nudge makes the worker look at the outbox now: a gateway of this process has written to it. It never blocks.
func (w *Worker) Nudge() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.parts {
		p.outbox.nudge()
	}
}

// reader is the worker as the stream calls it.
type reader struct {
	w   *Worker
	ctx context.Context // of Run: what is started for a partition lives no longer
}

// Assigned finds where the partition was left, shows what is still in its outbox, and returns the offset to begin at.
func (r *reader) Assigned(ctx context.Context, log stream.Log) (int64, error) {
	r.Revoked(log) // begun again: what ran for it before has ended
	at, err := r.w.offset(ctx, log)
	if err != nil {
		return 0, err
	}
	p := &part{at: at, outbox: newOutbox(r.w.cfg, log.Partition)}
	p.outbox.first(ctx)
	p.outbox.start(r.ctx)
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	r.w.parts[log.Partition] = p
	return at.Next, nil
}

// offset returns the stored offset of a log, or its beginning when there is none or it means nothing any more.
func (w *Worker) offset(ctx context.Context, log stream.Log) (store.Offset, error) {
	at, err := w.cfg.Store.Offset(ctx, log.Topic, log.Partition)
	fresh := store.Offset{Topic: log.Topic, Partition: log.Partition, LogID: log.ID, Next: log.Low}
	switch {
	case errors.Is(err, store.ErrNotFound):
		err := w.cfg.Store.CreateOffset(ctx, fresh)
		if errors.Is(err, store.ErrExists) {
			return store.Offset{}, fmt.Errorf("%w: %w", stream.ErrRevoked, err)
		}
		return fresh, err
	case err != nil:
		return store.Offset{}, err
	case at.LogID == log.ID && at.Next >= log.Low && at.Next <= log.High:
		return at, nil
	case at.LogID == log.ID && at.Next > log.High && w.newlyAhead(log.Partition, at.Next):
		// The log was looked at before the offset: another owner may have read what came in between.
		return store.Offset{}, fmt.Errorf("%w: its stored offset %d is ahead of the log's end %d; looking again", stream.ErrRevoked, at.Next, log.High)
	}
	w.cfg.Logger.Warn("stored offset is of another log or outside of it; starting at the log's beginning, replays change nothing",
		"topic", log.Topic, "partition", log.Partition, "stored_log", at.LogID, "stored_offset", at.Next,
		"log", log.ID, "low", log.Low, "high", log.High)
	if err := w.cfg.Store.RestartOffset(ctx, at, log.ID, log.Low); err != nil {
		return store.Offset{}, err
	}
	return fresh, nil
}

// newlyAhead reports whether a stored offset was not found ahead of its log just before, too.
func (w *Worker) newlyAhead(partition int32, next int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	before, known := w.ahead[partition]
	w.ahead[partition] = next
	return !known || before != next
}

func (r *reader) part(log stream.Log) (*part, error) {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	p := r.w.parts[log.Partition]
	if p == nil {
		return nil, fmt.Errorf("partition %d: %w", log.Partition, stream.ErrRevoked)
	}
	return p, nil
}

// Read decides records. Errors other than ErrRevoked are of what we stand on: the stream waits and repeats.
func (r *reader) Read(ctx context.Context, log stream.Log, records []stream.Record) error {
	p, err := r.part(log)
	if err != nil {
		return err
	}
	for len(records) > 0 && records[0].Offset < p.at.Next {
		records = records[1:] // decided by an earlier call that then failed
	}
	if len(records) == 0 {
		return nil
	}
	err = r.w.work(ctx, p, records)
	p.outbox.nudge()
	if errors.Is(err, store.ErrNotOwner) {
		return fmt.Errorf("%w: %w", stream.ErrRevoked, err)
	}
	return err
}

// Idle looks for what gateways of other processes have put into the outbox.
func (r *reader) Idle(ctx context.Context, log stream.Log) error {
	p, err := r.part(log)
	if err != nil {
		return err
	}
	waits, err := r.w.outboxWaits(ctx)
	if err != nil {
		return err
	}
	if !waits {
		p.lookWait = 0
		return nil
	}
	// What waits for long waits for something else, or is another partition's. What this process decides is shown at once all the same.
	now := r.w.cfg.Now()
	if since := now.Sub(p.lookedAt); since >= 0 && since < p.lookWait {
		return nil
	}
	p.lookedAt, p.lookWait = now, min(max(2*p.lookWait, idleLook), longestLook)
	p.outbox.nudge()
	return nil
}

const (
	// idleLook is how long one look into the outbox serves all partitions of the worker: each of them is idle some twenty times a second.
	idleLook = 40 * time.Millisecond
	// longestLook bounds how late a decision of another process is seen while rows wait.
	longestLook = 500 * time.Millisecond
)

func (w *Worker) outboxWaits(ctx context.Context) (bool, error) {
	w.look.Lock()
	defer w.look.Unlock()
	if now := w.cfg.Now(); now.Sub(w.lookedAt) >= idleLook || now.Before(w.lookedAt) {
		waits, err := w.cfg.Store.OutboxWaits(ctx)
		if err != nil {
			return false, err
		}
		w.lookedAt, w.waits = now, waits
	}
	return w.waits, nil
}

// Revoked stops what runs for the partition.
func (r *reader) Revoked(log stream.Log) {
	r.w.mu.Lock()
	p := r.w.parts[log.Partition]
	delete(r.w.parts, log.Partition)
	r.w.mu.Unlock()
	if p != nil {
		p.outbox.stop()
	}
}

func (r *reader) close() {
	r.w.mu.Lock()
	parts := r.w.parts
	r.w.parts = map[int32]*part{}
	r.w.mu.Unlock()
	for _, p := range parts {
		p.outbox.stop()
	}
}
