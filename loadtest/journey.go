package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// journeyScene: buyers come at a fixed rate and do all that a buyer does; what they were told is compared with what is true at the end.
type journeyScene struct {
	Buyers  int           `help:"Buyers in all." default:"300"`
	Rate    float64       `help:"Buyers who come per second." default:"30"`
	Cancels float64       `help:"Share of the confirmed bookings that are cancelled again." default:"0.2"`
	Seats   int           `help:"Seats that a buyer wants at most." default:"4"`
	Drain   time.Duration `help:"How long bookings may be on their way when all have come." default:"20s"`

	mu    sync.Mutex
	trips []*trip // guarded by mu
}

// Validate checks the flags.
func (s *journeyScene) Validate() error {
	return firstOf(whole("--buyers", s.Buyers, 1, maxTimes), perSecond("--rate", s.Rate), number("--cancels", s.Cancels, 0, 1),
		whole("--seats", s.Seats, 1, maxTimes), length("--drain", s.Drain, longest))
}

func (s *journeyScene) thresholds() []Threshold {
	return []Threshold{
		exactly("", "every buyer's journey came to an end", "ended", int64(s.Buyers)),
		none("", "no journey failed", "failed"),
		// Of a house that was sold out from the start nothing could be told.
		{Claim: "at least one booking was confirmed", Metric: "confirmed", Stat: "sum", Op: ">=", Bound: 1},
		none("I1", "no seat is in two bookings that stand", "sold_twice"),
		none("I2", "all that was told confirmed is in the buyer's bookings", "confirmed_lost"),
		none("I2", "all that was told confirmed is booked on the map", "not_on_map"),
		none("I3", "every booking of a buyer is one that the buyer asked for, once", "unasked"),
		none("I4", "the map has no booked or held seat that no booking has", "orphans"),
		none("I9", "no buyer has more seats than the cap", "over_cap"),
	}
}

func (s *journeyScene) progress() []string {
	return []string{"begun", "confirmed", "rejected", "cancelled", "sold_out", "failed"}
}

func (s *journeyScene) play(ctx context.Context, t *Target, out *Stream) error {
	api := newAPI(t.URL)
	e, err := api.event(ctx, t.Event)
	if err != nil {
		return err
	}
	before, err := soldSeats(ctx, api, e)
	if err != nil {
		return err
	}
	out.begin("journeys")
	err = arrivals(ctx, s.Rate, s.Buyers, func(i int, due time.Time) {
		out.count("begun", 1)
		j := &trip{number: i, target: t, api: api, event: e, out: out, scene: s}
		if err := j.travel(ctx); err != nil {
			out.fault("failed", fmt.Sprintf("buyer %d: %v", i, err))
		}
		out.took("journey_us", time.Since(due))
		out.count("ended", 1)
		s.mu.Lock()
		s.trips = append(s.trips, j)
		s.mu.Unlock()
	})
	if err != nil {
		return err
	}
	out.begin("audit")
	s.mu.Lock()
	defer s.mu.Unlock()
	return audit(ctx, api, e, s.trips, before, s.Drain, out)
}

// wish is how many seats a buyer wants.
func (s *journeyScene) wish(limit int) int {
	return 1 + rand.IntN(max(1, min(s.Seats, limit)))
}

// soldSeats are the seats that are not available, by seat, over all numbered zones.
func soldSeats(ctx context.Context, api *API, e Event) (map[HeldSeat]byte, error) {
	sold := map[HeldSeat]byte{}
	for _, z := range e.Zones {
		if z.Kind != "seats" {
			continue
		}
		ids, states, err := seatsNow(ctx, api, e.ID, z.ID)
		if err != nil {
			return nil, err
		}
		for i, id := range ids {
			if states[i] != available {
				sold[HeldSeat{Zone: z.ID, Seat: id}] = states[i]
			}
		}
	}
	return sold, nil
}
