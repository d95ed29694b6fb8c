//go:build chaos

package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// failPoints lie between each two steps of a booking.
var failPoints = []string{
	"desk.before_live", "desk.after_pending", "desk.after_produce",
	"worker.before_commit", "worker.after_commit",
	"outbox.after_apply", "outbox.after_outcome", "outbox.after_delete",
}

// TestChaos kills the server between each two steps of a booking, again and again, once with all parts embedded (Redis forgets
// everything) and once with a Redis and a Kafka that live on. `make chaos` runs it; JARI_CHAOS_CYCLES says how often (20).
func TestChaos(t *testing.T) {
	cycles := 20
	if s := os.Getenv("JARI_CHAOS_CYCLES"); s != "" {
		var err error
		if cycles, err = strconv.Atoi(s); err != nil {
			t.Fatal("JARI_CHAOS_CYCLES: ", err)
		}
	}
	bin := serverBinary(t, "-tags=failpoints")
	t.Run("embedded", func(t *testing.T) {
		chaos(t, cycles, startNode(t, bin, "--data-dir", t.TempDir()), func(*testing.T) {})
	})
	t.Run("shared", func(t *testing.T) {
		s := startShared(t, bin)
		chaos(t, cycles, startNode(t, bin, s.flags()...), s.forgetMembers)
	})
}

func chaos(t *testing.T, cycles int, n *node, buried func(*testing.T)) {
	// On a kept connection net/http would ask again by itself, since the request has an Idempotency-Key: the retry is ours.
	api := newAPI(n.url())
	api.http.Transport = &http.Transport{DisableKeepAlives: true}
	c := &crash{t: t, node: n, api: api, event: n.createEvent(30, 4), answers: map[string]int{}, passes: map[string]int{}, buried: buried}
	var err error
	if c.free, err = freeSeats(t.Context(), c.api, c.event, "", 3*len(failPoints)*(cycles+1)); err != nil {
		t.Fatal(err)
	}
	c.kill()
	for _, point := range failPoints {
		t.Run(point, func(t *testing.T) {
			c.t, n.t = t, t
			for range cycles {
				c.cycle(point)
			}
		})
	}
	c.t, n.t = t, t
	t.Run("never asked again", func(t *testing.T) {
		c.t, n.t = t, t
		for _, point := range failPoints {
			c.interrupted(point)
		}
	})
	c.t, n.t = t, t
	n.start()
	c.audit()
	t.Logf("answers of the retries: %v", c.answers)
}

// crash is a run of bookings that a killed server interrupts.
type crash struct {
	t       *testing.T
	node    *node
	api     *API
	event   string
	free    []HeldSeat
	buyers  []*patient
	answers map[string]int
	passes  map[string]int   // by place: which pass was the buyer's
	buried  func(*testing.T) // called when the server is dead
}

// patient is a buyer who wants one seat and asks until it knows.
type patient struct {
	session Session
	key     string
	seat    HeldSeat
	booking Booking // as last told
}

// interrupted holds a seat and books it on a server that dies on the way, and returns with the server dead.
func (c *crash) interrupted(point string) *patient {
	c.t.Helper()
	// Rebuilding events at the start may pass the place before the buyer does: then it is a later pass that counts.
	// Which one is learnt by trying, and good for the next time.
	for range 20 {
		pass := max(1, c.passes[point])
		p := c.patient()
		err := c.node.tryStart(fmt.Sprintf("JARI_FAIL_POINT=%s:%d", point, pass))
		if err == nil && c.hold(p) {
			p.booking, err = c.book(p) // that it fails is the point
			if !c.node.diesWithin(3 * time.Second) {
				c.kill()
				c.passes[point] = pass - 1
				c.recover()
				continue
			}
			c.buried(c.t)
			if !errors.Is(err, syscall.ECONNREFUSED) { // else it was dead before it was asked
				c.passes[point] = pass
				return p
			}
		} else {
			c.node.died()
			c.buried(c.t)
		}
		c.passes[point] = pass + 1
		c.recover()
	}
	c.t.Fatalf("the server was never there long enough to book at %s", point)
	return nil
}

// recover lets a server do what a death in vain has left undone, so that the next one dies at the same pass as others.
func (c *crash) recover() {
	c.t.Helper()
	c.node.start()
	p := c.patient()
	if !c.hold(p) {
		c.t.Fatal("a server without a fail point died")
	}
	if _, err := c.book(p); err != nil {
		c.t.Fatal(err)
	}
	c.converge(p)
	c.kill()
}

// patient is the next buyer, who wants a seat that nobody has wanted yet.
func (c *crash) patient() *patient {
	c.t.Helper()
	if len(c.buyers) == len(c.free) {
		c.t.Fatalf("all %d seats are used up", len(c.free))
	}
	p := &patient{key: fmt.Sprintf("key-%d", len(c.buyers)), seat: c.free[len(c.buyers)]}
	c.buyers = append(c.buyers, p)
	return p
}

// hold is false when the server has died.
func (c *crash) hold(p *patient) bool {
	c.t.Helper()
	deadline := time.Now().Add(startPatience)
	for {
		err := c.tryHold(p)
		if err == nil {
			return true
		}
		var refused *Problem
		switch {
		case !errors.As(err, &refused):
			return false
		case refused.Status != http.StatusServiceUnavailable || time.Now().After(deadline):
			c.t.Fatalf("hold %s: %v", p.seat.Seat, err)
		}
		c.wait(20 * time.Millisecond)
	}
}

func (c *crash) tryHold(p *patient) (err error) {
	if p.session.Token == "" {
		if p.session, err = c.api.session(c.t.Context()); err != nil {
			return err
		}
	}
	return c.api.call(c.t.Context(), http.MethodPost, "/api/v1/events/"+url.PathEscape(c.event)+"/hold", p.session.Token, nil,
		map[string]any{"zone": p.seat.Zone, "seats": []string{p.seat.Seat}}, nil)
}

func (c *crash) book(p *patient) (Booking, error) {
	var answer struct{ Booking Booking }
	err := c.api.call(c.t.Context(), http.MethodPost, "/api/v1/events/"+url.PathEscape(c.event)+"/bookings", p.session.Token,
		map[string]string{"Idempotency-Key": p.key}, struct{}{}, &answer)
	return answer.Booking, err
}

// cycle is one death and what the buyer's retry comes to.
func (c *crash) cycle(point string) {
	c.t.Helper()
	p := c.interrupted(point)
	c.node.start()
	outcome := c.converge(p)
	c.answers[point+" "+outcome]++
	want := byte(available)
	if outcome == "confirmed" {
		want = booked
	}
	eventually(c.t, 15*time.Second, fmt.Sprintf("%s after %s shows %q", p.seat.Seat, outcome, want), func() error {
		got, err := c.state(p.seat)
		if err == nil && got != want {
			err = fmt.Errorf("it shows %q", got)
		}
		return err
	})
	c.rival(p, want)
	c.again(p, outcome)
	c.kill()
}

func (c *crash) kill() {
	c.t.Helper()
	c.node.kill()
	c.buried(c.t)
}

// converge asks with the same key until the answer is final.
func (c *crash) converge(p *patient) (outcome string) {
	c.t.Helper()
	told := p.booking
	eventually(c.t, startPatience, "the retry of "+p.key+" converges", func() error {
		b, err := c.book(p)
		var refused *Problem
		switch {
		case errors.As(err, &refused) && refused.Code == "hold_expired":
			outcome = "hold_expired"
			return nil
		case err != nil:
			return err
		case told.ID != "" && told.ID != b.ID:
			c.t.Fatalf("key %s was booking %s and is now %s", p.key, told.ID, b.ID)
		case b.Status == "pending":
			return errors.New("still pending")
		}
		p.booking, outcome = b, b.Status
		return nil
	})
	if told.Status == "confirmed" && outcome != "confirmed" {
		c.t.Errorf("booking %s was told confirmed and is now %s", told.ID, outcome)
	}
	return outcome
}

// rival is another buyer who wants the seat: a sold one is refused, a free one can be had.
func (c *crash) rival(p *patient, state byte) {
	c.t.Helper()
	other := &patient{seat: p.seat}
	err := c.tryHold(other)
	var refused *Problem
	switch {
	case state == available && err != nil:
		c.t.Errorf("%s is free, yet another buyer is told %v", p.seat.Seat, err)
	case state == booked && (!errors.As(err, &refused) || refused.Code != "seat_unavailable"):
		c.t.Errorf("%s is sold, yet another buyer is told %v", p.seat.Seat, err)
	}
	if err == nil {
		if err := c.api.call(c.t.Context(), http.MethodDelete, "/api/v1/events/"+url.PathEscape(c.event)+"/hold", other.session.Token, nil, nil, nil); err != nil {
			c.t.Errorf("the rival gives %s back: %v", p.seat.Seat, err)
		}
	}
}

// again asks once more: the same key has one answer for ever.
func (c *crash) again(p *patient, outcome string) {
	c.t.Helper()
	b, err := c.book(p)
	var refused *Problem
	if errors.As(err, &refused) && refused.Code == "hold_expired" && outcome == "hold_expired" {
		return
	}
	if err != nil || b.Status != outcome || b.ID != p.booking.ID {
		c.t.Errorf("key %s was %s %s and is now %s %s %v", p.key, p.booking.ID, outcome, b.ID, b.Status, err)
	}
}

func (c *crash) wait(d time.Duration) {
	if err := wait(c.t.Context(), d); err != nil {
		c.t.Fatal(err)
	}
}
