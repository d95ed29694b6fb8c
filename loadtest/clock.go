package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// Clock turns moments of this machine into the server's time, which is the one by which holds end. It is known to within Doubt either way.
type Clock struct {
	Offset time.Duration // server minus here, as read
	Doubt  time.Duration
	Read   time.Time // here
}

// apartAllowed is how far answers to pings may be from the clock by which holds end: a node tells there what it estimates. It is well
// below what a seat may be late (250 ms).
const apartAllowed = 50 * time.Millisecond

const (
	clockReadings = 20
	// readingEvery keeps a server that counts messages per second from taking readings for a flood.
	readingEvery = 60 * time.Millisecond
)

// readClock asks for the hold of a buyer who has none, because that answer tells the very clock by which holds end, and keeps the quickest
// answer: half its round trip is the doubt, and a millisecond for the digits of now.
func readClock(ctx context.Context, api *API, event string, buyer Session) (Clock, error) {
	best := Clock{Doubt: time.Hour}
	for range clockReadings {
		var m Message
		sent := time.Now()
		err := api.get(ctx, "/api/v1/events/"+url.PathEscape(event)+"/hold", buyer.Token, &m)
		if err == nil && m.Now.IsZero() {
			err = errors.New("the answer does not tell it")
		}
		if err != nil {
			return best, fmt.Errorf("read the server's clock: %w", err)
		}
		half := time.Since(sent) / 2
		if doubt := half + time.Millisecond; doubt < best.Doubt {
			best = Clock{Offset: m.Now.Sub(sent.Add(half)), Doubt: doubt, Read: sent.Add(half)}
		}
		if err := wait(ctx, readingEvery); err != nil {
			return best, err
		}
	}
	return best, nil
}

// compare measures how far answers to pings are from the clock.
func (c Clock) compare(ctx context.Context, client *Client, out *Stream) error {
	for range clockReadings {
		sent := time.Now()
		m, err := client.want(ctx, "pong", Ask{Type: "ping"})
		if err != nil {
			return fmt.Errorf("compare the clocks: %w", err)
		}
		out.took("clocks_apart_us", c.apart(m.Now, sent, time.Now()))
		if err := wait(ctx, readingEvery); err != nil {
			return err
		}
	}
	return nil
}

// at is the server's time at a moment here.
func (c Clock) at(t time.Time) time.Time { return t.Add(c.Offset) }

// between is the clock at a moment between two readings: clocks of two machines run apart by milliseconds in the time of a hold.
func between(first, last Clock, t time.Time) Clock {
	whole := last.Read.Sub(first.Read)
	if whole <= 0 {
		return first
	}
	part := min(max(float64(t.Sub(first.Read))/float64(whole), 0), 1)
	return Clock{Read: t, Doubt: max(first.Doubt, last.Doubt),
		Offset: first.Offset + time.Duration(part*float64(last.Offset-first.Offset))}
}

// apart is how far off a time is that the server told between two moments here; 0 when it can be the same clock.
func (c Clock) apart(told, sent, received time.Time) time.Duration {
	earliest, latest := c.at(sent).Add(-c.Doubt), c.at(received).Add(c.Doubt)
	return max(earliest.Sub(told), told.Sub(latest), 0)
}
