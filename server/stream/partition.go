package stream

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// batchWait is how long a batch waits for more after its first record.
const batchWait = 20 * time.Millisecond

// partition is one partition while this member owns it. Its goroutine makes all calls of the Reader but Revoked.
type partition struct {
	m       *member
	n       int32
	inbox   *inbox
	restart chan error // has the reason when it shall begin again
	cancel  context.CancelFunc
	done    chan struct{} // closed when the goroutine has ended; then log and told may be read

	log  Log
	told bool // the reader knows of it
}

// again makes the partition start over from Assigned.
func (p *partition) again(why error) {
	select {
	case p.restart <- why:
	default:
	}
}

func (p *partition) run(ctx context.Context) {
	defer close(p.done)
	defer p.well() // whatever it was, it is not this member's any more
	wait := newBackoff()
	for ctx.Err() == nil {
		err := p.begin(ctx)
		if err == nil {
			began := time.Now()
			err = p.serve(ctx)
			if time.Since(began) > longestWait {
				wait.reset()
			}
		}
		if ctx.Err() != nil {
			return
		}
		p.m.cfg.Logger.Warn("kafka partition begins again", "topic", p.m.topic, "partition", p.n, "error", err)
		if !sleep(ctx, wait.next()) {
			return
		}
		if err := p.m.order(ctx, func() error { return p.m.unfetch(p) }); err != nil {
			p.m.cfg.Logger.Warn("kafka partition cannot be stopped", "topic", p.m.topic, "partition", p.n, "error", err)
		}
	}
}

// begin finds out which log it is, asks the reader where to start, and starts.
func (p *partition) begin(ctx context.Context) error {
	select {
	case older := <-p.restart:
		p.m.cfg.Logger.Debug("kafka partition begins anyway", "topic", p.m.topic, "partition", p.n, "error", older)
	default:
	}
	log, err := logOf(ctx, p.m.admin, p.m.wire, p.n)
	if err != nil {
		return err
	}
	log.Topic = p.m.topic
	p.log, p.told = log, true
	offset, err := p.m.reader.Assigned(ctx, log)
	if err != nil {
		return fmt.Errorf("ask the reader where to begin: %w", err)
	}
	return p.m.order(ctx, func() error { return p.m.fetch(p.n, log.ID, offset) })
}

// Why a partition begins again.
var (
	errOutside  = errors.New("the offset is outside the log")
	errReplaced = errors.New("the log was replaced by another one")
)

// serve reads until ctx ends, or returns why to begin again.
func (p *partition) serve(ctx context.Context) error {
	idle := time.NewTimer(p.m.cfg.IdleEvery)
	wait := newBackoff()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case why := <-p.restart:
			return why
		case <-p.inbox.arrived:
			if err := p.read(ctx, p.collect(ctx)); err != nil {
				return err
			}
			idle.Reset(p.m.cfg.IdleEvery)
		case <-idle.C:
			next := p.m.cfg.IdleEvery
			if err := p.m.reader.Idle(ctx, p.log); errors.Is(err, ErrRevoked) {
				return err
			} else if err != nil && ctx.Err() == nil {
				p.failed(err)
				next = max(next, wait.next())
			} else if err == nil {
				p.well()
				wait.reset()
			}
			idle.Reset(next)
		}
	}
}

// collect takes what is there, and what comes until batchWait after that, up to a whole batch.
func (p *partition) collect(ctx context.Context) []Record {
	batch := p.inbox.take(nil)
	if len(batch) == 0 {
		return nil
	}
	enough := time.NewTimer(batchWait)
	defer enough.Stop()
	for len(batch) < batchSize {
		select {
		case <-p.inbox.arrived:
			batch = p.inbox.take(batch)
		case <-enough.C:
			return batch
		case <-ctx.Done():
			return batch
		}
	}
	return batch
}

// read repeats the same batch until the reader has dealt with it, or returns why not to.
func (p *partition) read(ctx context.Context, batch []Record) error {
	if len(batch) == 0 {
		return nil
	}
	wait := newBackoff()
	for {
		err := p.m.reader.Read(ctx, p.log, batch)
		if err == nil {
			p.well()
			return nil
		}
		if errors.Is(err, ErrRevoked) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p.failed(err)
		select {
		case <-time.After(wait.next()):
		case why := <-p.restart:
			return why
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *partition) failed(err error) {
	p.m.outage.failed(p.m.cfg.Logger, time.Now(), p.m.topic, p.n, err)
}

func (p *partition) well() { p.m.outage.ended(p.m.cfg.Logger, p.m.topic, p.n) }

// sleep reports whether the whole wait has passed.
func sleep(ctx context.Context, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}
