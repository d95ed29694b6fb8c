package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// churnScene: sockets come at a fixed rate, act as a buyer of their own, and go in every way that a socket can go.
type churnScene struct {
	Rate     float64       `help:"Sockets opened per second." default:"300"`
	Duration time.Duration `help:"How long they come." default:"60s"`
	Kicks    int           `help:"Sockets that flood until they are thrown out; each must be really closed." default:"20"`
	Settle   time.Duration `help:"How long the server may take to be where it was." default:"120s"`
	Slack    float64       `help:"Goroutines and descriptors that may remain." default:"10"`

	markers markers
}

// Validate checks the flags.
func (s *churnScene) Validate() error {
	return firstOf(perSecond("--rate", s.Rate), length("--duration", s.Duration, longest), some(s.Rate, s.Duration),
		whole("--kicks", s.Kicks, 0, maxSockets), waiting("--settle", s.Settle), number("--slack", s.Slack, 0, maxTimes))
}

func (s *churnScene) thresholds() []Threshold {
	return []Threshold{
		exactly("I10", "every socket was tried", "visits", s.total()),
		none("I10", "no message was meant for another client", "foreign"),
		none("I10", "no broken frame on the wire", "broken"),
		none("", "no socket failed", "failed"),
		exactly("I10", "every flooding socket was thrown out and its connection really closed", "kicked", int64(s.Kicks)).because("not_kicked"),
		{Invariant: "I10", Claim: "goroutines are back to where they were", Metric: "goroutines_more", Stat: "max", Op: "<=", Bound: s.Slack},
		{Invariant: "I10", Claim: "descriptors are back to where they were", Metric: "descriptors_more", Stat: "max", Op: "<=", Bound: s.Slack},
	}
}

func (s *churnScene) total() int64 { return int64(s.Rate * s.Duration.Seconds()) }

func (s *churnScene) progress() []string {
	return []string{"visits", "held", "refused", "foreign", "broken", "failed"}
}

func (s *churnScene) play(ctx context.Context, t *Target, out *Stream) error {
	api := newAPI(t.URL)
	seats, err := everyZone(ctx, api, t.Event)
	if err != nil {
		return err
	}
	s.markers = newMarkers()
	out.begin("warm up")
	unheard := newStream(ctx) // whatever is made once and kept is made now
	err = arrivals(ctx, s.Rate, 20, func(i int, _ time.Time) { s.visit(ctx, t, api, seats, -1-i, unheard) })
	unheard.close()
	if err != nil {
		return err
	}
	before, err := settled(ctx, api)
	if err != nil {
		return err
	}

	out.begin("churn")
	err = arrivals(ctx, s.Rate, int(s.total()), func(i int, due time.Time) {
		s.visit(ctx, t, api, seats, i, out)
		out.took("visit_us", time.Since(due))
	})
	if err != nil {
		return err
	}
	s.markers.judge(out)
	out.begin("kick")
	for range s.Kicks {
		if err := kicked(ctx, t, api); err != nil {
			out.fault("not_kicked", err.Error())
			continue
		}
		out.count("kicked", 1)
	}
	out.begin("settle")
	return s.settle(ctx, api, before, out)
}

// everyZone returns free seats all over the house, so that guests meet but do not all stand in one room.
func everyZone(ctx context.Context, api *API, event string) (seats []HeldSeat, err error) {
	e, err := api.event(ctx, event)
	if err != nil {
		return nil, err
	}
	zones, err := seatZones(e, "")
	if err != nil {
		return nil, err
	}
	for _, z := range zones {
		free, err := freeIn(ctx, api, event, z.ID)
		if err != nil {
			return nil, err
		}
		seats = append(seats, free...)
	}
	if len(seats) == 0 {
		return nil, fmt.Errorf("event %s has no free seats", event)
	}
	return seats, nil
}

// visit is the life of one socket.
func (s *churnScene) visit(ctx context.Context, t *Target, api *API, seats []HeldSeat, i int, out *Stream) {
	session, err := api.session(ctx)
	if err == nil {
		g := &guest{number: i, buyer: session.Buyer.ID, event: t.Event, seat: seats[rand.IntN(len(seats))],
			out: out, markers: &s.markers, sentinel: int64(i+1) << 20}
		err = g.live(ctx, t.URL, session.Token)
	}
	switch {
	case errors.Is(err, errForeign):
		out.fault("foreign", err.Error())
	case errors.Is(err, errFrame), errors.Is(err, errJSON):
		out.fault("broken", err.Error())
	case err != nil:
		out.fault("failed", err.Error())
	}
	out.count("visits", 1)
}

// settled waits until the process has been still for a second and returns its footprint.
func settled(ctx context.Context, api *API) (Footprint, error) {
	last, err := api.footprint(ctx)
	for range 30 {
		if err != nil {
			return last, err
		}
		if err := wait(ctx, time.Second); err != nil {
			return last, err
		}
		api.http.CloseIdleConnections()
		var now Footprint
		now, err = api.footprint(ctx)
		if err == nil && now.Goroutines == last.Goroutines && now.Descriptors == last.Descriptors {
			return now, nil
		}
		last = now
	}
	return last, err
}

// settle waits until the server is back where it was, or has had its time.
func (s *churnScene) settle(ctx context.Context, api *API, before Footprint, out *Stream) error {
	began := time.Now()
	for {
		api.http.CloseIdleConnections()
		now, err := api.footprint(ctx)
		if err != nil {
			return err
		}
		goroutines, descriptors := now.Goroutines-before.Goroutines, now.Descriptors-before.Descriptors
		if goroutines <= s.Slack && descriptors <= s.Slack || time.Since(began) > s.Settle {
			out.count("goroutines_before", int64(before.Goroutines))
			out.count("goroutines_after", int64(now.Goroutines))
			out.count("descriptors_before", int64(before.Descriptors))
			out.count("descriptors_after", int64(now.Descriptors))
			out.count("resident_kb_before", int64(before.Resident/1024))
			out.count("resident_kb_after", int64(now.Resident/1024))
			out.count("heap_kb_before", int64(before.Heap/1024))
			out.count("heap_kb_after", int64(now.Heap/1024))
			out.count("goroutines_more", int64(max(goroutines, 0)))
			out.count("descriptors_more", int64(max(descriptors, 0)))
			out.took("settled_us", time.Since(began))
			return nil
		}
		if err := wait(ctx, time.Second); err != nil {
			return err
		}
	}
}

// kicked floods until the server throws the socket out, and checks that the connection under it is really gone.
func kicked(ctx context.Context, t *Target, api *API) error {
	session, err := api.session(ctx)
	if err != nil {
		return err
	}
	c, err := openClient(ctx, t.URL, 0, nil)
	if err != nil {
		return err
	}
	defer c.abort()
	m, err := c.auth(ctx, session.Token)
	if err != nil {
		return err
	}
	enough := int(max(m.Limits.MessagesPerS, 10) * 50)
	for i := range enough {
		c.mu.Lock()
		c.lastID++
		id := c.lastID
		c.waiting[id] = make(chan Message, 1)
		c.mu.Unlock()
		if err := c.sock.send(fmt.Appendf(nil, `{"id":%d,"type":"ping"}`, id)); err != nil && i == 0 {
			return fmt.Errorf("flood: %w", err)
		}
		select {
		case <-c.done:
			return reallyClosed(c)
		default:
		}
	}
	select {
	case <-c.done:
		return reallyClosed(c)
	case <-time.After(5 * time.Second):
		return fmt.Errorf("%d messages at once and nobody minded", enough)
	}
}
