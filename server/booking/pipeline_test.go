package booking

import (
	"testing"

	"jari/server/protocol"
)

func TestConfirm(t *testing.T) {
	r := newRig(t)
	r.open()
	buyer := newBuyer()
	r.hold(buyer, "a1", "A1 ", "floor:2")
	b := r.book(buyer, "k")
	if b.Status != protocol.StatusPending || len(b.Seats) != 3 || b.Total != (protocol.Money{Amount: 3000, Currency: "KRW"}) {
		t.Fatalf("booking is %+v", b)
	}
	r.wantStates("main", "10100000")
	if got := r.get(buyer, b.ID); got.Status != protocol.StatusPending {
		t.Fatalf("before the decision it is %s", got.Status)
	}
	r.work()
	r.wantStatus(buyer, b.ID, protocol.StatusConfirmed, "")
	r.wantStates("main", "20200000")
	r.wantStates("floor", "02000")
	if again := r.book(buyer, "k"); again.ID != b.ID || again.Status != protocol.StatusConfirmed || again.Reference != b.Reference {
		t.Errorf("the same key again: %+v", again)
	}
	if got := r.log.topic(TopicOutcomes); len(got) != 1 {
		t.Errorf("%d outcomes, want 1", len(got))
	}
}
