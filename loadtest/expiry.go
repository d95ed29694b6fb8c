package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// expiryScene: buyers take one seat each within a moment and never come back; the seats free themselves, each at its own deadline.
type expiryScene struct {
	Holds  int           `help:"Holds taken, each by a buyer of its own." default:"2000"`
	Within time.Duration `help:"Time in which they are taken." default:"1s"`
	Late   time.Duration `help:"How late a seat may be free at p99, as a socket sees it: 250 ms and a tick." default:"270ms"`

	clock Clock // before the holds

	mu     sync.Mutex
	due    map[HeldSeat]time.Time // deadline by seat, on the server's clock; guarded by mu
	freed  map[HeldSeat]time.Time // when the socket told, on our clock; guarded by mu
	allOut chan struct{}          // closed when as many are freed as were held
}

// longestHold keeps a scene that waits for expiry within what a person waits for.
const longestHold = 2 * time.Minute

// Validate checks the flags.
func (s *expiryScene) Validate() error {
	return firstOf(whole("--holds", s.Holds, 1, maxSockets), length("--within", s.Within, longest), length("--late", s.Late, longestBound))
}

func (s *expiryScene) thresholds() []Threshold {
	return []Threshold{
		exactly("I8", "every hold was taken", "held", int64(s.Holds)).because("refused"),
		exactly("I8", "every seat was seen free again", "freed", int64(s.Holds)),
		none("I8", "no hold ended early", "early"),
		within("I8", "seats free themselves in time", "late_us", s.Late),
		{Claim: "answers to pings tell the clock by which holds end", Metric: "clocks_apart_us", Stat: "max", Op: "<=",
			Bound: float64(apartAllowed.Milliseconds()), Unit: "ms"},
		none("I6", "frames follow the rule", "rule_breaks"),
		none("I6", "frames follow one another", "gaps"),
	}
}

func (s *expiryScene) progress() []string { return []string{"held", "refused", "freed", "early"} }

func (s *expiryScene) play(ctx context.Context, t *Target, out *Stream) error {
	api := newAPI(t.URL)
	e, err := api.event(ctx, t.Event)
	if err != nil {
		return err
	}
	hold := time.Duration(e.Policy.HoldSeconds) * time.Second
	if hold > longestHold {
		return fmt.Errorf("event %s holds seats for %s: create one with --hold-seconds of at most %.0f", t.Event, hold, longestHold.Seconds())
	}
	seats, err := freeSeats(ctx, api, t.Event, "", s.Holds)
	if err != nil {
		return err
	}
	s.due, s.freed, s.allOut = map[HeldSeat]time.Time{}, map[HeldSeat]time.Time{}, make(chan struct{})

	out.begin("connect")
	eye, err := s.watch(ctx, t, api, e, out)
	if err != nil {
		return err
	}
	defer eye.close()
	reader, err := api.session(ctx)
	if err != nil {
		return fmt.Errorf("make a session: %w", err)
	}
	if s.clock, err = readClock(ctx, api, t.Event, reader); err != nil {
		return err
	}
	if err := s.clock.compare(ctx, eye.client, out); err != nil {
		return err
	}
	buyers, _, err := connectBuyers(ctx, t, api, s.Holds)
	defer closeClients(buyers) // not before the deadlines have passed: they hear of them
	if err != nil {
		return err
	}
	if err := s.takeAll(ctx, t.Event, buyers, seats, out); err != nil {
		return err
	}
	out.begin("wait for the deadlines")
	err = s.settle(ctx, eye, hold)
	last := s.clock
	if err == nil {
		if last, err = readClock(ctx, api, t.Event, reader); err != nil {
			last = s.clock
		}
	}
	s.judge(last, out)
	return err
}

// takeAll lets every buyer hold a seat.
func (s *expiryScene) takeAll(ctx context.Context, event string, buyers []*Client, seats []HeldSeat, out *Stream) error {
	out.begin("hold")
	began := time.Now()
	err := arrivals(ctx, float64(s.Holds)/s.Within.Seconds(), s.Holds, func(i int, due time.Time) {
		s.take(ctx, event, buyers[i], seats[i], due, out)
		if i%2 == 1 {
			buyers[i].abort()
		}
	})
	out.took("all_taken_us", time.Since(began))
	return err
}

// watch opens the one socket that looks at every zone and writes down when a seat is free again.
func (s *expiryScene) watch(ctx context.Context, t *Target, api *API, e Event, out *Stream) (*viewer, error) {
	ids := map[string][]string{}
	var zones []string
	for _, z := range e.Zones {
		if z.Kind != "seats" {
			continue
		}
		seats, err := api.zoneSeats(ctx, t.Event, z.ID)
		if err != nil {
			return nil, err
		}
		for _, seat := range seats.Seats {
			ids[z.ID] = append(ids[z.ID], seat.ID)
		}
		zones = append(zones, z.ID)
	}
	return openViewer(ctx, t.URL, t.Event, zones, out, func(zone string, index int, state byte) {
		if state == available {
			s.seeFree(HeldSeat{Zone: zone, Seat: ids[zone][index]}, time.Now(), out)
		}
	}, nil)
}

func (s *expiryScene) seeFree(seat HeldSeat, at time.Time, out *Stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, before := s.freed[seat]; before {
		return
	}
	s.freed[seat] = at
	out.count("freed", 1)
	if len(s.freed) == s.Holds {
		close(s.allOut)
	}
}

// take holds the seat and nothing more. Every second buyer's connection then breaks, the others only never act again.
func (s *expiryScene) take(ctx context.Context, event string, buyer *Client, seat HeldSeat, due time.Time, out *Stream) {
	m, err := buyer.want(ctx, "held", Ask{Type: "hold", Event: event, Zone: seat.Zone, Seats: []string{seat.Seat}})
	if err != nil || m.Hold == nil {
		out.fault("refused", fmt.Sprintf("%s %s: %v", seat.Zone, seat.Seat, err))
		return
	}
	out.took("answer_us", time.Since(due))
	out.count("held", 1)
	s.mu.Lock()
	s.due[seat] = m.Hold.ExpiresAt
	s.mu.Unlock()
}

// settle waits until all seats are seen free, or have had their time.
func (s *expiryScene) settle(ctx context.Context, eye *viewer, hold time.Duration) error {
	patience := time.NewTimer(hold + 30*time.Second)
	defer patience.Stop()
	select {
	case <-s.allOut:
		return nil
	case <-patience.C:
		return nil
	case <-eye.client.done:
		return fmt.Errorf("the watching socket ended: %w", eye.client.failure())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// judge measures each seat that was seen free against its own deadline.
func (s *expiryScene) judge(last Clock, out *Stream) {
	out.took("clock_doubt_us", max(s.clock.Doubt, last.Doubt))
	out.took("clock_drift_us", (last.Offset - s.clock.Offset).Abs())
	s.mu.Lock()
	defer s.mu.Unlock()
	for seat, due := range s.due {
		at, ok := s.freed[seat]
		if !ok {
			continue
		}
		clock := between(s.clock, last, at)
		late := clock.at(at).Sub(due)
		if late < -clock.Doubt {
			out.fault("early", fmt.Sprintf("%s %s was free %s before its deadline", seat.Zone, seat.Seat, -late))
		}
		out.took("late_us", max(late, 0))
	}
}
