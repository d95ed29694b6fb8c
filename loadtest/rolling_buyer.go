package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

// steadyBuyer books one seat that nobody else wants, and asks until it knows, at whichever gateway answers.
type steadyBuyer struct {
	*trip
	gateways *gateways
	from     int // the gateway that it asks first
	seat     HeldSeat
	patience time.Duration // for each step
}

func (b *steadyBuyer) buy(ctx context.Context) error {
	if err := b.ask(ctx, func(api *API) (err error) { b.session, err = api.session(ctx); return err }); err != nil {
		return fmt.Errorf("session: %w", err)
	}
	event := "/api/v1/events/" + url.PathEscape(b.event.ID)
	// A seat that one holds already may be asked for again, so a hold whose answer was lost is only asked for once more.
	err := b.ask(ctx, func(api *API) error {
		return api.call(ctx, http.MethodPost, event+"/hold", b.session.Token, nil,
			map[string]any{"zone": b.seat.Zone, "seats": []string{b.seat.Seat}}, nil)
	})
	if err != nil {
		return fmt.Errorf("hold: %w", err)
	}
	key := map[string]string{"Idempotency-Key": fmt.Sprintf("rolling-%d-%d", b.number, rand.Int64())}
	var answer struct{ Booking Booking }
	err = b.ask(ctx, func(api *API) error {
		return api.call(ctx, http.MethodPost, event+"/bookings", b.session.Token, key, struct{}{}, &answer)
	})
	if err != nil {
		return fmt.Errorf("book: %w", err)
	}
	return b.outcome(ctx, answer.Booking)
}

// outcome asks until the booking is decided.
func (b *steadyBuyer) outcome(ctx context.Context, booking Booking) error {
	began := time.Now()
	for booking.Status == "pending" {
		if time.Since(began) > b.patience {
			return fmt.Errorf("booking %s is still pending after %s", booking.ID, b.patience)
		}
		if err := wait(ctx, 200*time.Millisecond); err != nil {
			return err
		}
		id := booking.ID
		err := b.ask(ctx, func(api *API) error {
			var answer struct{ Booking Booking }
			err := api.get(ctx, "/api/v1/bookings/"+url.PathEscape(id), b.session.Token, &answer)
			if err == nil {
				booking = answer.Booking
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("read booking %s: %w", id, err)
		}
	}
	b.told[booking.ID] = booking
	b.out.took("decided_us", time.Since(began))
	b.out.count(booking.Status, 1)
	return nil
}

// ask sends a request, at the next gateway again when one is away or says that it cannot.
func (b *steadyBuyer) ask(ctx context.Context, f func(api *API) error) error {
	deadline := time.Now().Add(b.patience)
	for attempt := 0; ; attempt++ {
		err := f(b.gateways.apis[(b.from+attempt)%len(b.gateways.apis)])
		var p *Problem
		refused := errors.As(err, &p) && p.Status < http.StatusBadGateway
		if err == nil || refused || ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
		b.out.count("retries", 1)
		pause := backoff(attempt)
		if p != nil {
			pause = max(pause, p.RetryAfter)
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
}

const (
	firstBackoff   = 400 * time.Millisecond
	longestBackoff = 15 * time.Second
)

// backoff is the wait before another attempt, as the server's own page does it: between half and all of a step that doubles.
func backoff(attempt int) time.Duration {
	step := min(longestBackoff, firstBackoff<<min(attempt, 10))
	return step/2 + rand.N(step/2)
}
