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

// closeClients closes those that were opened.
func closeClients(clients []*Client) {
	for _, c := range clients {
		if c != nil {
			c.close()
		}
	}
}

// pauseFor is the time from one request of a socket to its next at half of what the server allows.
// A buyer of a race sends two a round when it wins.
func pauseFor(l Limits) time.Duration {
	if l.MessagesPerS <= 0 {
		return 0
	}
	return time.Duration(float64(2*time.Second) / l.MessagesPerS)
}
