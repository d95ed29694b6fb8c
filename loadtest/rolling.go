package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// rollingScene: the gateways are restarted one after another while sockets look on and bookings are made. A client that is sent away
// comes to the next gateway with what it has; a buyer whose request got no answer asks again there.
type rollingScene struct {
	OtherURLs []string      `help:"Addresses of the other gateways, comma separated." required:"" name:"other-url" type:"address" placeholder:"URL,..."`
	Clients   int           `help:"Sockets, spread over the gateways and the zones." default:"2000"`
	Rate      float64       `help:"Bookings per second, of one seat each." default:"50"`
	Duration  time.Duration `help:"How long bookings are made; the restarts belong into this time." default:"45s"`
	Settle    time.Duration `help:"How long clients, bookings and maps may take at the end." default:"30s"`
	Resumed   float64       `help:"Share of the clients that must get only the changes that they missed, in percent." default:"95"`
	Restart   string        `help:"Command that restarts the gateways, for a shell; without it, restart them yourself when the scene says so." name:"restart-command" placeholder:"COMMAND"`

	restart func(ctx context.Context) error // in place of the command; a test's
}

// Validate checks the flags.
func (s *rollingScene) Validate() error {
	return firstOf(whole("--clients", s.Clients, 1, maxSockets), perSecond("--rate", s.Rate), length("--duration", s.Duration, longest),
		some(s.Rate, s.Duration), waiting("--settle", s.Settle), number("--resumed", s.Resumed, 0, 100))
}

func (s *rollingScene) thresholds() []Threshold {
	return []Threshold{
		exactly("", "every booking came to a known end", "ended", s.total()),
		none("", "no booking failed", "failed"),
		exactly("I2", "every booking was confirmed: nobody else wanted those seats", "confirmed", s.total()).because("failed"),
		none("I1", "no seat is in two bookings that stand", "sold_twice"),
		none("I2", "all that was told confirmed is in the buyer's bookings", "confirmed_lost"),
		none("I2", "all that was told confirmed is booked on the map", "not_on_map"),
		none("I3", "every booking of a buyer is one that the buyer asked for, once", "unasked"),
		none("I4", "the map has no booked or held seat that no booking has", "orphans"),
		exactly("I6", "every client's map and version equal the truth at the end", "equal_maps", int64(s.Clients)).because("unequal_maps"),
		none("I6", "no client was lost", "lost_clients"),
		none("I6", "frames follow the rule", "rule_breaks"),
		none("I6", "frames follow one another", "gaps"),
		// Where nobody was sent away nothing was restarted, and nothing is told.
		{Claim: "clients were sent away", Metric: "returns", Stat: "sum", Op: ">=", Bound: 1},
		Threshold{Claim: "clients that came back got only the changes that they missed", Metric: "resumed_percent", Stat: "min", Op: ">=",
			Bound: s.Resumed}.because("snapshots_on_return"),
	}
}

func (s *rollingScene) total() int64 { return int64(s.Rate * s.Duration.Seconds()) }

func (s *rollingScene) progress() []string {
	return []string{"sockets", "sent_away", "returns", "snapshots_on_return", "confirmed", "retries", "failed"}
}

func (s *rollingScene) play(ctx context.Context, t *Target, out *Stream) error {
	g := newGateways(append([]string{t.URL}, s.OtherURLs...))
	api := g.apis[0]
	e, err := api.event(ctx, t.Event)
	if err != nil {
		return err
	}
	before, err := soldSeats(ctx, api, e)
	if err != nil {
		return err
	}
	seats, zones, err := s.seats(ctx, api, e)
	if err != nil {
		return err
	}
	out.begin("connect")
	viewers, err := s.openReturners(ctx, g, e.ID, zones, out)
	defer closeReturners(viewers)
	if err != nil {
		return err
	}
	trips, err := s.bookings(ctx, g, e, seats, out)
	if err != nil {
		return err
	}
	out.begin("compare")
	if err := s.compare(ctx, g, e.ID, zones, viewers, out); err != nil {
		return err
	}
	out.begin("audit")
	return audit(ctx, api, e, trips, before, s.Settle, out)
}

// seats returns a free seat for each booking, turn about from all zones so that all of them change, and the zones.
func (s *rollingScene) seats(ctx context.Context, api *API, e Event) (seats []HeldSeat, zones []string, err error) {
	all, err := seatZones(e, "")
	if err != nil {
		return nil, nil, err
	}
	var free [][]HeldSeat
	have := 0
	for _, z := range all {
		f, err := freeIn(ctx, api, e.ID, z.ID)
		if err != nil {
			return nil, nil, err
		}
		zones, free = append(zones, z.ID), append(free, f)
		have += len(f)
	}
	want := int(s.total())
	if have < want {
		return nil, nil, fmt.Errorf("event %s has too few free seats: %d, needed %d (--rate %v for --duration %s)", e.ID, have, want, s.Rate, s.Duration)
	}
	for i := 0; len(seats) < want; i++ {
		if z := i % len(free); len(free[z]) > 0 {
			seats, free[z] = append(seats, free[z][0]), free[z][1:]
		}
	}
	return seats, zones, nil
}

// bookings makes them all, and has the gateways restarted meanwhile.
func (s *rollingScene) bookings(ctx context.Context, g *gateways, e Event, seats []HeldSeat, out *Stream) ([]*trip, error) {
	stage := "restart the gateways now, one after another, in the next " + s.Duration.String()
	if s.restart != nil || s.Restart != "" {
		stage = "restart"
	}
	out.begin(stage)
	restarted := make(chan error, 1)
	go func() { restarted <- s.restartAll(ctx) }()
	trips := make([]*trip, len(seats))
	err := arrivals(ctx, s.Rate, len(seats), func(i int, due time.Time) {
		b := &steadyBuyer{gateways: g, from: i, seat: seats[i], patience: s.Settle,
			trip: &trip{number: i, api: g.apis[0], event: e, out: out, told: map[string]Booking{}, keys: map[string]string{}}}
		trips[i] = b.trip
		if err := b.buy(ctx); err != nil {
			out.fault("failed", fmt.Sprintf("buyer %d: %v", i, err))
		}
		out.took("journey_us", time.Since(due))
		out.count("ended", 1)
	})
	return trips, errors.Join(err, <-restarted)
}

func (s *rollingScene) restartAll(ctx context.Context) error {
	switch {
	case s.restart != nil:
		return s.restart(ctx)
	case s.Restart == "":
		return nil
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", s.Restart)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("--restart-command: %w", err)
	}
	return nil
}
