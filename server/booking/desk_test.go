package booking

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

func TestBookRefuses(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	for _, c := range []struct {
		name string
		req  Request
		want seatmap.Code
	}{
		{"no hold", Request{Event: testEvent, Key: "k"}, seatmap.CodeHoldExpired},
		{"unknown event", Request{Event: "nowhere", Key: "k"}, seatmap.CodeNotFound},
		{"no key", Request{Event: testEvent}, seatmap.CodeInvalid},
		{"long key", Request{Event: testEvent, Key: strings.Repeat("k", 65)}, seatmap.CodeInvalid},
		{"key that cannot be printed", Request{Event: testEvent, Key: "a\tb"}, seatmap.CodeInvalid},
		{"key beyond ASCII", Request{Event: testEvent, Key: "é"}, seatmap.CodeInvalid},
		{"long name", Request{Event: testEvent, Key: "k", Name: strings.Repeat("자", 201)}, seatmap.CodeInvalid},
		{"long email", Request{Event: testEvent, Key: "k", Email: strings.Repeat("자", 250) + "@here"}, seatmap.CodeInvalid},
		{"email of 254 characters", Request{Event: testEvent, Key: "k", Email: strings.Repeat("자", 249) + "@here"}, seatmap.CodeHoldExpired},
		{"email without a host", Request{Event: testEvent, Key: "k", Email: "me@"}, seatmap.CodeInvalid},
		{"email of nobody", Request{Event: testEvent, Key: "k", Email: "@here"}, seatmap.CodeInvalid},
		{"email with a space", Request{Event: testEvent, Key: "k", Email: "me @here"}, seatmap.CodeInvalid},
		{"email of two lines", Request{Event: testEvent, Key: "k", Email: "me@here\nBcc: all"}, seatmap.CodeInvalid},
		{"name that is not UTF-8", Request{Event: testEvent, Key: "k", Name: "\xff"}, seatmap.CodeInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.req.Buyer = buyer
			_, err := r.desk.Book(t.Context(), c.req)
			wantCode(t, err, c.want)
		})
	}
	if high := r.log.log().High; high != 1 {
		t.Errorf("%d records were produced", high-1)
	}
}

func TestBookOtherSeats(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	book := func(seats ...string) error {
		_, err := r.tryBook(buyer, testKey, seats...)
		return err
	}
	r.hold(buyer, "a1", "A1")
	wantCode(t, book("a1"), seatmap.CodeMismatch)
	wantCode(t, book("a1", "A1", "s4"), seatmap.CodeMismatch)
	if view, err := r.live.HoldOf(t.Context(), testEvent, buyer); err != nil || view.Hold == nil {
		t.Fatalf("the hold is gone: %v", err)
	}
	for range 2 { // held, then pending
		if err := book("A1", "a1"); err != nil {
			t.Fatal(err)
		}
		wantCode(t, book("a1"), seatmap.CodeMismatch)
	}
	r.work()
	wantCode(t, book("s4"), seatmap.CodeMismatch)
	if err := book("A1", "a1", "a1"); err != nil {
		t.Error(err)
	}
}

func TestBookAfterAClose(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	r.hold(buyer, "a1")
	if err := r.store.SetSale(t.Context(), testEvent, store.SaleClosed); err != nil {
		t.Fatal(err)
	}
	e := r.event()
	if err := r.live.Configure(t.Context(), testEvent, e.Policy()); err != nil {
		t.Fatal(err)
	}
	wantCode(t, r.tryHold(newBuyer(), "s4"), seatmap.CodeSaleClosed)
	b := r.book(buyer, testKey)
	r.work()
	r.wantStatus(buyer, b.ID, protocol.StatusConfirmed, "")
}

// TestForgottenWhileUnderway: Redis has lost a pending booking whose record may still come out of the log.
func TestForgottenWhileUnderway(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	b := r.pending(buyer, "a1")
	r.forget()
	r.reload() // opened again before the record is decided
	_, err := r.tryBook(buyer, testKey)
	wantCode(t, err, seatmap.CodeUnavailable) // and not hold_expired
	r.work()
	r.wantConfirmed(b)
	if again := r.book(buyer, testKey); again.Status != protocol.StatusConfirmed {
		t.Errorf("again: %+v", again)
	}
}

// TestForgottenBesideAnotherHold: seats that are named and no longer held may be on their way, or booked, while the buyer holds others.
func TestForgottenBesideAnotherHold(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	b := r.pending(buyer, "a1")
	r.forget()
	r.reload() // opened again before the record is decided
	r.hold(buyer, "s4")
	_, err := r.tryBook(buyer, testKey, "a1")
	wantCode(t, err, seatmap.CodeUnavailable) // and not idempotency_mismatch
	_, err = r.tryBook(buyer, "other", "a1")
	wantCode(t, err, seatmap.CodeMismatch)
	r.work()
	r.wantConfirmed(b)
	if got, err := r.tryBook(buyer, testKey, "a1"); err != nil || got.Status != protocol.StatusConfirmed {
		t.Errorf("again: %+v, %v", got, err)
	}
}

func TestGetIsTheBuyersOwn(t *testing.T) {
	r := openRig(t)
	buyer, other := newBuyer(), newBuyer()
	b := r.pending(buyer, "a1")
	for range 2 { // pending, then decided
		_, err := r.desk.Get(t.Context(), other, b.Booking)
		wantCode(t, err, seatmap.CodeNotFound)
		_, err = r.desk.Cancel(t.Context(), other, b.Booking, nil)
		wantCode(t, err, seatmap.CodeNotFound)
		r.work()
	}
	for _, id := range []string{"", "nonsense", ID(buyer, testEvent, "another")} {
		_, err := r.desk.Get(t.Context(), buyer, id)
		wantCode(t, err, seatmap.CodeNotFound)
	}
}

func TestBookOnce(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	r.hold(buyer, "a1", "A1")
	b := r.bookRecord(buyer, testKey, "a1", "A1")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := r.tryBook(buyer, testKey); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r.work()
	r.wantBookings(buyer, b.Booking)
	r.wantConfirmed(b)
}

// TestNudge: what a gateway of this process writes is shown without waiting for the next look.
func TestNudge(t *testing.T) {
	r := newRig(t)
	r.desk.cfg.Nudge = r.worker.Nudge
	r.open()
	r.work()
	r.block("a1")
	r.eventually("the block is shown", func() bool { return r.states("main") == "30000000" })
}

func TestSweeperRun(t *testing.T) {
	r := openRig(t)
	r.desk.cfg.Lease = time.Millisecond
	b := r.pending(newBuyer(), "a1")
	done := make(chan error, 1)
	s := NewSweeper(SweeperConfig{Live: r.live, Producer: r.log, Every: time.Millisecond, Lease: time.Hour,
		Events: func(context.Context) []string { return []string{"nowhere", testEvent} }})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { done <- s.Run(ctx) }()
	r.eventually("the sweeper asks", func() bool { return r.log.log().High == 3 })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if high := r.log.log().High; high != 3 {
		t.Errorf("it asked %d times within its lease", high-2)
	}
	r.work()
	r.wantConfirmed(b)
}

// TestSweeperWaitsForTheLogOnce, not once for each event: each wait may be long.
func TestSweeperWaitsForTheLogOnce(t *testing.T) {
	r := openRig(t)
	r.desk.cfg.Lease = time.Millisecond
	r.pending(newBuyer(), "a1")
	tries := 0
	r.log.fail = func(string) error {
		tries++
		return errLost
	}
	s := NewSweeper(SweeperConfig{Live: r.live, Producer: r.log, Lease: time.Millisecond,
		Events: func(context.Context) []string { return []string{"nowhere", testEvent, testEvent, testEvent} }})
	r.eventually("the booking is overdue", func() bool {
		s.sweep(t.Context())
		return tries > 0
	})
	if tries != 1 {
		t.Errorf("the log was tried %d times", tries)
	}
}

func TestUnderwayForgets(t *testing.T) {
	var u underway
	u.add("1", clock, time.Minute)
	u.add("1", clock, time.Minute)
	u.add("2", clock.Add(50*time.Second), time.Minute)
	has := func(id string, after time.Duration) bool { return u.has(id, clock.Add(after), time.Minute) }
	if !has("1", 50*time.Second) || !has("2", 50*time.Second) {
		t.Errorf("under way are %v", u.ids)
	}
	u.add("3", clock.Add(70*time.Second), time.Minute)
	if has("1", 70*time.Second) || !has("2", 70*time.Second) || len(u.ids) != 2 || len(u.fifo) != 2 {
		t.Errorf("under way are %v", u.ids)
	}
	if has("2", 120*time.Second) || !has("3", 120*time.Second) {
		t.Errorf("under way are %v though nothing came after them", u.ids)
	}
}
