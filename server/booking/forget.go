package booking

import (
	"context"
	"errors"
	"slices"

	"jari/seatmap"
)

const (
	// forgetPart is how many events that are over one question to Redis is about.
	forgetPart = 1000
	// forgetLimit is how many events are forgotten in one pass: the sweeper has bookings to settle.
	forgetLimit = 500
)

// forget has Redis forget the events that are over. Whoever looks at one has it loaded again, to be forgotten again when it has been
// quiet. What is pending there is settled first, as before the end.
func (s *Sweeper) forget(ctx context.Context) {
	left := forgetLimit
	for part := range slices.Chunk(s.cfg.Over(ctx), forgetPart) {
		remembered, err := s.cfg.Live.Remembered(ctx, part)
		if err != nil {
			return // Redis is away: the nodes say so
		}
		for _, event := range remembered {
			done, err := s.cfg.Live.Forget(ctx, event, s.cfg.Quiet)
			if err == nil && done == seatmap.ForgottenPending {
				err = s.settleOver(ctx, event)
			}
			switch {
			case ctx.Err() != nil, code(err) == seatmap.CodeUnavailable:
				return
			case err != nil:
				s.cfg.Logger.Warn("redis cannot forget an event that is over; trying again", "event", event, "error", err)
			case done == seatmap.ForgottenNow:
				s.cfg.Logger.Info("event is over: it is taken out of redis until somebody looks at it", "event", event)
				left--
			}
			if left == 0 || errors.Is(err, errNotLogged) {
				return
			}
		}
	}
}

// settleOver is settle for an event that nobody else looks after: if it is not open nothing can be decided there.
func (s *Sweeper) settleOver(ctx context.Context, event string) error {
	err := s.settle(ctx, event)
	if errors.Is(err, seatmap.ErrClosed) {
		s.cfg.Closed(event)
		return nil
	}
	return err
}
