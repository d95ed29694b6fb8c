package live

import "testing"

// TestWhoAsksFirstWaits: nobody has looked at the event since Redis lost its memory, and the first to ask for a hold is answered, not
// sent away.
func TestWhoAsksFirstWaits(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n := h.node()
	n.open()
	h.redis.FlushAll()
	a, err := n.HoldOf(t.Context(), eventID, buyerA)
	if err != nil || a.Hold != nil {
		t.Fatalf("the first answer is %+v, %v; want no hold", a, err)
	}
}
