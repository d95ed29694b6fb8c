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
	"jari/server/stream"
)

func TestConfirm(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	r.hold(buyer, "a1", "A1 ", "floor:2")
	b := r.book(buyer, testKey)
	if b.Status != protocol.StatusPending || len(b.Seats) != 3 || b.Total != (protocol.Money{Amount: 3000, Currency: "KRW"}) {
		t.Fatalf("booking is %+v", b)
	}
	r.wantStates("main", "10100000")
	if got := r.get(buyer, b.ID); got.Status != protocol.StatusPending || !reflect.DeepEqual(got.Seats, b.Seats) {
		t.Fatalf("before the decision it is %+v", got)
	}
	r.wantPending(buyer, b.ID)
	r.work()
	r.wantStatus(buyer, b.ID, protocol.StatusConfirmed, "")
	if want := []string{protocol.StatusConfirmed}; !slices.Equal(r.decided, want) {
		t.Errorf("counted as decided: %v, want %v", r.decided, want)
	}
	r.wantStates("main", "20200000")
	r.wantStates("floor", "02000")
	if again := r.book(buyer, testKey); again.ID != b.ID || again.Status != protocol.StatusConfirmed || again.Reference != b.Reference {
		t.Errorf("the same key again: %+v", again)
	}
	r.wantPending(buyer)
	r.wantBookings(buyer, b.ID)
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
	r := openRig(t)
	second := r.pending(newBuyer(), "A1", "s4") // in Redis, but behind the other in the log
	records := r.log.from(1)
	r.log.records = r.log.records[:1]
	first := r.logged(newBuyer(), "A1")
	r.put(testEvent, records[0].Value)
	r.work()
	r.wantConfirmed(first)
	r.wantRejected(second, ReasonSeatUnavailable)
	r.wantStates("main", "02000000")
}

func TestReplayOfTheWholeLogChangesNothing(t *testing.T) {
	r := openRig(t)
	var ids []string
	buyer := newBuyer()
	for i, seat := range []string{"a1", "A1", "A1 ", "s4"} {
		r.hold(buyer, seat)
		ids = append(ids, r.book(buyer, fmt.Sprint(i)).ID)
	}
	r.logged(newBuyer(), "a1", "s8")
	r.put(testEvent, Record{Type: typeSettle, Event: testEvent, Booking: ID(buyer, testEvent, "lost"), Buyer: buyer})
	r.work()
	if _, err := r.desk.Cancel(t.Context(), buyer, ids[1], nil); err != nil {
		t.Fatal(err)
	}
	r.work()
	bookings, seats := r.truth()
	r.reader.close()
	r.log.id = "log-2" // offsets of the old log mean nothing: it is read from its beginning
	r.work()
	againBookings, againSeats := r.truth()
	if !reflect.DeepEqual(bookings, againBookings) || !reflect.DeepEqual(seats, againSeats) || len(bookings) != 6 {
		t.Errorf("bookings before\n%+v\nafter\n%+v", bookings, againBookings)
	}
	r.wantStates("main", "20220000")
	if at := r.offset(); at.LogID != "log-2" || at.Next != r.log.log().High {
		t.Errorf("offset is %+v", at)
	}
}

func TestStoredOffsetOutsideTheLog(t *testing.T) {
	r := openRig(t)
	b := r.pending(newBuyer(), "a1")
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
	r.put(testEvent, r.bookRecord(b.Buyer, "another", "s4"))
	r.work()
	r.reader.close()
	r.log.records = r.log.records[:1] // the log was lost behind the decisions
	if _, err := r.reader.Assigned(t.Context(), r.log.log()); !errors.Is(err, stream.ErrRevoked) {
		t.Errorf("the first look: %v", err)
	}
	if at, err := r.reader.Assigned(t.Context(), r.log.log()); err != nil || at != 0 {
		t.Errorf("begins at %d, %v, want 0", at, err)
	}
	r.wantConfirmed(b)
}

func TestCapIsTheDatabases(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	r.logged(buyer, "a1", "A1", "A1 ")
	r.work()
	tooMany, fits := r.bookRecord(buyer, "2", "s4", "s5"), r.bookRecord(buyer, "3", "s6")
	r.put(testEvent, tooMany)
	r.put(testEvent, fits)
	r.work()
	r.wantRejected(tooMany, ReasonHoldLimit)
	r.wantConfirmed(fits)
	r.wantStates("main", "22200200")
	// Redis counts the same: nothing more can be held.
	wantCode(t, r.tryHold(buyer, "s7"), seatmap.CodeHoldLimit)
}

func TestSecondWorkerTakesOver(t *testing.T) {
	r := openRig(t)
	other := &reader{w: NewWorker(r.worker.cfg), ctx: t.Context()}
	t.Cleanup(other.close)
	log := r.log.log()
	if _, err := other.Assigned(t.Context(), log); err != nil {
		t.Fatal(err)
	}
	b := r.pending(newBuyer(), "a1")
	records := r.log.from(1)
	r.work()
	// The other one believes to own the partition too, and has the same records.
	if err := other.Read(t.Context(), log, records); !errors.Is(err, stream.ErrRevoked) {
		t.Errorf("the second owner's batch: %v, want ErrRevoked", err)
	}
	if at, err := other.Assigned(t.Context(), r.log.log()); err != nil || at != 2 {
		t.Errorf("begins again at %d, %v, want 2", at, err)
	}
	r.wantConfirmed(b)
	r.wantStates("main", "20000000")
	r.log.wantCount(t, TopicOutcomes, 1)
	other.Revoked(log)
	if err := other.Idle(t.Context(), log); !errors.Is(err, stream.ErrRevoked) {
		t.Errorf("idle without the partition: %v", err)
	}
}

func TestReadAgainAfterTheCommit(t *testing.T) {
	r := openRig(t)
	r.logged(newBuyer(), "a1")
	records := r.log.from(1)
	r.work()
	r.logged(newBuyer(), "A1")
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
	r := openRig(t)
	buyer := newBuyer()
	r.desk.cfg.Lease = 1 // ns: overdue at once
	back := r.log.away(TopicBookings, true)
	r.hold(buyer, "a1", "s4")
	b, err := r.tryBook(buyer, testKey)
	wantCode(t, err, seatmap.CodeUnavailable)
	if b.Status != protocol.StatusPending {
		t.Errorf("with an unknown fate it is %+v", b)
	}
	back()
	sweeper := NewSweeper(SweeperConfig{Live: r.live, Producer: r.log, Lease: time.Hour})
	r.eventually("the sweeper asks", func() bool {
		if err := sweeper.settle(t.Context(), testEvent); err != nil {
			t.Fatal(err)
		}
		return r.log.log().High > 1
	})
	r.wantStates("main", "10010000") // never freed by a clock
	if swept := r.get(buyer, b.ID); swept.CreatedAt != b.CreatedAt {
		t.Errorf("created at %s, and after a sweep at %s", b.CreatedAt, swept.CreatedAt)
	}
	r.work()
	r.wantStatus(buyer, b.ID, protocol.StatusRejected, ReasonLapsed)
	if stored := r.get(buyer, b.ID); stored.CreatedAt != b.CreatedAt {
		t.Errorf("created at %s, and in the database at %s", b.CreatedAt, stored.CreatedAt)
	}
	r.wantStates("main", "00000000")
	// The record comes after all: a replay.
	r.logged(buyer, "a1", "s4")
	r.work()
	r.wantStatus(buyer, b.ID, protocol.StatusRejected, ReasonLapsed)
	r.wantStates("main", "00000000")
}

// TestSettleShowsAgain: an outcome that never reached Redis is shown by the settle record.
func TestSettleShowsAgain(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	b := r.pending(buyer, "a1")
	r.work()
	// The buyer's next hold becomes pending under the key of the decided booking: the desk's look at the database was earlier.
	r.hold(buyer, "s5", "s6")
	p, err := r.live.Book(t.Context(), testEvent, buyer, b.Booking, Lease)
	if err != nil {
		t.Fatal(err)
	}
	r.logged(buyer, "s5", "s6") // a replay: no effect
	r.work()
	r.wantStates("main", "20001100")
	r.put(testEvent, settleRecord(p))
	r.work()
	r.wantStates("main", "20000000")
	r.wantConfirmed(b)
	r.hold(buyer, "s5", "s6", "s7") // 1 + 3: the cap has not counted it twice
}

func TestUnknownFateConverges(t *testing.T) {
	for _, lost := range []bool{true, false} {
		t.Run(fmt.Sprintf("lost %v", lost), func(t *testing.T) {
			r := openRig(t)
			buyer := newBuyer()
			r.hold(buyer, "a1")
			back := r.log.away(TopicBookings, lost)
			first, err := r.tryBook(buyer, testKey)
			refusal, ok := errors.AsType[*seatmap.Refusal](err)
			if !ok || refusal.Code != seatmap.CodeUnavailable || refusal.RetryAfter <= 0 || !errors.Is(err, errLost) {
				t.Fatalf("error is %v", err)
			}
			back()
			again := r.book(buyer, testKey)
			if again.ID != first.ID || again.Status != protocol.StatusPending {
				t.Errorf("again: %+v", again)
			}
			r.work()
			r.wantStatus(buyer, first.ID, protocol.StatusConfirmed, "")
			r.wantStates("main", "20000000")
			r.wantBookings(buyer, first.ID)
		})
	}
}
