package live

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"jari/hub"
	"jari/seatmap"
	"jari/server/protocol"
)

func isHold(m message) bool      { return m.Type == "hold" }
func nothingHeld(m message) bool { return m.Type == "hold" && m.Hold == nil }

// lateRebuild lets the node's event be opened only when the function that it returns is called.
func (n *node) lateRebuild() (let func()) {
	open, load := make(chan struct{}), n.cfg.Rebuild
	n.cfg.Rebuild = func(ctx context.Context, event string) error {
		go func() {
			<-open
			_ = load(context.WithoutCancel(ctx), event) // it is asked for again
		}()
		return nil
	}
	return func() { close(open) }
}

// A page comes back to a server that has been started anew, while the event is not open yet.
func TestWhoComesWhileTheEventIsClosedIsTold(t *testing.T) {
	t.Parallel()
	for name, come := range map[string]func(t *testing.T, n *node, v *viewer){
		"auth, then join": func(t *testing.T, n *node, v *viewer) { n.Authed(v.client, buyerA); join(t, n, v, "hall") },
		"join, then auth": func(t *testing.T, n *node, v *viewer) { join(t, n, v, "hall"); n.Authed(v.client, buyerA) },
		"the overview":    func(t *testing.T, n *node, v *viewer) { n.Authed(v.client, buyerA); join(t, n, v, "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newHouse(t).node()
			if err := n.redis.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			let := n.lateRebuild()
			early := n.viewer()
			join(t, n, early, "hall") // has the event opened, and is told nothing
			early.until("stale picture", func(m message) bool { return m.Live != nil && !*m.Live })
			v := n.viewer()
			come(t, n, v)
			let()
			v.until("hold that is gone", nothingHeld)
		})
	}
}

func TestWhoComesWhileRedisIsAwayIsTold(t *testing.T) {
	t.Parallel()
	h := newHastyHouse(t)
	n := h.node()
	n.open()
	early := n.viewer()
	join(t, n, early, "hall")
	hold(t, n, buyerA, "A-1")
	early.untilMap("hall", "10000000000000000000")
	h.redis.Close()
	v := n.viewer()
	n.Authed(v.client, buyerA) // and looks at nothing
	if err := h.redis.Restart(); err != nil {
		t.Fatal(err)
	}
	v.until("own hold", func(m message) bool { return m.Type == "hold" && m.Hold != nil })
}

// Redis forgets everything, and no connection is lost: only the new epoch says so.
func TestAHoldThatIsForgottenInSilenceIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n := h.node()
	n.open()
	v := holding(t, n)
	h.redis.FlushAll()
	v.until("hold that is gone", nothingHeld)
}

func TestAuthTellsOfAnEventThatIsNotLookedAt(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	there := eventID + "-elsewhere"
	n.openEvent(there)
	if _, err := n.Hold(t.Context(), there, buyerA, HoldRequest{Zone: "hall", Seats: []string{"A-1"}}); err != nil {
		t.Fatal(err)
	}
	v := n.viewer()
	n.Authed(v.client, buyerA)
	v.until("hold elsewhere", func(m message) bool { return m.Type == "hold" && m.Event == there && m.Hold != nil })
	join(t, n, v, "hall")
	v.until("hold where it looks", nothingHeld)
}

// Of the events that a client does not look at only those are looked into where its buyer has something.
func TestAuthOwesOnlyWhatThereIs(t *testing.T) {
	t.Parallel()
	rig := newHouse(t).node()
	if err := rig.redis.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := New(Config{Live: rig.redis, Store: rig.house.db}) // not started: what is owed stays
	for i := range 60 {
		id := fmt.Sprintf("%s-%d", eventID, i)
		n.watches[id] = &watch{news: make(chan struct{}, 1), owed: map[*hub.Client]debt{}}
	}
	there := eventID + "-7"
	rig.openEvent(there)
	if _, err := rig.Hold(t.Context(), there, buyerA, HoldRequest{Zone: "hall", Seats: []string{"A-1"}}); err != nil {
		t.Fatal(err)
	}
	guest, v := rig.viewer(), rig.viewer()
	n.Authed(guest.client, buyerB)
	n.Authed(v.client, buyerA)
	if !n.greetAll(t.Context()) {
		t.Fatal("redis does not answer")
	}
	for id, w := range n.watches {
		owed, ok := w.owed[v.client]
		switch {
		case id == there && (len(w.owed) != 1 || !ok || !owed.quiet):
			t.Errorf("in %s is owed %+v", id, w.owed)
		case id != there && len(w.owed) != 0:
			t.Errorf("in %s is owed %+v", id, w.owed)
		}
	}
}

// After a resubscription who looks at the event is told again, and who has something there; nobody else is asked about.
func TestAResubscriptionTellsWhomItConcerns(t *testing.T) {
	t.Parallel()
	h := newHastyHouse(t)
	n := h.node()
	n.open()
	pending, decided := new(atomic.Int64), new(atomic.Int64)
	n.cfg.Pending = func(_ context.Context, buyer, _ string) ([]protocol.Booking, error) {
		pending.Add(1)
		return []protocol.Booking{{ID: "p-" + buyer, Status: protocol.StatusPending, Event: eventID}}, nil
	}
	n.cfg.Decided = func(_ context.Context, buyer, _ string, since time.Time) ([]protocol.Booking, error) {
		decided.Add(1)
		if since.After(time.Now().Add(-time.Minute)) {
			t.Errorf("asked for decisions since %s only", since)
		}
		return []protocol.Booking{{ID: "d-" + buyer, Status: protocol.StatusConfirmed, Event: eventID}}, nil
	}
	looks, holds := n.viewer(), n.viewer()
	n.Authed(looks.client, buyerA)
	join(t, n, looks, "hall")
	looks.until("hold", isHold)
	n.Authed(holds.client, buyerB)
	hold(t, n, buyerB, "A-1")
	holds.until("hold", isHold)
	var strangers []*viewer
	for i := range 30 {
		s := n.viewer()
		n.Authed(s.client, fmt.Sprintf("00000000-0000-4000-8000-0000000001%02d", i))
		strangers = append(strangers, s)
	}
	looks.forget()
	holds.forget()
	if decided.Load() != 0 {
		t.Errorf("%d looks for decisions though nothing was lost", decided.Load())
	}
	before := pending.Load()
	h.redis.Close()
	if err := h.redis.Restart(); err != nil {
		t.Fatal(err)
	}
	looks.until("hold again", nothingHeld)
	holds.until("hold again", func(m message) bool { return m.Type == "hold" && m.Hold != nil })
	for buyer, v := range map[string]*viewer{buyerA: looks, buyerB: holds} {
		for _, id := range []string{"p-" + buyer, "d-" + buyer} {
			v.until("booking "+id, func(m message) bool { return m.Type == "booking" && m.Booking.ID == id })
		}
	}
	if asked := pending.Load() - before; asked > 4 { // two buyers, and a connection may be lost twice
		t.Errorf("%d buyers were asked about", asked)
	}
	for _, s := range strangers {
		if s.count(isHold) > 0 {
			t.Fatalf("a stranger was told %+v", s.heard)
		}
	}
}

// A notice that comes while the truth is read is told after it.
func TestATruthDoesNotOvertakeANewerNotice(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	w, err := n.follow(t.Context(), eventID)
	if err != nil {
		t.Fatal(err)
	}
	v := n.viewer()
	n.cfg.Pending = func(ctx context.Context, _, _ string) ([]protocol.Booking, error) {
		// Between this look and its telling the booking is decided, and the node hears of it.
		notice := fmt.Sprintf(`{"buyer":%q,"booking":{"id":"b","status":"confirmed"}}`, buyerA)
		n.house.redis.Publish(seatmap.NoticeChannel(eventID), notice)
		for deadline := time.Now().Add(patience); len(w.box.C) == 0 && v.count(isBooking) == 0; <-time.After(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Error("the notice does not arrive")
				break
			}
		}
		return []protocol.Booking{{ID: "b", Status: protocol.StatusPending, Event: eventID}}, nil
	}
	n.Authed(v.client, buyerA)
	join(t, n, v, "")
	v.until("pending", func(m message) bool { return isBooking(m) && m.Booking.Status == "pending" })
	v.until("decision", func(m message) bool { return isBooking(m) && m.Booking.Status == "confirmed" })
	v.mu.Lock()
	defer v.mu.Unlock()
	last := ""
	for _, m := range v.heard {
		if isBooking(m) {
			last = m.Booking.Status
		}
	}
	if last != "confirmed" {
		t.Errorf("the last word is %q", last)
	}
}

func isBooking(m message) bool { return m.Type == "booking" }

// Nobody waits for the debts of those who have gone.
func TestDebtsOfTheGoneAreDropped(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	here, gone := n.viewer(), n.viewer()
	here.client.Own(buyerA)
	gone.client.Own(buyerA)
	gone.client.Detach()
	gone.client.Wait()
	left := withoutGone([]debt{{buyer: buyerA, client: gone.client}, {buyer: buyerA, client: here.client}, {buyer: buyerA}})
	if len(left) != 2 || left[0].client != here.client || left[1].client != (*hub.Client)(nil) {
		t.Errorf("left %+v", left)
	}
}
