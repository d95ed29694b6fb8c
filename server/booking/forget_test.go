package booking

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"jari/seatmap"
)

// over moves the event so far back that nobody looks after it any more.
func (r *rig) over() {
	r.t.Helper()
	then := time.Now().Add(-2 * time.Hour)
	if err := r.store.MoveEvent(r.t.Context(), testEvent, then, then, then); err != nil {
		r.t.Fatal(err)
	}
}

// forgetter is a sweeper that waits for no quiet.
func (r *rig) forgetter(producer Producer) *Sweeper {
	return NewSweeper(SweeperConfig{Live: r.live, Producer: producer, Forget: 5 * time.Millisecond, Quiet: time.Nanosecond,
		Events: func(context.Context) []string { return nil },
		Over: func(ctx context.Context) []string {
			events, err := r.store.Over(ctx)
			if err != nil && ctx.Err() == nil {
				r.t.Error(err)
			}
			return events
		},
		Closed: func(event string) { _ = r.desk.Rebuild(r.t.Context(), event) }})
}

// isForgotten reports whether Redis has nothing of the event.
func (r *rig) isForgotten() bool {
	r.t.Helper()
	_, err := r.live.Snapshot(r.t.Context(), testEvent, "main")
	if err != nil && !errors.Is(err, seatmap.ErrClosed) {
		r.t.Fatal(err)
	}
	left, leftErr := r.live.Remembered(r.t.Context(), []string{testEvent})
	if leftErr != nil {
		r.t.Fatal(leftErr)
	}
	return err != nil && len(left) == 0
}

// untilForgotten has several sweepers at once, as several workers do.
func (p *pipeline) untilForgotten() {
	p.t.Helper()
	ctx, cancel := context.WithCancel(p.t.Context())
	var sweeping sync.WaitGroup
	defer sweeping.Wait()
	defer cancel()
	for range 2 {
		s := p.forgetter(p.logs)
		sweeping.Go(func() { _ = s.Run(ctx) })
	}
	p.eventually("the event is forgotten", p.isForgotten)
}

// TestAnEventThatIsOverIsForgotten: what was pending is settled first, a late decision is shown, and who looks sees what there was.
func TestAnEventThatIsOverIsForgotten(t *testing.T) {
	everywhere(t, func(t *testing.T, p *pipeline) {
		p.worker.cfg.Closed = func(event string) { _ = p.desk.Rebuild(t.Context(), event) }
		p.start()
		p.openEvent(testEvent)
		sold := p.pending(newBuyer(), "a1", "A1")
		p.wantConfirmed(sold)
		p.block("s8")
		p.wantHouse("22000003", "0000", "00000")
		p.forgetter(p.logs).forget(t.Context())
		if p.isForgotten() {
			t.Fatal("an event is forgotten that is not over")
		}
		lost := p.bookRecord(newBuyer(), testKey, "s4") // Redis knows of it, the log does not
		p.hold(lost.Buyer, "s4")
		if _, err := p.live.Book(t.Context(), testEvent, lost.Buyer, lost.Booking, time.Millisecond); err != nil {
			t.Fatal(err)
		}
		p.wantHouse("22010003", "0000", "00000")

		p.over()
		p.untilForgotten()
		p.wantRejected(lost, ReasonLapsed)
		p.wantAllRead()
		p.wantNoDifferences(testEvent)

		p.cancel(sold, "A1")
		p.eventually("the cancel opens the event", func() bool { return !p.isForgotten() })
		p.wantHouse("20000003", "0000", "00000")
		p.untilForgotten()
		p.openEvent(testEvent)
		p.wantHouse("20000003", "0000", "00000")
		p.wantAllRead()
		p.wantNoDifferences(testEvent)
	})
}

// TestAnEventThatIsOverAndNotOpen: Redis remembers it from before it was started again, with a booking that nobody has decided.
func TestAnEventThatIsOverAndNotOpen(t *testing.T) {
	r := openRig(t)
	lost := r.bookRecord(newBuyer(), testKey, "s4")
	r.hold(lost.Buyer, "s4")
	if _, err := r.live.Book(t.Context(), testEvent, lost.Buyer, lost.Booking, time.Millisecond); err != nil {
		t.Fatal(err)
	}
	r.over()
	r.runID += "x"
	r.refresh()
	s := r.forgetter(r.log)
	high := r.log.log().High
	s.forget(t.Context())
	if r.log.log().High != high+1 {
		t.Fatal("nobody asks for the rebuild of an event that has a booking to settle")
	}
	r.work()
	r.wantShown("main", "00010000")
	r.eventually("the booking is settled", func() bool {
		s.forget(t.Context())
		return r.log.log().High == high+2
	})
	r.work()
	r.wantRejected(lost, ReasonLapsed)
	r.eventually("the event is forgotten", func() bool {
		s.forget(t.Context())
		return r.isForgotten()
	})
}
