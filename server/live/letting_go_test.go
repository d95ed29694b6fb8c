package live

import (
	"errors"
	"testing"
	"time"

	"jari/hub"
	"jari/seatmap"
	"jari/server/redistest"
	"jari/server/store"
)

func source(t *testing.T, n *node, room string) hub.Source {
	t.Helper()
	s, err := n.Source(room)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAZoneIsMadeAnewWhileItsFormerRoomCloses(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	room := ZoneRoom(eventID, "hall")
	former := source(t, n, room)
	for range 20 {
		made := make(chan hub.Source, 1)
		go func() { made <- source(t, n, room) }()
		former.Close()
		s := <-made
		if !s.(*zoneRoom).isLive() {
			t.Fatal("the new room is not live")
		}
		if n.zoneRoom(eventID, "hall") != s {
			t.Fatal("the new room is not watched")
		}
		former = s
	}
	former.Close()
}

func TestAnOverviewIsMadeAnewWhileItsFormerRoomCloses(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	former := source(t, n, OverviewRoom(eventID))
	s := source(t, n, OverviewRoom(eventID))
	former.Close()
	n.mu.Lock()
	there := n.overviews[eventID]
	n.mu.Unlock()
	if hub.Source(there) != s {
		t.Error("the new room is not renewed any more")
	}
}

func TestARoomThatCannotBeMadeLeavesNothing(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node() // in whose Redis the event is not open
	if err := n.redis.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	n.house.db.fail(errors.New("away"))
	if _, err := n.Source(ZoneRoom(eventID, "hall")); err == nil {
		t.Fatal("a room without any picture was made")
	}
	n.house.db.fail(nil)
	n.open()
	s := source(t, n, ZoneRoom(eventID, "hall"))
	defer s.Close()
	if !s.(*zoneRoom).isLive() {
		t.Error("the room is not live")
	}
}

func TestAnEventIsFollowedAgainAtOnce(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	for range 50 {
		w, err := n.follow(t.Context(), eventID)
		if err != nil {
			t.Fatal(err)
		}
		n.forget(w)
	}
}

func TestAnEventIsFollowedWhileSomebodyHoldsSeats(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	hold(t, n, buyerA, "A-1")
	w, err := n.follow(t.Context(), eventID)
	if err != nil {
		t.Fatal(err)
	}
	longAgo := func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.used = w.used.Add(-2 * watchIdle)
	}
	followed := func() bool {
		n.mu.Lock()
		defer n.mu.Unlock()
		return n.watches[eventID] == w
	}
	redistest.Until(t, "the hold is seen", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.holds
	})
	longAgo()
	n.dropIdle()
	if !followed() {
		t.Fatal("nobody looks at the deadline of the hold any more")
	}
	if _, err := n.Release(t.Context(), eventID, buyerA, nil); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); followed(); <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("an event that nobody looks at is followed for ever")
		}
		n.dropIdle()
	}
}

func TestDeadlinesAreThoseOfTheClockOfRedis(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.db.change(func(e *store.Event) { e.Hold, e.Ceiling = 800*time.Millisecond, 800*time.Millisecond })
	for name, skew := range map[string]time.Duration{"ahead": 10 * time.Second, "behind": -10 * time.Second} {
		t.Run(name, func(t *testing.T) {
			n := h.nodeAt(func() time.Time { return time.Now().Add(skew) })
			n.open()
			w, err := n.follow(t.Context(), eventID)
			if err != nil {
				t.Fatal(err)
			}
			_, err = n.redis.Hold(t.Context(), seatmap.HoldRequest{Event: eventID, Buyer: buyerA,
				Seats: []seatmap.Pick{{Zone: "hall", Index: 0, Seat: "A-1"}}})
			if err != nil {
				t.Fatal(err)
			}
			if in := w.expire(t.Context()); in < 100*time.Millisecond || in > 850*time.Millisecond {
				t.Errorf("looks again in %s, the hold ends in at most 800 ms", in)
			}
			if _, err := n.redis.Release(t.Context(), eventID, buyerA, nil); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestStopEndsAllRoomsAtOnce(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	hall, floor := source(t, n, ZoneRoom(eventID, "hall")), source(t, n, ZoneRoom(eventID, "floor"))
	n.Stop()
	for _, s := range []hub.Source{hall, floor} {
		select {
		case <-s.(*zoneRoom).ended:
		case <-time.After(patience):
			t.Fatal("a room goes on")
		}
		s.Close()
	}
}
