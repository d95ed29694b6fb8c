package booking

import (
	"context"
	"log/slog"
	"time"

	"jari/seatmap"
)

// SweeperConfig is what a Sweeper needs.
type SweeperConfig struct {
	Live     *seatmap.Live
	Producer Producer
	Events   func(ctx context.Context) []string // the events to look after: those that have not ended
	Every    time.Duration                      // default 1 s
	Lease    time.Duration                      // until the same booking is asked for again; default Lease
	Logger   *slog.Logger                       // default slog.Default()
}

// sweepLimit is how many bookings of an event one script looks at, so that none stops Redis for long.
const sweepLimit = 100

// Sweeper asks the log for pending bookings that are overdue. It frees no seat itself: only a decision does.
type Sweeper struct{ cfg SweeperConfig }

// NewSweeper makes a sweeper; Run starts it. Several may run: a lease is given to one of them.
func NewSweeper(cfg SweeperConfig) *Sweeper {
	if cfg.Every == 0 {
		cfg.Every = time.Second
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
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			s.sweep(ctx)
		}
	}
}

func (s *Sweeper) sweep(ctx context.Context) {
	for _, event := range s.cfg.Events(ctx) {
		if err := s.settle(ctx, event); err != nil && ctx.Err() == nil && code(err) != seatmap.CodeUnavailable {
			s.cfg.Logger.Warn("overdue bookings cannot be settled; trying again", "event", event, "error", err)
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
			return err
		}
	}
	return nil
}

func settleRecord(p seatmap.PendingBooking) Record {
	return Record{Type: typeSettle, Event: p.Event, Booking: p.Booking, Buyer: p.Buyer, Seats: bookedSeats(p.Seats),
		CreatedAt: p.Created.UnixMilli()}
}
