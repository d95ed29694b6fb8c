package live

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jari/seatmap"
	"jari/server/protocol"
)

func seatsOf(p protocol.Proposal) string {
	var ids []string
	for _, s := range p.Seats {
		ids = append(ids, s.Seat)
	}
	return strings.Join(ids, " ")
}

func TestProposalsHoldNothing(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	v := n.viewer()
	join(t, n, v, "hall")
	v.until("picture", func(m message) bool { return m.Type == "snapshot" })
	first, err := n.Propose(t.Context(), eventID, Wish{Quantity: 2, Categories: []string{"a"}})
	if err != nil || seatsOf(first) != "A-5 A-6" || !first.Adjacent || !first.More || first.Seats[0].Price.Amount != 1000 {
		t.Fatalf("proposed %+v, %v", first, err)
	}
	if again, err := n.Propose(t.Context(), eventID, Wish{Quantity: 2}); err != nil || seatsOf(again) != seatsOf(first) {
		t.Errorf("the proposal was held: %+v, %v", again, err)
	}
	seen := map[string]bool{}
	more := true
	for skip := 0; more; skip++ {
		p, err := n.Propose(t.Context(), eventID, Wish{Quantity: 2, Skip: skip})
		if err != nil || seen[seatsOf(p)] {
			t.Fatalf("proposal %d: %+v, %v", skip, p, err)
		}
		seen[seatsOf(p)], more = true, p.More
	}
	if _, err := n.Propose(t.Context(), eventID, Wish{Quantity: 2, Skip: len(seen)}); code(err) != seatmap.CodeSeatUnavailable {
		t.Errorf("beyond the last: %v", err)
	}
	// What another takes is not proposed any more as soon as this node has seen it.
	if _, err := n.Hold(t.Context(), eventID, buyerA, HoldRequest{Zone: "hall", Seats: []string{"A-5"}}); err != nil {
		t.Fatal(err)
	}
	v.until("the change", func(m message) bool { return m.Type == "changes" })
	if p, err := n.Propose(t.Context(), eventID, Wish{Quantity: 2}); err != nil || strings.Contains(seatsOf(p), "A-5") {
		t.Errorf("proposed %+v, %v", p, err)
	}
}

// Without anybody who looks at the zones the picture is Redis's, asked for once a second at most.
func TestProposalsOfZonesThatNobodyFollows(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	began := time.Now()
	var later atomic.Int64 // ns
	n := h.nodeAt(func() time.Time { return began.Add(time.Duration(later.Load())) })
	n.open()
	first, err := n.Propose(t.Context(), eventID, Wish{Quantity: 6, Zone: "hall"})
	if err != nil || len(first.Seats) != 6 {
		t.Fatalf("proposed %+v, %v", first, err)
	}
	if _, err := n.redis.Hold(t.Context(), seatmap.HoldRequest{Event: eventID, Buyer: buyerA, HoldID: "h", Seats: []seatmap.Pick{{Zone: "hall", Index: 4, Seat: "A-5", Price: 1000}}}); err != nil {
		t.Fatal(err)
	}
	if p, err := n.Propose(t.Context(), eventID, Wish{Quantity: 6}); err != nil || seatsOf(p) != seatsOf(first) {
		t.Errorf("within the second: %+v, %v", p, err)
	}
	later.Store(int64(glanceFor + time.Millisecond))
	if p, err := n.Propose(t.Context(), eventID, Wish{Quantity: 6}); err != nil || strings.Contains(seatsOf(p), "A-5") {
		t.Errorf("after it: %+v, %v", p, err)
	}
}

func TestProposalsOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	n.open()
	for name, tc := range map[string]struct {
		event string
		wish  Wish
		code  seatmap.Code
	}{
		"no event":      {"nothing", Wish{Quantity: 1}, seatmap.CodeNotFound},
		"no zone":       {eventID, Wish{Quantity: 1, Zone: "attic"}, seatmap.CodeNotFound},
		"no category":   {eventID, Wish{Quantity: 1, Categories: []string{"a", "z"}}, seatmap.CodeNotFound},
		"general":       {eventID, Wish{Quantity: 1, Zone: "floor"}, seatmap.CodeSeatUnavailable},
		"too many":      {eventID, Wish{Quantity: 21}, seatmap.CodeSeatUnavailable},
		"no accessible": {eventID, Wish{Quantity: 1, Accessible: true}, seatmap.CodeSeatUnavailable},
	} {
		if _, err := n.Propose(t.Context(), tc.event, tc.wish); code(err) != tc.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}
