package booking

import (
	"testing"

	"jari/seatmap"
	"jari/server/protocol"
)

func TestCancel(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	b := r.pending(buyer, "a1", "A1", "A1 ")
	_, err := r.desk.Cancel(t.Context(), buyer, b.Booking, nil)
	wantCode(t, err, seatmap.CodeBookingPending)
	r.work()
	_, err = r.desk.Cancel(t.Context(), buyer, b.Booking, []string{"a1", "s4"})
	wantCode(t, err, seatmap.CodeInvalid)
	r.wantStates("main", "22200000")
	for range 2 {
		got := r.cancel(b, "A1")
		if got.Status != protocol.StatusConfirmed || len(got.Seats) != 2 || len(got.Cancelled) != 1 || got.Total.Amount != 2000 {
			t.Errorf("after a part: %+v", got)
		}
		r.work()
		r.wantStates("main", "20200000")
	}
	r.hold(newBuyer(), "A1")
	got := r.cancel(b, "A1 ", "A1") // what is cancelled and what is not
	if got.Status != protocol.StatusConfirmed || len(got.Seats) != 1 || got.Total.Amount != 1000 {
		t.Errorf("after another part: %+v", got)
	}
	r.work()
	r.wantStates("main", "21000000")
	for range 2 {
		got = r.cancel(b)
		if got.Status != protocol.StatusCancelled || len(got.Seats) != 1 || got.Total.Amount != 1000 || len(got.Cancelled) != 2 {
			t.Errorf("after all: %+v", got)
		}
		r.work()
	}
	r.wantStates("main", "01000000")
	r.log.wantCount(t, TopicOutcomes, 4)  // confirmed, two parts, the rest: repetitions are no decisions
	r.hold(buyer, "a1", "s4", "s5", "s6") // the cap is free again
}

func TestCancelOfARejectedBooking(t *testing.T) {
	r := openRig(t)
	r.logged(newBuyer(), "a1")
	late := r.logged(newBuyer(), "a1")
	r.work()
	if got := r.cancel(late); got.Status != protocol.StatusRejected || got.Reason != ReasonSeatUnavailable {
		t.Errorf("booking is %+v", got)
	}
	r.wantStates("main", "20000000")
}

func TestBlock(t *testing.T) {
	r := openRig(t)
	holder := newBuyer()
	r.logged(newBuyer(), "s4")
	r.work()
	r.hold(holder, "a1", "s5")
	ctx := t.Context()
	wantCode(t, r.desk.Block(ctx, testEvent, []string{"a1", "x9"}), seatmap.CodeNotFound)
	wantCode(t, r.desk.Block(ctx, "nowhere", []string{"a1"}), seatmap.CodeNotFound)
	wantCode(t, r.desk.Block(ctx, testEvent, nil), seatmap.CodeInvalid)
	wantCode(t, r.desk.Block(ctx, testEvent, []string{"a1", "s4"}), seatmap.CodeSeatUnavailable)
	wantCode(t, r.desk.Unblock(ctx, testEvent, []string{"s4"}), seatmap.CodeSeatUnavailable)
	r.wantStates("main", "10021000")
	for range 2 {
		r.block("a1", "A1", "floor:5")
		r.work()
		r.wantStates("main", "33021000")
		r.wantStates("floor", "00003")
	}
	if view, err := r.live.HoldOf(ctx, testEvent, holder); err != nil || len(view.Hold.Seats) != 1 || view.Hold.Seats[0].Seat != "s5" {
		t.Errorf("the holder has %+v, %v", view.Hold, err)
	}
	for range 2 {
		r.unblock("A1", "floor:5")
		r.work()
		r.wantStates("main", "30021000")
	}
	if e := r.event(); e.Revision != 4 { // rebuild, booking, block, unblock
		t.Errorf("revision is %d, want 4", e.Revision)
	}
}
