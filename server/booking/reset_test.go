package booking

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"jari/server/protocol"
	"jari/server/store"
)

// TestResetTellsBuyers: each booking that a reset cancels is a decision like any other cancel, however many transactions it takes.
func TestResetTellsBuyers(t *testing.T) {
	for _, chunk := range []int{2, resetChunk} {
		r := openRig(t)
		first := r.logged(newBuyer(), "a1", "A1")
		cancelled := []string{first.Booking}
		for _, seat := range []string{"A1 ", "s4", "floor:1"} {
			cancelled = append(cancelled, r.logged(newBuyer(), seat).Booking)
		}
		late := r.logged(newBuyer(), "a1") // rejected
		r.work()
		r.cancel(first, "A1")
		r.block("s8")
		r.work()
		r.hold(newBuyer(), "s7")
		r.wantStates("main", "20220013")
		before := len(r.log.topic(TopicOutcomes))
		told := r.told()
		if err := reset(t.Context(), r.store, testEvent, time.Now, chunk); err != nil {
			t.Fatal(err)
		}
		r.work()
		r.wantStates("main", "00000010") // a live hold stays
		r.wantStates("floor", "00000")
		if got, want := told(), slices.Repeat([]string{protocol.StatusCancelled}, 4); !slices.Equal(got, want) {
			t.Errorf("in chunks of %d: told %q, want %q", chunk, got, want)
		}
		var outcomes []string
		for _, rec := range r.log.topic(TopicOutcomes)[before:] {
			var fx effect
			if err := json.Unmarshal(rec.Value, &fx); err != nil {
				t.Fatal(err)
			}
			if fx.Decision != protocol.StatusCancelled || fx.Booking == nil || fx.Booking.Status != protocol.StatusCancelled || fx.Confirmed != -1 {
				t.Errorf("outcome is %s", rec.Value)
			}
			outcomes = append(outcomes, fx.ID)
		}
		slices.Sort(outcomes)
		slices.Sort(cancelled)
		if !slices.Equal(outcomes, cancelled) {
			t.Errorf("in chunks of %d: outcomes of %q, want %q", chunk, outcomes, cancelled)
		}
		for _, id := range cancelled {
			if b, err := r.store.Booking(t.Context(), id); err != nil || b.Status != protocol.StatusCancelled || b.Total == 0 {
				t.Errorf("booking is %+v, %v", b, err)
			}
		}
		r.wantRejected(late, ReasonSeatUnavailable)
		r.hold(first.Buyer, "a1", "A1", "A1 ", "s4") // the cap is free again
		r.wantAudit()
	}
}

func TestResetOfAnUnknownEvent(t *testing.T) {
	r := newRig(t)
	if err := Reset(t.Context(), r.store, "nowhere", time.Now); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error is %v", err)
	}
}
