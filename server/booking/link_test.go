package booking

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

func TestLink(t *testing.T) {
	r := openRig(t)
	buyer, other := newBuyer(), newBuyer()
	b := r.pending(buyer, "a1", "A1")
	ctx := t.Context()
	_, err := r.desk.Link(ctx, buyer, b.Booking)
	wantCode(t, err, seatmap.CodeBookingPending)
	if err := r.desk.Known(ctx, b.Booking); err != nil {
		t.Errorf("while it is pending: %v", err)
	}
	r.work()
	_, err = r.desk.Link(ctx, other, b.Booking)
	wantCode(t, err, seatmap.CodeNotFound)
	wantCode(t, r.desk.Unlink(ctx, other, b.Booking), seatmap.CodeNotFound)

	key, err := r.desk.Link(ctx, buyer, b.Booking)
	if err != nil || len(key) != 24 {
		t.Fatalf("key %q, %v", key, err)
	}
	again, err := r.desk.Link(ctx, buyer, b.Booking)
	if err != nil || again == key {
		t.Fatalf("the second key is %q, %v", again, err)
	}
	for _, k := range []string{key, again} {
		got, err := r.desk.Linked(ctx, b.Booking, k)
		if err != nil || got.ID != b.Booking || got.Status != protocol.StatusConfirmed || len(got.Seats) != 2 {
			t.Errorf("opened: %+v, %v", got, err)
		}
	}
	if _, err := r.store.LinkedBooking(ctx, key); err == nil {
		t.Error("the key itself is stored")
	}

	wantCode(t, r.desk.Known(ctx, ID(buyer, testEvent, "another")), seatmap.CodeNotFound)
	if err := r.desk.Known(ctx, b.Booking); err != nil {
		t.Errorf("once it is decided: %v", err)
	}

	r.cancel(b, "A1")
	if got, err := r.desk.Linked(ctx, b.Booking, key); err != nil || len(got.Seats) != 1 || len(got.Cancelled) != 1 {
		t.Errorf("after a part was cancelled: %+v, %v", got, err)
	}
	r.cancel(b)
	if got, err := r.desk.Linked(ctx, b.Booking, key); err != nil || got.Status != protocol.StatusCancelled {
		t.Errorf("after all was cancelled: %+v, %v", got, err)
	}
	for range 2 {
		if err := r.desk.Unlink(ctx, buyer, b.Booking); err != nil {
			t.Fatal(err)
		}
	}
	_, err = r.desk.Linked(ctx, b.Booking, key)
	wantCode(t, err, seatmap.CodeNotFound)
}

// TestWrongKeys: none of them opens a booking, and the answer does not say whether there is one.
func TestWrongKeys(t *testing.T) {
	r := openRig(t)
	buyer, other := newBuyer(), newBuyer()
	mine, theirs := r.pending(buyer, "a1"), r.pending(other, "A1")
	r.work()
	key, err := r.desk.Link(t.Context(), other, theirs.Booking)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.desk.Linked(t.Context(), theirs.Booking, key); err != nil {
		t.Fatal(err)
	}
	none := ID(buyer, testEvent, "never booked")
	for name, c := range map[string]struct{ id, key string }{
		"of another booking": {mine.Booking, key}, "of no booking": {none, key}, "its hash": {theirs.Booking, linkHash(key)},
		"other letters": {theirs.Booking, flipped(key)}, "a space behind": {theirs.Booking, key + " "},
		"cut": {theirs.Booking, key[:23]}, "none": {theirs.Booking, ""}, "long": {theirs.Booking, strings.Repeat("a", 1<<16)},
		"quotes": {theirs.Booking, "' OR key_hash LIKE '%%'--"}, "bytes": {theirs.Booking, strings.Repeat("\x00\xff", 12)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.desk.Linked(t.Context(), c.id, c.key)
			wantCode(t, err, seatmap.CodeNotFound)
			if !strings.Contains(err.Error(), "no such booking, or the key does not open it") {
				t.Errorf("it says %v", err)
			}
		})
	}
}

// flipped is another key that differs from it only in the case of its letters.
func flipped(key string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, key)
}

// TestLinksAreFew: whoever makes many keys loses the oldest.
func TestLinksAreFew(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	b := r.pending(buyer, "a1")
	r.work()
	var keys []string
	for n := range store.LinksKept + 1 {
		r.desk.cfg.Now = func() time.Time { return clock.Add(time.Duration(n) * time.Second) }
		key, err := r.desk.Link(t.Context(), buyer, b.Booking)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	_, err := r.desk.Linked(t.Context(), b.Booking, keys[0])
	wantCode(t, err, seatmap.CodeNotFound)
	for _, key := range keys[1:] {
		if _, err := r.desk.Linked(t.Context(), b.Booking, key); err != nil {
			t.Error(err)
		}
	}
}
