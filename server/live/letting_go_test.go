package live

import (
	"errors"
	"fmt"
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

// TestAWatchThatSomebodyIsGivenGoesOn: it is asked for at the moment in which it would be let go of.
func TestAWatchThatSomebodyIsGivenGoesOn(t *testing.T) {
	t.Parallel()
	looking := make(chan struct{}, 1)
	n := newHouse(t).nodeAt(func() time.Time {
		signal(looking)
		return time.Now()
	})
	var events []string
	for i := range 200 {
		events = append(events, fmt.Sprintf("%s-%d", eventID, i))
	}
	ask := func() (given []*watch) {
		for _, event := range events {
			w, err := n.watch(event)
			if err != nil {
				t.Fatal(err)
			}
			given = append(given, w)
		}
		return given
	}
	for range 30 {
		for _, w := range ask() {
			w.mu.Lock()
			w.used = w.used.Add(-2 * watchIdle)
			w.mu.Unlock()
		}
		select {
		case <-looking:
		default:
		}
		dropped := make(chan struct{})
		go func() { n.dropIdle(); close(dropped) }()
		<-looking
		given := ask()
		<-dropped
		for _, w := range given {
			if !n.follows(w) {
				t.Fatal("somebody was given a watch that was let go of")
			}
		}
	}
}

// usedLongAgo makes it look as if nobody had asked for the event for a while.
func (w *watch) usedLongAgo() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.used = w.used.Add(-2 * watchIdle)
}

func (n *Node) follows(w *watch) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.watches[w.event] == w
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
	redistest.Until(t, "the hold is seen", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.holds
	})
	w.usedLongAgo()
	n.dropIdle()
	if !n.follows(w) {
		t.Fatal("nobody looks at the deadline of the hold any more")
	}
	if _, err := n.Release(t.Context(), eventID, buyerA, nil); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); n.follows(w); <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("an event that nobody looks at is followed for ever")
		}
		n.dropIdle()
	}
}

// TestAnEventThatIsNotOpenIsFollowedForAWhile: a hold that was seen may come back with the event, or never.
func TestAnEventThatIsNotOpenIsFollowedForAWhile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n := h.node()
	n.open()
	w, err := n.watch(eventID)
	if err != nil {
		t.Fatal(err)
	}
	hold(t, n, buyerA, "A-1")
	holds := func(want bool) func() bool {
		return func() bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.holds == want
		}
	}
	redistest.Until(t, "the hold is seen", holds(true))
	w.usedLongAgo()
	h.setRun("second")
	redistest.Until(t, "the event is not open", holds(false))
	n.dropIdle()
	if !n.follows(w) {
		t.Fatal("nobody would look at the deadline of a hold that comes back with the event")
	}
	n.openEvent(eventID)
	redistest.Until(t, "the hold that came back is seen", holds(true))
	h.redis.FlushAll()
	redistest.Until(t, "the event is not open", holds(false))
	w.usedLongAgo()
	n.dropIdle()
	if n.follows(w) {
		t.Error("an event that nobody opens is followed for ever")
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
