package booking

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
	"jari/server/stream"
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
	if got := r.get(buyer, b.ID); got.Status != protocol.StatusPending || !reflect.DeepEqual(got.Seats, b.Seats) {
		t.Fatalf("before the decision it is %+v", got)
	}
	if list, err := r.desk.PendingOf(t.Context(), buyer, testEvent); err != nil || len(list) != 1 || list[0].ID != b.ID {
		t.Errorf("pending are %+v, %v", list, err)
	}
	r.work()
	r.wantStatus(buyer, b.ID, protocol.StatusConfirmed, "")
	if want := []string{protocol.StatusConfirmed}; !slices.Equal(r.decided, want) {
		t.Errorf("counted as decided: %v, want %v", r.decided, want)
	}
	r.wantStates("main", "20200000")
	r.wantStates("floor", "02000")
	if again := r.book(buyer, "k"); again.ID != b.ID || again.Status != protocol.StatusConfirmed || again.Reference != b.Reference {
		t.Errorf("the same key again: %+v", again)
	}
	if list, err := r.desk.PendingOf(t.Context(), buyer, testEvent); err != nil || len(list) != 0 {
		t.Errorf("pending are %+v, %v", list, err)
	}
	if list, err := r.desk.List(t.Context(), buyer, 10); err != nil || len(list) != 1 || list[0].ID != b.ID {
		t.Errorf("list is %+v, %v", list, err)
	}
	for since, want := range map[time.Time]int{time.Now().Add(-time.Minute): 1, time.Now().Add(time.Minute): 0} {
		if list, err := r.desk.DecidedOf(t.Context(), buyer, testEvent, since); err != nil || len(list) != want {
			t.Errorf("decided since %s are %+v, %v; want %d", since, list, err, want)
		}
	}
	if list, err := r.desk.DecidedOf(t.Context(), buyer, "another", time.Time{}); err != nil || len(list) != 0 {
		t.Errorf("decided in another event are %+v, %v", list, err)
	}
	if got := r.log.topic(TopicOutcomes); len(got) != 1 || got[0].Key != testEvent {
		t.Errorf("outcomes are %+v, want 1", got)
	}
}

// TestSeatTwiceInOneBatch lets two bookings meet that Redis, which has forgotten the first hold, would both allow.
func TestSeatTwiceInOneBatch(t *testing.T) {
	r := newRig(t)
	r.open()
	one, two := newBuyer(), newBuyer()
	r.hold(two, "A1", "s4")
	second := r.book(two, "k") // pending in Redis, but behind the other in the log
	records := r.log.from(1)
	r.log.records = r.log.records[:1]
	r.put(testEvent, r.bookRecord(one, "k", "A1"))
	r.put(testEvent, records[0].Value)
	r.work()
	r.wantStatus(one, ID(one, testEvent, "k"), protocol.StatusConfirmed, "")
	r.wantStatus(two, second.ID, protocol.StatusRejected, ReasonSeatUnavailable)
	r.wantStates("main", "02000000")
}

func TestReplayOfTheWholeLogChangesNothing(t *testing.T) {
	r := newRig(t)
	r.open()
	var ids []string
	buyer := newBuyer()
	for i, seat := range []string{"a1", "A1", "A1 ", "s4"} {
		r.hold(buyer, seat)
		ids = append(ids, r.book(buyer, fmt.Sprint(i)).ID)
	}
	r.put(testEvent, r.bookRecord(newBuyer(), "k", "a1", "s8"))
	r.put(testEvent, Record{Type: typeSettle, Event: testEvent, Booking: ID(buyer, testEvent, "lost"), Buyer: buyer})
	r.work()
	if _, err := r.desk.Cancel(t.Context(), buyer, ids[1], nil); err != nil {
		t.Fatal(err)
	}
	r.work()
	rows := func() (all []store.Booking, seats []store.Seat) {
		all, err := r.store.BookingsIn(t.Context(), testEvent, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		if seats, err = r.store.Seats(t.Context(), testEvent); err != nil {
			t.Fatal(err)
		}
		return all, seats
	}
	bookings, seats := rows()
	r.reader.close()
	r.log.id = "log-2" // offsets of the old log mean nothing: it is read from its beginning
	r.work()
	againBookings, againSeats := rows()
	if !reflect.DeepEqual(bookings, againBookings) || !reflect.DeepEqual(seats, againSeats) || len(bookings) != 6 {
		t.Errorf("bookings before\n%+v\nafter\n%+v", bookings, againBookings)
	}
	r.wantStates("main", "20220000")
	at, err := r.store.Offset(t.Context(), TopicBookings, 0)
	if err != nil || at.LogID != "log-2" || at.Next != r.log.log().High {
		t.Errorf("offset is %+v, %v", at, err)
	}
}

func TestStoredOffsetOutsideTheLog(t *testing.T) {
	r := newRig(t)
	r.open()
	buyer := newBuyer()
	r.hold(buyer, "a1")
	b := r.book(buyer, "k")
	r.work()
	r.reader.close()
	late, early := r.log.log(), r.log.log()
	early.High = 1
	// Looked at before another owner read on, which is no reason to read all again.
	if _, err := r.reader.Assigned(t.Context(), early); !errors.Is(err, stream.ErrRevoked) {
		t.Errorf("an offset that may have been stored since: %v, want it to be looked at again", err)
	}
	if at, err := r.reader.Assigned(t.Context(), late); err != nil || at != late.High {
		t.Errorf("looked at again it begins at %d, %v, want %d", at, err, late.High)
	}
	r.put(testEvent, r.bookRecord(buyer, "another", "s4"))
	r.work()
	r.reader.close()
	r.log.records = r.log.records[:1] // the log was lost behind the decisions
	if _, err := r.reader.Assigned(t.Context(), r.log.log()); !errors.Is(err, stream.ErrRevoked) {
		t.Errorf("the first look: %v", err)
	}
	if at, err := r.reader.Assigned(t.Context(), r.log.log()); err != nil || at != 0 {
		t.Errorf("begins at %d, %v, want 0", at, err)
	}
	r.wantStatus(buyer, b.ID, protocol.StatusConfirmed, "")
}

func TestCapIsTheDatabases(t *testing.T) {
	r := newRig(t)
	r.open()
	buyer := newBuyer()
	r.put(testEvent, r.bookRecord(buyer, "1", "a1", "A1", "A1 "))
	r.work()
	r.put(testEvent, r.bookRecord(buyer, "2", "s4", "s5"))
	r.put(testEvent, r.bookRecord(buyer, "3", "s6"))
	r.work()
	r.wantStatus(buyer, ID(buyer, testEvent, "2"), protocol.StatusRejected, ReasonHoldLimit)
	r.wantStatus(buyer, ID(buyer, testEvent, "3"), protocol.StatusConfirmed, "")
	r.wantStates("main", "22200200")
	// Redis counts the same: nothing more can be held.
	_, err := r.live.Hold(t.Context(), seatmap.HoldRequest{Event: testEvent, Buyer: buyer, HoldID: "h", Seats: r.picks("s7")})
	wantCode(t, err, seatmap.CodeHoldLimit)
}

func TestSecondWorkerTakesOver(t *testing.T) {
	r := newRig(t)
	r.open()
	other := &reader{w: NewWorker(r.worker.cfg), ctx: t.Context()}
	t.Cleanup(other.close)
	log := r.log.log()
	if _, err := other.Assigned(t.Context(), log); err != nil {
		t.Fatal(err)
	}
	buyer := newBuyer()
	r.hold(buyer, "a1")
	b := r.book(buyer, "k")
	records := r.log.from(1)
	r.work()
	// The other one believes to own the partition too, and has the same records.
	if err := other.Read(t.Context(), log, records); !errors.Is(err, stream.ErrRevoked) {
		t.Errorf("the second owner's batch: %v, want ErrRevoked", err)
	}
	if at, err := other.Assigned(t.Context(), r.log.log()); err != nil || at != 2 {
		t.Errorf("begins again at %d, %v, want 2", at, err)
	}
	r.wantStatus(buyer, b.ID, protocol.StatusConfirmed, "")
	r.wantStates("main", "20000000")
	if got := r.log.topic(TopicOutcomes); len(got) != 1 {
		t.Errorf("%d outcomes, want 1", len(got))
	}
	other.Revoked(log)
	if err := other.Idle(t.Context(), log); !errors.Is(err, stream.ErrRevoked) {
		t.Errorf("idle without the partition: %v", err)
	}
}

func TestReadAgainAfterTheCommit(t *testing.T) {
	r := newRig(t)
	r.open()
	r.put(testEvent, r.bookRecord(newBuyer(), "1", "a1"))
	records := r.log.from(1)
	r.work()
	r.put(testEvent, r.bookRecord(newBuyer(), "2", "A1"))
	if err := r.reader.Read(t.Context(), r.log.log(), append(records, r.log.from(2)...)); err != nil {
		t.Fatal(err)
	}
	if err := r.reader.Read(t.Context(), r.log.log(), records); err != nil {
		t.Fatal(err)
	}
	r.work()
	r.wantStates("main", "22000000")
}

func TestSettle(t *testing.T) {
	r := newRig(t)
	r.open()
	buyer := newBuyer()
	r.desk.cfg.Lease = 1 // ns: overdue at once
	r.log.lose, r.log.fail = true, func(topic string) error { return errLost }
	r.hold(buyer, "a1", "s4")
	b, err := r.desk.Book(t.Context(), Request{Event: testEvent, Buyer: buyer, Key: "k"})
	wantCode(t, err, seatmap.CodeUnavailable)
	if b.Status != protocol.StatusPending {
		t.Errorf("with an unknown fate it is %+v", b)
	}
	r.log.fail = nil
	sweeper := NewSweeper(SweeperConfig{Live: r.live, Producer: r.log, Lease: 1})
	r.eventually("the sweeper asks", func() bool {
		if err := sweeper.settle(t.Context(), testEvent); err != nil {
			t.Fatal(err)
		}
		return r.log.log().High > 1
	})
	r.wantStates("main", "10010000") // never freed by a clock
	r.work()
	r.wantStatus(buyer, b.ID, protocol.StatusRejected, ReasonLapsed)
	r.wantStates("main", "00000000")
	// The record comes after all: a replay.
	r.put(testEvent, r.bookRecord(buyer, "k", "a1", "s4"))
	r.work()
	r.wantStatus(buyer, b.ID, protocol.StatusRejected, ReasonLapsed)
	r.wantStates("main", "00000000")
}

// TestSettleShowsAgain: an outcome that never reached Redis is shown by the settle record.
func TestSettleShowsAgain(t *testing.T) {
	r := newRig(t)
	r.open()
	buyer := newBuyer()
	r.hold(buyer, "a1")
	b := r.book(buyer, "k")
	r.work()
	// The buyer's next hold becomes pending under the key of the decided booking: the desk's look at the database was earlier.
	r.hold(buyer, "s5", "s6")
	p, err := r.live.Book(t.Context(), testEvent, buyer, b.ID, Lease)
	if err != nil {
		t.Fatal(err)
	}
	r.put(testEvent, r.bookRecord(buyer, "k", "s5", "s6")) // a replay: no effect
	r.work()
	r.wantStates("main", "20001100")
	r.put(testEvent, settleRecord(p, clock))
	r.work()
	r.wantStates("main", "20000000")
	r.wantStatus(buyer, b.ID, protocol.StatusConfirmed, "")
	r.hold(buyer, "s5", "s6", "s7") // 1 + 3: the cap has not counted it twice
}

func TestUnknownFateConverges(t *testing.T) {
	for _, lost := range []bool{true, false} {
		t.Run(fmt.Sprintf("lost %v", lost), func(t *testing.T) {
			r := newRig(t)
			r.open()
			buyer := newBuyer()
			r.hold(buyer, "a1")
			r.log.lose, r.log.fail = lost, func(string) error { return errLost }
			first, err := r.desk.Book(t.Context(), Request{Event: testEvent, Buyer: buyer, Key: "k"})
			refusal, ok := errors.AsType[*seatmap.Refusal](err)
			if !ok || refusal.Code != seatmap.CodeUnavailable || refusal.RetryAfter <= 0 || !errors.Is(err, errLost) {
				t.Fatalf("error is %v", err)
			}
			r.log.fail = nil
			again := r.book(buyer, "k")
			if again.ID != first.ID || again.Status != protocol.StatusPending {
				t.Errorf("again: %+v", again)
			}
			r.work()
			r.wantStatus(buyer, first.ID, protocol.StatusConfirmed, "")
			r.wantStates("main", "20000000")
			if list, err := r.desk.List(t.Context(), buyer, 10); err != nil || len(list) != 1 {
				t.Errorf("bookings are %+v, %v", list, err)
			}
		})
	}
}
