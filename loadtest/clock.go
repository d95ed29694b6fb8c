package main

import (
	"context"
	"fmt"
	"time"
)

// Clock turns moments of this machine into the server's time. It is known to within Doubt either way.
type Clock struct {
	Offset time.Duration // server minus here
	Doubt  time.Duration
}

// readClock asks a few times and keeps the quickest answer: half its round trip is the doubt, and a millisecond for the digits of now.
func readClock(ctx context.Context, c *Client) (Clock, error) {
	best := Clock{Doubt: time.Hour}
	for range 20 {
		sent := time.Now()
		m, err := c.want(ctx, "pong", Ask{Type: "ping"})
		if err != nil {
			return best, fmt.Errorf("read the server's clock: %w", err)
		}
		half := time.Since(sent) / 2
		if doubt := half + time.Millisecond; doubt < best.Doubt {
			best = Clock{Offset: m.Now.Sub(sent.Add(half)), Doubt: doubt}
		}
		// A server that counts messages per second shall not take this for a flood.
		if err := wait(ctx, 60*time.Millisecond); err != nil {
			return best, err
		}
	}
	return best, nil
}

// at is the server's time at a moment here.
func (c Clock) at(t time.Time) time.Time { return t.Add(c.Offset) }
