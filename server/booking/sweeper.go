package booking

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"jari/seatmap"
)

// SweeperConfig is what a Sweeper needs.
type SweeperConfig struct {
	Live     *seatmap.Live
	Producer Producer
	Events   func(ctx context.Context) []string // the events to look after: those that have not ended
	Over     func(ctx context.Context) []string // the others: Redis is to forget them; nil: none
	Closed   func(event string)                 // is told of one of the others that must be open to be settled; may be nil
	Every    time.Duration                      // default 1 s
	Forget   time.Duration                      // between two looks at those that are over; default 1 min
	Quiet    time.Duration                      // for how long nothing may have changed in one that is forgotten; default 1 h
	Lease    time.Duration                      // until the same booking is asked for again; default Lease
	Logger   *slog.Logger                       // default slog.Default()
}

// sweepLimit is how many bookings of an event one script looks at, so that none stops Redis for long.
const sweepLimit = 100

// Sweeper asks the log for pending bookings that are overdue, and has Redis forget events that are over. It frees no seat itself:
// only a decision does.
type Sweeper struct{ cfg SweeperConfig }

// NewSweeper makes a sweeper; Run starts it. Several may run: a lease is given to one of them.
func NewSweeper(cfg SweeperConfig) *Sweeper {
	if cfg.Every == 0 {
		cfg.Every = time.Second
	}
	if cfg.Over == nil {
		cfg.Over = func(context.Context) []string { return nil }
	}
	if cfg.Closed == nil {
		cfg.Closed = func(string) {}
	}
	if cfg.Forget == 0 {
		cfg.Forget = time.Minute
	}
	if cfg.Quiet == 0 {
		cfg.Quiet = time.Hour
	}
	if cfg.Lease == 0 {
		cfg.Lease = Lease
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	return &Sweeper{cfg}
}

// Run sweeps until ctx ends.
func (s *Sweeper) Run(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.Every)
	defer tick.Stop()
	forget := time.NewTicker(s.cfg.Forget)
	defer forget.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			s.sweep(ctx)
		case <-forget.C:
			s.forget(ctx)
		}
	}
}

// errNotLogged: the log takes no record now, of no event; each try would take its time.
var errNotLogged = errors.New("the log takes no records")

func (s *Sweeper) sweep(ctx context.Context) {
	for _, event := range s.cfg.Events(ctx) {
		err := s.settle(ctx, event)
		if err != nil && ctx.Err() == nil && code(err) != seatmap.CodeUnavailable {
			s.cfg.Logger.Warn("overdue bookings cannot be settled; trying again", "event", event, "error", err)
		}
		if errors.Is(err, errNotLogged) {
			return
		}
	}
}

// settle produces a settle record for each overdue booking of the event. One whose record is lost is overdue again a lease later.
func (s *Sweeper) settle(ctx context.Context, event string) error {
	lapsed, err := s.cfg.Live.Lapsed(ctx, event, sweepLimit, s.cfg.Lease)
	if err != nil {
		return err
	}
	for _, p := range lapsed {
		rec := settleRecord(p)
		value, err := rec.encode()
		if err != nil {
			return err
		}
		if err := s.cfg.Producer.Produce(ctx, TopicBookings, event, value); err != nil {
			return fmt.Errorf("%w: %w", errNotLogged, err)
		}
	}
	return nil
}

func settleRecord(p seatmap.PendingBooking) Record {
	return Record{Type: typeSettle, Event: p.Event, Booking: p.Booking, Buyer: p.Buyer, Seats: bookedSeats(p.Seats),
		CreatedAt: p.Created.UnixMilli()}
}
