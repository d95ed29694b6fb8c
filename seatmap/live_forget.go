package seatmap

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Forgotten is what became of an event that was to be forgotten.
type Forgotten int

const (
	ForgottenNow     Forgotten = iota // nothing is left of it, or nothing was there
	ForgottenUsed                     // not: seats are held, one has changed lately, or a node follows it
	ForgottenPending                  // not: bookings wait for their decisions
)

// forgottenFor is how long epoch, revision and policy of a forgotten event keep out what was read before them: longer than
// any load may be on its way.
const forgottenFor = 24 * time.Hour

// Forget deletes what Redis has of an event that is over, in one step, unless somebody needs it. It is not open then, and a load opens it
// again. Nothing may have changed in it for as long as quiet says; a load counts as a change. What remains ends by itself: for a day
// who may not load over it, and thirty days after the sale the counts of its buyers. An event that is not open is forgotten, too: of the
// holds that it remembers none may last. Codes: unavailable.
func (l *Live) Forget(ctx context.Context, event string, quiet time.Duration) (Forgotten, error) {
	a, err := l.call(ctx, l.scripts.forget, event, quiet.Milliseconds(), forgottenFor.Milliseconds())
	if err != nil {
		return 0, err
	}
	switch word := a.text(); word {
	case "gone":
		return ForgottenNow, a.done()
	case "used":
		return ForgottenUsed, a.done()
	case "pending":
		return ForgottenPending, a.done()
	default:
		return 0, fmt.Errorf("forget event %s: unknown answer %q", event, word)
	}
}

// Remembered returns those of the events that Redis has and has not forgotten, open or not. One pipeline (on a cluster one for each
// master); of a master that does not answer it knows none. Codes: unavailable, when nobody answers.
func (l *Live) Remembered(ctx context.Context, events []string) (remembered []string, err error) {
	got := make(map[string]*redis.DurationCmd, len(events))
	var mu sync.Mutex // guards got
	err = l.byServer(ctx, events, func(at server, events []string) error {
		_, err := at.Pipelined(ctx, func(p redis.Pipeliner) error {
			mu.Lock()
			defer mu.Unlock()
			for _, event := range events {
				got[event] = p.PTTL(ctx, metaKey(event))
			}
			return nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, event := range events {
		if cmd := got[event]; cmd != nil && cmd.Err() == nil && cmd.Val() == noTTL {
			remembered = append(remembered, event)
		}
	}
	return remembered, nil
}

// noTTL is how the library says that a key has no end.
const noTTL = time.Duration(-1)
