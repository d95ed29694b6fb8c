package live

import (
	"context"
	"testing"
	"time"

	"jari/seatmap"
	"jari/server/redistest"
	"jari/server/store"
)

// TestHoldsLapseWithoutTheDatabase: the gateway that took them has died, and nobody else follows the event.
func TestHoldsLapseWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.db.change(func(e *store.Event) { e.Hold, e.Ceiling = 300*time.Millisecond, 300*time.Millisecond })
	worker := h.node()
	worker.open()
	redistest.Until(t, "the worker has heard of the event", func() bool {
		worker.mu.Lock()
		defer worker.mu.Unlock()
		return len(worker.fences) > 0
	})
	h.db.fail(store.ErrUnavailable)
	_, err := worker.redis.Hold(t.Context(), seatmap.HoldRequest{Event: eventID, Buyer: buyerA,
		Seats: []seatmap.Pick{{Zone: "hall", Index: 0, Seat: "A-1"}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { worker.WatchHolds(ctx); close(ended) }()
	redistest.Until(t, "the hold has lapsed", func() bool {
		held, err := worker.client.ZCard(t.Context(), "exp:{e"+eventID+"}").Result()
		return err == nil && held == 0
	})
	cancel()
	<-ended
}

// TestAServerThatHangsKeepsNoOtherWaiting: round after round.
func TestAServerThatHangsKeepsNoOtherWaiting(t *testing.T) {
	t.Parallel()
	var r rounds
	let, again := make(chan struct{}), make(chan struct{})
	r.begin("dead", func() { <-let })
	for range 3 {
		r.begin("dead", func() { t.Error("a second round beside the first") })
		looked := make(chan struct{})
		redistest.Until(t, "the other's round before is over", func() bool {
			r.mu.Lock()
			defer r.mu.Unlock()
			return !r.at["well"]
		})
		r.begin("well", func() { close(looked) })
		<-looked
	}
	close(let)
	redistest.Until(t, "the round is over", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return !r.at["dead"]
	})
	r.begin("dead", func() { close(again) })
	<-again
	r.wait()
}
