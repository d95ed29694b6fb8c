package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// trip is the journey of one buyer, and afterwards what it was told.
type trip struct {
	number int
	target *Target
	api    *API
	event  Event
	out    *Stream
	scene  *journeyScene

	session Session
	told    map[string]Booking // booking by id, as last told by an answer
	keys    map[string]string  // booking id by the key that asked for it
}

// travel goes the whole way; an error is a broken promise, not a sold-out house.
func (j *trip) travel(ctx context.Context) error {
	j.told, j.keys = map[string]Booking{}, map[string]string{}
	var err error
	if j.session, err = j.api.session(ctx); err != nil {
		return fmt.Errorf("session: %w", err)
	}
	pushed := make(chan Booking, 16)
	c, err := openClient(ctx, j.target.URL, 0, func(kind string, raw []byte) {
		var m Message
		if kind == "booking" && json.Unmarshal(raw, &m) == nil && m.Booking != nil {
			select {
			case pushed <- *m.Booking:
			default: // notices are hints
			}
		}
	})
	if err != nil {
		return err
	}
	defer c.close()
	if _, err := c.auth(ctx, j.session.Token); err != nil {
		return err
	}
	if _, err := c.want(ctx, "joined", Ask{Type: "join", Event: j.event.ID}); err != nil {
		return err
	}
	ok, err := j.hold(ctx, c)
	if err != nil || !ok {
		return err
	}
	b, err := j.book(ctx, fmt.Sprintf("journey-%d-%d", j.number, rand.Int64()))
	if err != nil {
		return err
	}
	if b, err = j.decided(ctx, b, pushed); err != nil {
		return err
	}
	if b.Status == "confirmed" && rand.Float64() < j.scene.Cancels {
		return j.cancel(ctx, b)
	}
	return nil
}

// hold takes the best seats, and one buyer in four asks for more than the cap allows; false: nothing to be had.
func (j *trip) hold(ctx context.Context, c *Client) (bool, error) {
	limit := j.event.Policy.MaxSeats
	m, err := j.holdBest(ctx, c, j.scene.wish(limit))
	switch {
	case err != nil:
		return false, err
	case m.Type == "refused" && m.Code == "seat_unavailable":
		j.out.count("sold_out", 1)
		return false, nil
	case m.Type != "held" || m.Hold == nil:
		return false, fmt.Errorf("hold was answered %s %s %s", m.Type, m.Code, m.Detail)
	}
	if j.number%4 != 0 || limit <= 0 {
		return true, nil
	}
	more, err := c.ask(ctx, Ask{Type: "hold", Event: j.event.ID, Best: &Best{Quantity: limit}})
	switch {
	case err != nil:
		return false, err
	case more.Code == "unavailable": // says nothing about the cap; what is booked tells in the end
		j.out.count("unavailable", 1)
	case more.Type != "refused" || more.Code != "hold_limit" && more.Code != "seat_unavailable":
		j.out.fault("over_cap", fmt.Sprintf("with a hold of %d, asking for %d more was answered %s", len(m.Hold.Seats), limit, more.told()))
	}
	return true, nil
}

// holdBest asks until the event can be asked. A hold that was answered unavailable may have been taken all the same, and asked for
// again it would be two: what there may be is given back first.
func (j *trip) holdBest(ctx context.Context, c *Client, quantity int) (Message, error) {
	for deadline := time.Now().Add(j.scene.Drain); ; {
		sent := time.Now()
		m, err := c.ask(ctx, Ask{Type: "hold", Event: j.event.ID, Best: &Best{Quantity: quantity}})
		j.out.took("hold_us", time.Since(sent))
		for err == nil && m.Code == "unavailable" && time.Now().Before(deadline) {
			j.out.count("unavailable", 1)
			if err = wait(ctx, 250*time.Millisecond+rand.N(500*time.Millisecond)); err == nil {
				m, err = c.ask(ctx, Ask{Type: "release", Event: j.event.ID})
			}
		}
		if err != nil || m.Type != "released" {
			return m, err
		}
	}
}

// book asks until it has an answer; one buyer in three asks twice with the same key, as an impatient page would.
func (j *trip) book(ctx context.Context, key string) (Booking, error) {
	b, err := j.bookOnce(ctx, key)
	if err == nil && j.number%3 == 0 {
		var again Booking
		if again, err = j.bookOnce(ctx, key); err == nil && again.ID != b.ID {
			j.out.fault("unasked", fmt.Sprintf("key %s made bookings %s and %s", key, b.ID, again.ID))
		}
	}
	return b, err
}

func (j *trip) bookOnce(ctx context.Context, key string) (Booking, error) {
	deadline := time.Now().Add(j.scene.Drain)
	for {
		var answer struct{ Booking Booking }
		sent := time.Now()
		err := j.api.call(ctx, http.MethodPost, "/api/v1/events/"+url.PathEscape(j.event.ID)+"/bookings", j.session.Token,
			map[string]string{"Idempotency-Key": key}, struct{}{}, &answer)
		j.out.took("book_us", time.Since(sent))
		if err == nil {
			j.told[answer.Booking.ID], j.keys[key] = answer.Booking, answer.Booking.ID
			return answer.Booking, nil
		}
		var p *Problem
		if !errors.As(err, &p) || p.Status != http.StatusServiceUnavailable || time.Now().After(deadline) {
			return Booking{}, fmt.Errorf("book: %w", err)
		}
		if err := wait(ctx, max(p.RetryAfter, 100*time.Millisecond)); err != nil {
			return Booking{}, err
		}
	}
}

// decided waits for the outcome: by the notice, and by asking, since a notice is only a hint.
func (j *trip) decided(ctx context.Context, b Booking, pushed <-chan Booking) (Booking, error) {
	began := time.Now()
	for b.Status == "pending" {
		if time.Since(began) > j.scene.Drain {
			return b, fmt.Errorf("booking %s is still pending after %s", b.ID, j.scene.Drain)
		}
		select {
		case told := <-pushed:
			if told.ID == b.ID {
				b = told
				continue
			}
			if _, ours := j.told[told.ID]; !ours {
				j.out.fault("unasked", fmt.Sprintf("told of booking %s, asked for %s", told.ID, b.ID))
			}
		case <-time.After(time.Second):
			var err error
			if b, err = j.read(ctx, b.ID); err != nil {
				return b, err
			}
		case <-ctx.Done():
			return b, ctx.Err()
		}
	}
	j.told[b.ID] = b
	j.out.took("decided_us", time.Since(began))
	j.out.count(b.Status, 1)
	return b, nil
}

func (j *trip) read(ctx context.Context, id string) (Booking, error) {
	var answer struct{ Booking Booking }
	err := j.api.get(ctx, "/api/v1/bookings/"+url.PathEscape(id), j.session.Token, &answer)
	return answer.Booking, err
}

func (j *trip) cancel(ctx context.Context, b Booking) error {
	var answer struct{ Booking Booking }
	err := j.api.call(ctx, http.MethodPost, "/api/v1/bookings/"+url.PathEscape(b.ID)+"/cancel", j.session.Token, nil, struct{}{}, &answer)
	if err != nil {
		return fmt.Errorf("cancel: %w", err)
	}
	if !strings.EqualFold(answer.Booking.Status, "cancelled") {
		return fmt.Errorf("cancel left the booking %s", answer.Booking.Status)
	}
	j.told[b.ID] = answer.Booking
	j.out.count("cancelled", 1)
	return nil
}
