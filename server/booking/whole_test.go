package booking

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"testing"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/stream"
)

// TestMain lets more tests run at the same time than there are processors: they wait for servers more than they compute. It is also
// the victim's process.
func TestMain(m *testing.M) {
	if at := os.Getenv(victimEnv); at != "" {
		fmt.Fprintln(os.Stderr, "the victim:", workAsVictim(context.Background(), at))
		os.Exit(1)
	}
	flag.Parse()
	if runtime.GOMAXPROCS(0) < 8 {
		_ = flag.Set("test.parallel", "8")
	}
	os.Exit(m.Run())
}

// TestWholeThreeZones: a booking over three zones is confirmed whole, and rejected whole whichever of its seats is another's.
func TestWholeThreeZones(t *testing.T) {
	everywhere(t, func(t *testing.T, p *pipeline) {
		stop := p.start()
		p.openEvent(testEvent)
		p.wantConfirmed(p.pending(newBuyer(), "a1", "01", "floor:2"))
		p.wantHouse("20000000", "0200", "02000")
		stop()

		taken := map[string][]string{"A1": {"A1", "1", "floor:1"}, "1e0": {"A1 ", "1e0", "floor:3"}, "floor:4": {"s4", "b4", "floor:4"}}
		var lost []Record
		for seat, seats := range taken {
			loser := newBuyer()
			p.hold(loser, seats...)
			p.logged(newBuyer(), seat) // before the other in the log
			p.book(loser, testKey)
			lost = append(lost, p.bookRecord(loser, testKey, seats...))
		}
		p.wantStates("main", "21110000")
		p.start()
		for _, b := range lost {
			p.wantRejected(b, ReasonSeatUnavailable)
		}
		p.wantHouse("22000000", "0220", "02020")
		for _, b := range lost {
			p.hold(b.Buyer, "A1 ", "1", "floor:1") // what was rejected is free again, and nobody's cap has it
			if _, err := p.live.Release(t.Context(), testEvent, b.Buyer, nil); err != nil {
				t.Error(err)
			}
		}
		p.wantNoDifferences(testEvent)
	})
}

// TestWholeReplayAfterCancel: a record that comes again, alone or with the whole log, brings no cancelled booking back.
func TestWholeReplayAfterCancel(t *testing.T) {
	everywhere(t, func(t *testing.T, p *pipeline) {
		stop := p.start()
		p.openEvent(testEvent)
		whole, part := p.logged(newBuyer(), "a1", "1", "floor:1"), p.logged(newBuyer(), "s4", "1e0")
		p.wantConfirmed(whole, part)
		p.cancel(whole)
		p.cancel(part, "1e0")
		p.wantHouse("00020000", "0000", "00000")
		p.wantConfirmed(p.pending(newBuyer(), "floor:1")) // sold again meanwhile
		p.put(testEvent, whole)
		p.put(testEvent, part)
		before := p.wantAllRead()
		p.wantHouse("00020000", "0000", "20000")
		p.wantCancelled(whole)
		bookings, seats := p.truth()
		stop()

		p.use(p.logs.anew())
		p.start()
		if again := p.wantAllRead(); again != before || again != 6 {
			t.Errorf("%d records are read again of %d, want 6", again, before)
		}
		p.wantHouse("00020000", "0000", "20000")
		againBookings, againSeats := p.truth()
		if !reflect.DeepEqual(bookings, againBookings) || !reflect.DeepEqual(seats, againSeats) || len(bookings) != 3 {
			t.Errorf("bookings before\n%+v\nafter\n%+v", bookings, againBookings)
		}
		if n := p.count.value(); n != 3 {
			t.Errorf("%d bookings were decided, want 3", n)
		}
		if told := p.logs.records(TopicOutcomes); len(told) != 0 {
			t.Errorf("replays have the outcomes %+v", told)
		}
		p.wantNoDifferences(testEvent)
	})
}

// TestWholeSameKey: an Idempotency-Key is its buyer's own.
func TestWholeSameKey(t *testing.T) {
	everywhere(t, func(t *testing.T, p *pipeline) {
		p.start()
		p.openEvent(testEvent)
		one, two := newBuyer(), newBuyer()
		p.hold(one, "a1", "1")
		p.hold(two, "A1", "01")
		first, second := p.book(one, "same"), p.book(two, "same")
		if first.ID == second.ID {
			t.Fatalf("both have the booking %s", first.ID)
		}
		p.wantConfirmed(p.bookRecord(one, "same", "a1", "1"), p.bookRecord(two, "same", "A1", "01"))
		p.wantHouse("22000000", "2200", "00000")
		for buyer, want := range map[string]protocol.Booking{one: first, two: second} {
			got := p.book(buyer, "same")
			if got.ID != want.ID || got.Status != protocol.StatusConfirmed || !reflect.DeepEqual(got.Seats, want.Seats) {
				t.Errorf("asked again it is %+v, want %+v", got, want)
			}
			p.wantBookings(buyer, want.ID)
		}
		_, err := p.desk.Get(t.Context(), one, second.ID)
		wantCode(t, err, seatmap.CodeNotFound)
		p.wantNoDifferences(testEvent)
	})
}

// TestWholeForgets: Redis dies with its memory while bookings are on their way.
func TestWholeForgets(t *testing.T) {
	everywhere(t, func(t *testing.T, p *pipeline) {
		stop := p.start()
		p.openEvent(testEvent)
		sold := p.pending(newBuyer(), "a1", "floor:1")
		p.wantConfirmed(sold)
		p.wantHouse("20000000", "0000", "20000")
		stop()
		pending := p.pending(newBuyer(), "s4", "1e0")
		p.hold(newBuyer(), "s7")
		p.wantStates("main", "20010010")
		p.forget()
		b, err := p.tryBook(pending.Buyer, testKey)
		wantCode(t, err, seatmap.CodeUnavailable) // not hold_expired: it may be confirmed
		if b.ID != "" && b.ID != pending.Booking {
			t.Errorf("while redis knows nothing it is %+v", b)
		}
		_, err = p.live.Snapshot(t.Context(), testEvent, "main")
		wantCode(t, err, seatmap.CodeUnavailable)
		p.start()
		p.wantConfirmed(pending) // without Redis
		p.openEvent(testEvent)
		p.wantHouse("20020000", "0020", "20000")
		p.hold(sold.Buyer, "A1", "A1 ") // with the two that are his, the cap
		wantCode(t, p.tryHold(sold.Buyer, "s5"), seatmap.CodeHoldLimit)
		p.wantNoDifferences(testEvent)
	})
}

// TestWholeStoredOffset: a worker begins where the last one stopped; one that slept meanwhile is fenced.
func TestWholeStoredOffset(t *testing.T) {
	everywhere(t, func(t *testing.T, p *pipeline) {
		stop := p.start()
		p.openEvent(testEvent)
		p.logged(newBuyer(), "a1")
		p.logged(newBuyer(), "A1")
		p.wantAllRead()
		stop()
		sleeper := &reader{w: NewWorker(p.worker.cfg), ctx: t.Context()}
		t.Cleanup(sleeper.close)
		logs := p.logs.bounds(TopicBookings)
		for _, log := range logs {
			at, err := sleeper.Assigned(t.Context(), log)
			if err != nil || at != log.High {
				t.Fatalf("partition %d begins at %d, %v, want %d", log.Partition, at, err, log.High)
			}
			sleeper.w.parts[log.Partition].outbox.stop() // it sleeps
		}
		p.logged(newBuyer(), "A1 ")
		p.logged(newBuyer(), "b4")
		p.start()
		p.wantAllRead()
		p.wantHouse("22200000", "0002", "00000")
		if n := p.count.value(); n != 4 {
			t.Errorf("%d bookings were decided, want 4", n)
		}
		if p.said.contains("starting at the log's beginning") {
			t.Error("the second worker has read the log again")
		}
		records := p.logs.records(TopicBookings)
		for _, log := range logs {
			var late []stream.Record
			for _, rec := range records {
				if rec.Partition == log.Partition && rec.Offset >= log.High {
					late = append(late, rec)
				}
			}
			if len(late) == 0 {
				continue
			}
			if err := sleeper.Read(t.Context(), log, late); !errors.Is(err, stream.ErrRevoked) {
				t.Errorf("the sleeper's batch of %d: %v, want ErrRevoked", len(late), err)
			}
		}
		p.wantHouse("22200000", "0002", "00000")
		p.wantNoDifferences(testEvent)
	})
}
