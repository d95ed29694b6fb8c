package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// connectBuyers opens n sockets, each authenticated as a new buyer of its own, and returns the limits that the server told.
// With an error the clients opened so far are returned too (others nil), for closing.
func connectBuyers(ctx context.Context, t *Target, api *API, n int) ([]*Client, Limits, error) {
	sessions, err := api.sessions(ctx, n)
	if err != nil {
		return nil, Limits{}, fmt.Errorf("make %d sessions: %w", n, err)
	}
	clients := make([]*Client, n)
	var mu sync.Mutex
	var limits Limits
	err = inParallel(ctx, n, 32, func(i int) error {
		c, err := openClient(ctx, t.URL, 0, nil)
		if err != nil {
			return fmt.Errorf("connect buyer %d of %d: %w", i+1, n, err)
		}
		clients[i] = c
		m, err := c.auth(ctx, sessions[i].Token)
		mu.Lock()
		limits = m.Limits
		mu.Unlock()
		return err
	})
	return clients, limits, err
}

// pauseFor is the time from one request of a socket to its next at half of what the server allows.
// A buyer of a race sends two a round when it wins.
func pauseFor(l Limits) time.Duration {
	if l.MessagesPerS <= 0 {
		return 0
	}
	return time.Duration(float64(2*time.Second) / l.MessagesPerS)
}

// freeSeats returns at least want free numbered seats of the event (of one zone if it is named), in plan order.
func freeSeats(ctx context.Context, api *API, event, zone string, want int) ([]HeldSeat, error) {
	e, err := api.event(ctx, event)
	if err != nil {
		return nil, err
	}
	var free []HeldSeat
	for _, z := range e.Zones {
		if z.Kind != "seats" || zone != "" && z.ID != zone {
			continue
		}
		seats, err := api.zoneSeats(ctx, event, z.ID)
		if err != nil {
			return nil, err
		}
		state, err := api.zoneState(ctx, event, z.ID)
		if err != nil {
			return nil, err
		}
		if len(state.States) != len(seats.Seats) {
			return nil, fmt.Errorf("zone %s has %d seats and %d states", z.ID, len(seats.Seats), len(state.States))
		}
		for i, s := range seats.Seats {
			if state.States[i] == available {
				free = append(free, HeldSeat{Zone: z.ID, Seat: s.ID})
			}
		}
		if len(free) >= want {
			return free, nil
		}
	}
	return nil, fmt.Errorf("event %s has %d free seats, %d are needed", event, len(free), want)
}
