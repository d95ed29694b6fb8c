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
		r := newRig(t)
		r.open()
		var cancelled []string
		first := newBuyer()
		for i, seats := range [][]string{{"a1", "A1"}, {"A1 "}, {"s4"}, {"floor:1"}} {
			buyer := first
			if i > 0 {
				buyer = newBuyer()
			}
			rec := r.bookRecord(buyer, "k", seats...)
			r.put(testEvent, rec)
			cancelled = append(cancelled, rec.Booking)
		}
		other := newBuyer()
		r.put(testEvent, r.bookRecord(other, "k", "a1")) // rejected
		r.work()
		if _, err := r.desk.Cancel(t.Context(), first, cancelled[0], []string{"A1"}); err != nil {
			t.Fatal(err)
		}
		if err := r.desk.Block(t.Context(), testEvent, []string{"s8"}); err != nil {
			t.Fatal(err)
		}
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
		r.wantStatus(other, ID(other, testEvent, "k"), protocol.StatusRejected, ReasonSeatUnavailable)
		r.hold(first, "a1", "A1", "A1 ", "s4") // the cap is free again
		r.wantAudit()
	}
}

func TestResetOfAnUnknownEvent(t *testing.T) {
	r := newRig(t)
	if err := Reset(t.Context(), r.store, "nowhere", time.Now); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error is %v", err)
	}
}
