package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// raceScene: each round every client asks for the same seat at once; the one who gets it gives it back for the next round.
type raceScene struct {
	Clients int    `help:"Clients that want the seat." default:"500"`
	Rounds  int    `help:"Rounds played." default:"200"`
	Zone    string `help:"Zone of the seat; the first with seats if empty."`
	Seat    string `help:"The seat; the first free one if empty."`
}

// Validate: a race needs two.
func (s *raceScene) Validate() error {
	return firstOf(whole("--clients", s.Clients, 2, maxSockets), whole("--rounds", s.Rounds, 1, maxTimes))
}

func (s *raceScene) thresholds() []Threshold {
	return []Threshold{
		exactly("I7", "every round was played", "rounds", int64(s.Rounds)),
		{Invariant: "I7", Claim: "at least one client held the seat in each round", Metric: "winners", Stat: "min", Op: "==", Bound: 1},
		{Invariant: "I7", Claim: "at most one client held the seat in each round", Metric: "winners", Stat: "max", Op: "==", Bound: 1},
		exactly("I7", "all others were refused as seat_unavailable, with the seat named", "refused", int64(s.Rounds)*int64(s.Clients-1)),
		none("I7", "no answer of another kind, and none missing", "odd_answers"),
	}
}

func (s *raceScene) progress() []string {
	return []string{"rounds", "winners", "refused", "odd_answers"}
}

func (s *raceScene) play(ctx context.Context, t *Target, out *Stream) error {
	api := newAPI(t.URL)
	seat, err := findSeat(ctx, api, t.Event, s.Zone, s.Seat)
	if err != nil {
		return err
	}
	out.begin("connect")
	racers, limits, err := connectBuyers(ctx, t, api, s.Clients)
	defer closeClients(racers)
	if err != nil {
		return err
	}
	out.begin("race for " + seat.Seat)
	pace := pauseFor(limits)
	for range s.Rounds {
		again := time.Now().Add(pace)
		if err := s.round(ctx, t.Event, seat, racers, out); err != nil {
			return err
		}
		if err := wait(ctx, time.Until(again)); err != nil {
			return err
		}
	}
	return nil
}

// round lets all go at once and returns when all have been answered and the seat is free again.
func (s *raceScene) round(ctx context.Context, event string, seat HeldSeat, racers []*Client, out *Stream) error {
	start := make(chan struct{})
	var wg sync.WaitGroup
	winners, silent := make(chan *Client, len(racers)), make(chan error, len(racers))
	for _, r := range racers {
		wg.Go(func() {
			<-start
			began := time.Now()
			m, err := r.ask(ctx, Ask{Type: "hold", Event: event, Zone: seat.Zone, Seats: []string{seat.Seat}})
			out.took("answer_us", time.Since(began))
			switch {
			case err != nil:
				out.fault("odd_answers", err.Error())
				silent <- err
			case m.Type == "held" && m.Hold != nil && len(m.Hold.Seats) == 1 && m.Hold.Seats[0].Seat == seat.Seat:
				winners <- r
			case m.Type == "refused" && m.Code == "seat_unavailable" && names(m.Seats, seat):
				out.count("refused", 1)
			default:
				out.fault("odd_answers", fmt.Sprintf("a hold of %s in zone %s was answered %s", seat.Seat, seat.Zone, m.told()))
			}
		})
	}
	close(start)
	wg.Wait()
	if len(silent) == len(racers) {
		return fmt.Errorf("nobody was answered: %w", <-silent)
	}
	close(winners)
	out.count("winners", int64(len(winners)))
	for w := range winners {
		if _, err := w.want(ctx, "released", Ask{Type: "release", Event: event}); err != nil {
			return fmt.Errorf("the winner gives the seat back: %w", err)
		}
	}
	out.count("rounds", 1)
	return ctx.Err()
}

func names(seats []SeatState, seat HeldSeat) bool {
	return len(seats) == 1 && seats[0].Zone == seat.Zone && seats[0].Seat == seat.Seat && seats[0].State == 1
}
