package live

import (
	"errors"
	"strings"
	"testing"
	"time"

	"jari/hub"
	"jari/seatmap"
	"jari/server/store"
)

const allFree = "00000000000000000000"

// watching is somebody who looks at the hall and sees all of it free.
func watching(t *testing.T, n *node) *viewer {
	t.Helper()
	v := n.viewer()
	join(t, n, v, "hall")
	v.untilMap("hall", allFree)
	return v
}

// holding is buyer A, who looks at the hall, holds seat A-1 and was told so.
func holding(t *testing.T, n *node) *viewer {
	t.Helper()
	v := n.viewer()
	n.Authed(v.client, buyerA)
	join(t, n, v, "hall")
	hold(t, n, buyerA, "A-1")
	v.until("own hold", func(m message) bool { return m.Type == "hold" && m.Hold != nil })
	v.forget()
	return v
}

func join(t *testing.T, n *node, v *viewer, zone string) {
	t.Helper()
	if err := n.Join(t.Context(), v.client, eventID, zone, []byte(`{"type":"joined"}`), nil); err != nil {
		t.Fatal(err)
	}
}

func hold(t *testing.T, n *node, buyer string, seats ...string) {
	t.Helper()
	n.mustHoldIn(eventID, buyer, seats...)
}

// mustHoldIn holds. On a busy machine, or just after an outage, the answer may be to try again in a moment, and a buyer does.
func (n *node) mustHoldIn(event, buyer string, seats ...string) {
	n.house.t.Helper()
	n.house.soon("hold "+strings.Join(seats, ", "), func() error {
		_, err := n.Hold(n.house.t.Context(), event, buyer, HoldRequest{Zone: "hall", Seats: seats})
		return err
	})
}

func code(err error) seatmap.Code {
	var r *seatmap.Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return ""
}

func TestAHoldOnOneNodeIsSeenOnAnother(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	here, there := h.node(), h.node()
	here.open()
	v := watching(t, there)
	hold(t, here, buyerA, "A-1", "B-10")
	v.untilMap("hall", "10000000000000000001")
	if _, err := here.Release(t.Context(), eventID, buyerA, nil); err != nil {
		t.Fatal(err)
	}
	v.untilMap("hall", allFree)
}

func TestALastMessageThatIsLostIsRepaired(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	v := watching(t, n)
	// From here on the relay brings nothing: only the comparison of heads can tell.
	n.relay.Unsubscribe(seatmap.ZoneChannel(eventID, "hall"))
	hold(t, n, buyerA, "A-2")
	v.untilMap("hall", "01000000000000000000")
}

func TestTheOwnHoldIsToldAfterAuthAndJoin(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	hold(t, n, buyerA, "A-1")
	v := n.viewer()
	n.Authed(v.client, buyerA)
	own := func(m message) bool { return m.Type == "hold" && m.Hold != nil && m.Hold.Seats[0].Seat == "A-1" }
	v.until("hold after auth", own)
	v.forget()
	join(t, n, v, "hall")
	v.until("hold after the first join", own)
	stranger := n.viewer()
	n.Authed(stranger.client, buyerB)
	join(t, n, stranger, "hall")
	hold(t, n, buyerA, "A-3")
	v.untilMap("hall", "10100000000000000000")
	stranger.untilMap("hall", "10100000000000000000")
	for _, m := range stranger.heard {
		if m.Type == "hold" && m.Hold != nil {
			t.Errorf("another buyer's hold was told: %+v", m)
		}
	}
}

func TestRedisGoesAwayAndComesBackWithoutMemory(t *testing.T) {
	t.Parallel()
	h := newHastyHouse(t)
	n := h.node()
	n.open()
	v := watching(t, n)
	h.redis.Close()
	v.until("stale picture", func(m message) bool { return m.Type == "zone" && m.Live != nil && !*m.Live })
	start := time.Now()
	_, err := n.Hold(t.Context(), eventID, buyerA, HoldRequest{Zone: "hall", Seats: []string{"A-1"}})
	if code(err) != seatmap.CodeUnavailable {
		t.Fatalf("hold without redis: %v", err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("a hold without redis was answered after %s", took)
	}
	if s, err := n.State(t.Context(), eventID, "hall"); err != nil || s.Live || s.States != allFree {
		t.Fatalf("picture without redis: %+v, %v", s, err)
	}
	late := n.viewer()
	join(t, n, late, "hall")
	late.until("picture that says it is stale", func(m message) bool { return m.Live != nil && !*m.Live })
	v.forget()
	h.setRun("second")
	if err := h.redis.Restart(); err != nil {
		t.Fatal(err)
	}
	h.redis.FlushAll()
	v.until("live picture", func(m message) bool { return m.Type == "zone" && m.Live != nil && *m.Live })
	hold(t, n, buyerA, "A-1")
	v.untilMap("hall", "10000000000000000000")
	late.untilMap("hall", "10000000000000000000")
}

func TestAPauseBindsEveryNode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n := h.node()
	n.open()
	v := n.viewer()
	if err := n.Join(t.Context(), v.client, eventID, "", []byte(`{"type":"joined"}`), nil); err != nil {
		t.Fatal(err)
	}
	v.until("overview", func(m message) bool { return m.Type == "overview" && m.Phase == PhaseOnSale })
	hold(t, n, buyerA, "A-1")
	h.db.change(func(e *store.Event) { e.Sale = store.SalePaused })
	v.until("pause", func(m message) bool { return m.Type == "overview" && m.Phase == PhasePaused })
	_, err := n.Hold(t.Context(), eventID, buyerA, HoldRequest{Zone: "hall", Seats: []string{"A-2"}})
	if code(err) != seatmap.CodeSaleClosed {
		t.Errorf("hold while paused: %v", err)
	}
	if a, err := n.HoldOf(t.Context(), eventID, buyerA); err != nil || a.Hold == nil {
		t.Errorf("what was held before the pause is gone: %+v, %v", a, err)
	}
}

func TestResumingGetsOnlyWhatIsMissing(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	v := watching(t, n)
	at := v.at["hall"]
	hold(t, n, buyerA, "A-1")
	v.untilMap("hall", "10000000000000000000")
	again := n.viewer()
	again.states["hall"], again.at["hall"] = []byte(allFree), at
	if err := n.Join(t.Context(), again.client, eventID, "hall", []byte(`{"type":"joined"}`), &hub.Position{Epoch: at.Epoch, Version: at.Version}); err != nil {
		t.Fatal(err)
	}
	again.untilMap("hall", "10000000000000000000")
	for _, m := range again.heard {
		if m.Type == "snapshot" {
			t.Errorf("a snapshot was sent although the ring had the change")
		}
	}
}

func TestBestAndGeneral(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	v := n.viewer()
	join(t, n, v, "floor")
	v.until("count", func(m message) bool { return m.Type == "snapshot" && m.Available != nil && *m.Available == 5 })
	a, err := n.Hold(t.Context(), eventID, buyerA, HoldRequest{Best: &Best{Quantity: 4}})
	if err != nil || len(a.Hold.Seats) != 4 || a.Adjacent == nil || !*a.Adjacent {
		t.Fatalf("best: %+v, %v", a, err)
	}
	if a, err = n.Hold(t.Context(), eventID, buyerA, HoldRequest{Zone: "floor", Quantity: 2}); err != nil || len(a.Hold.Seats) != 6 {
		t.Fatalf("general: %+v, %v", a, err)
	}
	v.until("count", func(m message) bool {
		return m.Type == "changes" && m.Available != nil && *m.Available == 3 && m.Changes == nil
	})
	if _, err = n.Hold(t.Context(), eventID, buyerA, HoldRequest{Zone: "floor", Quantity: 1}); code(err) != seatmap.CodeHoldLimit {
		t.Errorf("beyond the cap: %v", err)
	}
	if _, err = n.Hold(t.Context(), eventID, buyerB, HoldRequest{Zone: "floor", Quantity: 4}); code(err) != seatmap.CodeSeatUnavailable {
		t.Errorf("more than there are: %v", err)
	}
}

func TestWhatIsAskedWrongly(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	many := make([]string, MaxSeatsPerRequest+1)
	for i := range many {
		many[i] = "A-1"
	}
	for name, test := range map[string]struct {
		event   string
		request HoldRequest
		want    seatmap.Code
	}{
		"no such event":         {"nowhere", HoldRequest{Zone: "hall", Seats: []string{"A-1"}}, seatmap.CodeNotFound},
		"no such zone":          {eventID, HoldRequest{Zone: "attic", Seats: []string{"A-1"}}, seatmap.CodeNotFound},
		"no such seat":          {eventID, HoldRequest{Zone: "hall", Seats: []string{"Z-1"}}, seatmap.CodeNotFound},
		"a seat of another":     {eventID, HoldRequest{Zone: "floor", Seats: []string{"A-1"}}, seatmap.CodeNotFound},
		"a place by its number": {eventID, HoldRequest{Zone: "floor", Seats: []string{"floor:1"}}, seatmap.CodeInvalid},
		"nothing":               {eventID, HoldRequest{Zone: "hall"}, seatmap.CodeInvalid},
		"everything":            {eventID, HoldRequest{Zone: "hall", Seats: []string{"A-1"}, Quantity: 1}, seatmap.CodeInvalid},
		"twice":                 {eventID, HoldRequest{Zone: "hall", Seats: []string{"A-1", "A-1"}}, seatmap.CodeInvalid},
		"no zone":               {eventID, HoldRequest{Seats: []string{"A-1"}}, seatmap.CodeInvalid},
		"too many":              {eventID, HoldRequest{Zone: "hall", Seats: many}, seatmap.CodeInvalid},
		"a negative number":     {eventID, HoldRequest{Zone: "floor", Quantity: -1}, seatmap.CodeInvalid},
		"best of nothing":       {eventID, HoldRequest{Best: &Best{}}, seatmap.CodeInvalid},
		"best nowhere":          {eventID, HoldRequest{Best: &Best{Quantity: 1, Zone: "attic"}}, seatmap.CodeNotFound},
		"best of no category":   {eventID, HoldRequest{Best: &Best{Quantity: 1, Category: "z"}}, seatmap.CodeNotFound},
		"count of a seats zone": {eventID, HoldRequest{Zone: "hall", Quantity: 1}, seatmap.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := n.Hold(t.Context(), test.event, buyerA, test.request)
			if code(err) != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	if a, err := n.HoldOf(t.Context(), eventID, buyerA); err != nil || a.Hold != nil {
		t.Errorf("something was held all the same: %+v, %v", a, err)
	}
}

func TestAHoldOpensAnEventThatNobodyHasLookedAt(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	if err := n.redis.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	hold(t, n, buyerA, "A-1")
}

func TestPhase(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)
	n := New(Config{Now: func() time.Time { return now }})
	n.tallies.put("", tally{at: now})
	hour := time.Hour
	for name, test := range map[string]struct {
		event store.Event
		want  string
	}{
		"open":                {store.Event{Sale: store.SaleOpen}, PhaseOnSale},
		"not yet":             {store.Event{Sale: store.SaleOpen, OpensAt: now.Add(hour)}, PhaseUpcoming},
		"opens now":           {store.Event{Sale: store.SaleOpen, OpensAt: now}, PhaseOnSale},
		"paused":              {store.Event{Sale: store.SalePaused}, PhasePaused},
		"closed by hand":      {store.Event{Sale: store.SaleClosed}, PhaseEnded},
		"closed by the clock": {store.Event{Sale: store.SaleOpen, ClosesAt: now}, PhaseEnded},
		"over":                {store.Event{Sale: store.SaleOpen, EndsAt: now.Add(-hour)}, PhaseEnded},
	} {
		t.Run(name, func(t *testing.T) {
			if got := n.Phase(&Event{Event: test.event}); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	n.tallies.put("x", tally{at: now, zones: []seatmap.ZoneCount{{Zone: "z", Booked: 3}}})
	if got := n.Phase(&Event{Event: store.Event{ID: "x", Sale: store.SaleOpen}}); got != PhaseSoldOut {
		t.Errorf("got %s, want %s", got, PhaseSoldOut)
	}
}

// TestSoldOutIsNotForEver: nobody looks at the overview when a seat comes back.
func TestSoldOutIsNotForEver(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	e, err := n.Event(t.Context(), eventID)
	if err != nil {
		t.Fatal(err)
	}
	n.tallies.put(eventID, tally{at: time.Now().Add(-time.Minute), zones: []seatmap.ZoneCount{{Zone: "hall", Booked: 20}}})
	for deadline := time.Now().Add(patience); n.Phase(e) != PhaseOnSale; <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the event is sold out though every seat is free")
		}
	}
}
