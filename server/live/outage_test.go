package live

import (
	"testing"
	"time"

	"jari/hub"
	"jari/seatmap"
	"jari/server/store"
)

func TestAZoneIsShownAtFirstSightWithoutRedis(t *testing.T) {
	t.Parallel()
	h := newHastyHouse(t)
	n := h.node()
	h.redis.Close()
	v := n.viewer()
	join(t, n, v, "hall")
	v.until("picture of the database", func(m message) bool {
		return m.Type == "snapshot" && m.Live != nil && !*m.Live && m.States == allFree
	})
}

func TestNoticesArriveOnceRedisIsThere(t *testing.T) {
	t.Parallel()
	h := newHastyHouse(t)
	here, there := h.node(), h.node()
	h.redis.Close()
	v := there.viewer()
	there.Authed(v.client, buyerA)
	join(t, there, v, "hall")
	if err := h.redis.Restart(); err != nil {
		t.Fatal(err)
	}
	v.until("live picture", func(m message) bool { return m.Type == "zone" && m.Live != nil && *m.Live })
	h.soon("refresh", func() error { return here.redis.Refresh(t.Context()) }) // each node asks in its own second
	hold(t, here, buyerA, "A-1")
	v.until("own hold", func(m message) bool { return m.Type == "hold" && m.Hold != nil })
}

func TestAHoldThatRedisForgotIsTold(t *testing.T) {
	t.Parallel()
	h := newHastyHouse(t)
	n := h.node()
	n.open()
	v := holding(t, n)
	h.redis.Close()
	h.redis.FlushAll()
	h.setRun("second")
	if err := h.redis.Restart(); err != nil {
		t.Fatal(err)
	}
	v.until("hold that is gone", func(m message) bool { return m.Type == "hold" && m.Hold == nil })
}

func TestAPauseBindsThoughNoNodeKnewTheEventBefore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.node().open()
	h.db.change(func(e *store.Event) { e.Sale = store.SalePaused })
	n := h.node()
	if _, err := n.Event(t.Context(), eventID); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; <-time.After(10 * time.Millisecond) {
		_, err := n.Hold(t.Context(), eventID, buyerA, HoldRequest{Zone: "hall", Seats: []string{"A-1"}})
		if code(err) == seatmap.CodeSaleClosed {
			return
		}
		if _, err := n.Release(t.Context(), eventID, buyerA, nil); err != nil && code(err) != seatmap.CodeUnavailable {
			t.Fatal(err)
		}
		if time.Now().After(deadline) {
			t.Fatalf("a hold while paused: %v", err)
		}
	}
}

func TestTheLogReachesFurtherThanTheRing(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	v := watching(t, n)
	v.mu.Lock()
	at := v.at["hall"]
	v.mu.Unlock()
	hold(t, n, buyerA, "A-1")
	hold(t, n, buyerA, "A-2")
	v.untilMap("hall", "11000000000000000000")
	f, ok := n.zoneRoom(eventID, "hall").Since(hub.Position{Epoch: at.Epoch, Version: at.Version})
	if !ok || f.From != at.Version || f.Version != at.Version+2 {
		t.Errorf("since %d: %+v, %t", at.Version, f, ok)
	}
}

func TestAnEventThatIsOpenIsNotRebuilt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n := h.node()
	n.open()
	before := h.epoch.Load()
	n.askRebuild(t.Context(), eventID)
	if now := h.epoch.Load(); now != before {
		t.Errorf("an open event was loaded again: epoch %d after %d", now, before)
	}
	h.redis.FlushAll()
	n.askRebuild(t.Context(), eventID)
	if now := h.epoch.Load(); now != before+1 {
		t.Errorf("an event that is not open was not loaded: epoch %d after %d", now, before)
	}
}
