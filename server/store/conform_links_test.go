package store

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// testLinks: what a key opens, and that no booking has more of them than are kept, however many ask at once.
func testLinks(t *testing.T, s *Store) {
	ctx := within(t)
	mustTx(t, s, func(tx *Tx) error {
		return tx.InsertBookings([]Booking{testBooking("id-1", 1), testBooking("id-2", 2)})
	})
	hash := func(n int) string { return fmt.Sprintf("%064x", n) }
	opens := func(n int) string {
		t.Helper()
		booking, err := s.LinkedBooking(ctx, hash(n))
		if err != nil {
			wantErr(t, err, ErrNotFound)
		}
		return booking
	}
	wantErr(t, s.AddLink(ctx, "none", hash(0), clock), ErrNotFound)
	if got := opens(0); got != "" {
		t.Errorf("a key of no booking opens %q", got)
	}
	if err := s.AddLink(ctx, "id-2", hash(100), clock); err != nil {
		t.Fatal(err)
	}
	for n := range LinksKept + 2 {
		if err := s.AddLink(ctx, "id-1", hash(n), clock.Add(time.Duration(n)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	for n := range LinksKept + 2 {
		want := "id-1"
		if n < 2 {
			want = ""
		}
		if got := opens(n); got != want {
			t.Errorf("key %d opens %q, want %q", n, got, want)
		}
	}
	if before, err := s.Booking(ctx, "id-1"); err != nil || before.Revision != testBooking("id-1", 1).Revision {
		t.Errorf("a link is no decision about the booking: %+v, %v", before, err)
	}

	var wg sync.WaitGroup
	for n := range 2 * LinksKept {
		wg.Go(func() {
			if err := s.AddLink(ctx, "id-1", hash(200+n), clock.Add(time.Hour)); err != nil {
				t.Errorf("one of many: %v", err)
			}
		})
	}
	wg.Wait()
	kept := 0
	for n := range 2 * LinksKept {
		if opens(200+n) == "id-1" {
			kept++
		}
	}
	if kept != LinksKept {
		t.Errorf("%d of %d keys open the booking, want %d", kept, 2*LinksKept, LinksKept)
	}

	for range 2 {
		if err := s.DeleteLinks(ctx, "id-1"); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 2 * LinksKept {
		if got := opens(200 + n); got != "" {
			t.Errorf("a forgotten key opens %q", got)
		}
	}
	if got := opens(100); got != "id-2" {
		t.Errorf("the other booking's key opens %q", got)
	}
}
