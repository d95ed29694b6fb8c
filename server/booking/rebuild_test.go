package booking

import (
	"errors"
	"testing"
	"time"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

// forget makes Redis another process that has lost its memory.
func (r *rig) forget() {
	r.t.Helper()
	if r.server != nil {
		r.server.Kill()
		r.server.Restart(r.t)
	} else {
		r.redis.FlushAll()
		r.mu.Lock()
		r.runID += "x"
		r.mu.Unlock()
	}
	// Connections to the process that was killed are found broken one by one.
	r.eventually("redis says who it is", func() bool { return r.live.Refresh(r.t.Context()) == nil })
}

// reload opens the event in Redis again as the database has it.
func (r *rig) reload() {
	r.t.Helper()
	e, seats, err := r.store.NextEpoch(r.t.Context(), testEvent)
	if err != nil {
		r.t.Fatal(err)
	}
	load, err := loadOf(&e, r.plan, seats)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.live.Load(r.t.Context(), load); err != nil {
		r.t.Fatal(err)
	}
}

// read decides what is in the log without waiting for anything to be shown.
func (r *rig) read() {
	r.t.Helper()
	log := r.log.log()
	p, err := r.reader.part(log)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.reader.Read(r.t.Context(), log, r.log.from(p.at.Next)); err != nil {
		r.t.Fatal(err)
	}
}

func TestRebuild(t *testing.T) {
	r := newRig(t)
	r.open()
	one, two, three := newBuyer(), newBuyer(), newBuyer()
	r.hold(one, "a1", "A1")
	first := r.book(one, "k")
	r.work()
	if err := r.desk.Block(t.Context(), testEvent, []string{"s8"}); err != nil {
		t.Fatal(err)
	}
	r.work()
	r.hold(two, "s4")
	second := r.book(two, "k")
	r.forget()
	var closed []string
	r.desk.cfg.Closed = func(event string) { closed = append(closed, event) }
	if _, err := r.desk.Book(t.Context(), Request{Event: testEvent, Buyer: two, Key: "k"}); code(err) != seatmap.CodeUnavailable {
		t.Errorf("while the event is not open: %v", err)
	}
	if len(closed) != 1 || closed[0] != testEvent {
		t.Errorf("nobody is asked to open it: %q", closed)
	}
	r.read() // decided without Redis
	r.wantStatus(two, second.ID, protocol.StatusConfirmed, "")
	if _, err := r.desk.Cancel(t.Context(), one, first.ID, []string{"a1"}); err != nil {
		t.Fatal(err)
	}
	if n, err := r.store.OutboxSize(t.Context()); err != nil || n == 0 {
		t.Errorf("%d rows wait, %v", n, err)
	}
	if err := r.desk.Rebuild(t.Context(), testEvent); err != nil {
		t.Fatal(err)
	}
	r.put(testEvent, r.bookRecord(three, "k", "s5")) // later than the rebuild
	r.work()
	r.wantStates("main", "02022003")
	o, err := r.live.Overview(t.Context(), testEvent)
	if err != nil || o.Epoch != 2 || o.Policy.MaxSeats != 4 {
		t.Errorf("overview is %+v, %v", o, err)
	}
	if e, err := r.store.Event(t.Context(), testEvent); err != nil || e.Revision != o.Revision || e.Epoch != 2 {
		t.Errorf("event is %+v, %v, Redis at revision %d", e, err, o.Revision)
	}
	// The caps were loaded too: one has A1, two has s4.
	r.hold(one, "a1", "A1 ", "s6")
	_, err = r.live.Hold(t.Context(), seatmap.HoldRequest{Event: testEvent, Buyer: one, HoldID: "h", Seats: r.picks("s7")})
	wantCode(t, err, seatmap.CodeHoldLimit)
}

// TestRowsOfAClosedEventHoldUpNoOther: the partition's other events go on.
func TestRowsOfAClosedEventHoldUpNoOther(t *testing.T) {
	r := newRig(t)
	r.open()
	e, err := r.store.Event(t.Context(), testEvent)
	if err != nil {
		t.Fatal(err)
	}
	e.ID = "aaa" // before the other in every list
	if err := r.store.CreateEvent(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	rec := r.bookRecord(newBuyer(), "k", "a1")
	rec.Event = e.ID
	r.put(e.ID, rec) // decided, but nobody has opened it
	r.put(testEvent, r.bookRecord(newBuyer(), "k", "a1"))
	r.read()
	r.eventually("the open event's rows are shown", func() bool {
		_ = r.reader.Idle(t.Context(), r.log.log())
		rows, err := r.store.Outbox(t.Context(), testEvent, 0, 10)
		return err == nil && len(rows) == 0
	})
	r.wantStates("main", "20000000")
	if rows, err := r.store.Outbox(t.Context(), e.ID, 0, 10); err != nil || len(rows) != 1 {
		t.Errorf("the closed event has %d rows, %v", len(rows), err)
	}
	r.put(e.ID, Record{Type: typeRebuild, Event: e.ID})
	r.work()
	s, err := r.live.Snapshot(t.Context(), e.ID, "main")
	if err != nil || string(s.States) != "20000000" {
		t.Errorf("the closed event is %s, %v", s.States, err)
	}
}

// TestOutcomesThatCannotBeProduced: Redis follows, the rows stay until the topic acknowledges.
func TestOutcomesThatCannotBeProduced(t *testing.T) {
	r := newRig(t)
	r.open()
	r.log.mu.Lock()
	r.log.lose, r.log.fail = true, func(topic string) error {
		if topic == TopicOutcomes {
			return errLost
		}
		return nil
	}
	r.log.mu.Unlock()
	r.put(testEvent, r.bookRecord(newBuyer(), "1", "a1"))
	r.put(testEvent, r.bookRecord(newBuyer(), "2", "A1"))
	r.read()
	r.eventually("redis follows", func() bool { return r.states("main") == "22000000" })
	if err := r.desk.Rebuild(t.Context(), testEvent); err != nil {
		t.Fatal(err)
	}
	r.read()
	epoch := func() int64 {
		e, err := r.store.Event(t.Context(), testEvent)
		if err != nil {
			t.Fatal(err)
		}
		return e.Epoch
	}
	r.eventually("the rebuild is done", func() bool { _ = r.reader.Idle(t.Context(), r.log.log()); return epoch() == 2 })
	if n, err := r.store.OutboxSize(t.Context()); err != nil || n < 2 {
		t.Errorf("%d rows are left, %v", n, err)
	}
	r.log.mu.Lock()
	r.log.fail = nil
	r.log.mu.Unlock()
	r.work()
	if got := epoch(); got != 2 {
		t.Errorf("the event was loaded over and over: epoch %d", got)
	}
	if got := r.log.topic(TopicOutcomes); len(got) != 2 {
		t.Errorf("%d outcomes, want 2", len(got))
	}
}

func TestRedisAway(t *testing.T) {
	r := newRig(t)
	r.open()
	r.redis.SetError("LOADING Redis is loading the dataset in memory")
	buyer := newBuyer()
	r.put(testEvent, r.bookRecord(buyer, "k", "a1"))
	r.put(testEvent, Record{Type: typeRebuild, Event: testEvent})
	r.read() // deciding does not wait for it
	r.wantStatus(buyer, ID(buyer, testEvent, "k"), protocol.StatusConfirmed, "")
	r.redis.SetError("")
	r.work()
	r.wantStates("main", "20000000")
}

// TestRowsOfAnEarlierOwner: what a killed worker has decided is shown by the next one before it reads.
func TestRowsOfAnEarlierOwner(t *testing.T) {
	r := newRig(t)
	r.open()
	r.put(testEvent, r.bookRecord(newBuyer(), "k", "a1"))
	log := r.log.log()
	r.reader.Revoked(log)
	at, err := r.store.Offset(t.Context(), TopicBookings, 0)
	if err != nil {
		t.Fatal(err)
	}
	err = r.worker.work(t.Context(), &part{at: at}, r.log.from(at.Next)) // and killed after the commit
	if err != nil {
		t.Fatal(err)
	}
	r.wantShown("00000000")
	if next, err := r.reader.Assigned(t.Context(), r.log.log()); err != nil || next != 2 {
		t.Fatalf("begins at %d, %v", next, err)
	}
	r.wantStates("main", "20000000")
}

// wantShown checks only what Redis shows.
func (r *rig) wantShown(want string) {
	r.t.Helper()
	if got := r.states("main"); got != want {
		r.t.Errorf("main is %s in Redis, want %s", got, want)
	}
}

func TestReset(t *testing.T) {
	r := newRig(t)
	r.open()
	buyer := newBuyer()
	r.hold(buyer, "a1")
	b := r.book(buyer, "k")
	r.work()
	if err := r.desk.Block(t.Context(), testEvent, []string{"s8"}); err != nil {
		t.Fatal(err)
	}
	r.work()
	r.wantStates("main", "20000003")
	if err := Reset(t.Context(), r.store, testEvent, time.Now); err != nil {
		t.Fatal(err)
	}
	r.work()
	r.wantStates("main", "00000000")
	r.wantStatus(buyer, b.ID, protocol.StatusCancelled, "")
	r.hold(buyer, "a1", "A1", "A1 ", "s4") // the cap is free again
}

// TestLoadOfAForeignSeat: what cannot be loaded is said, not loaded wrongly.
func TestLoadOfAForeignSeat(t *testing.T) {
	_, err := loadOf(&store.Event{ID: "e"}, testPlan(), []store.Seat{{Zone: "main", Index: 99, Seat: "x"}})
	if err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("error is %v", err)
	}
}

// TestDecidedWhileRedisWasAway: Redis comes back with its memory, in which a booking waits that was rejected meanwhile.
func TestDecidedWhileRedisWasAway(t *testing.T) {
	r := newRig(t)
	r.open()
	buyer := newBuyer()
	r.hold(buyer, "a1", "s5")
	r.put(testEvent, r.bookRecord(newBuyer(), "k", "a1")) // as if Redis had let it in
	b := r.book(buyer, "k")
	r.runID += "x"
	if err := r.live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.read()
	r.wantStatus(buyer, b.ID, protocol.StatusRejected, ReasonSeatUnavailable)
	if err := r.desk.Rebuild(t.Context(), testEvent); err != nil {
		t.Fatal(err)
	}
	r.work()
	r.wantStates("main", "20000000")
	if list, err := r.desk.PendingOf(t.Context(), buyer, testEvent); err != nil || len(list) != 0 {
		t.Errorf("pending are %+v, %v", list, err)
	}
}

// TestZoneThatRedisDoesNotKnow: a decision about it is shown by loading the database's plan.
func TestZoneThatRedisDoesNotKnow(t *testing.T) {
	r := newRig(t)
	if err := r.live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.open()
	r.redis.HDel("meta:{e"+testEvent+"}", "z:floor")
	buyer := newBuyer()
	r.put(testEvent, r.bookRecord(buyer, "k", "floor:1", "a1"))
	r.work()
	r.wantStatus(buyer, ID(buyer, testEvent, "k"), protocol.StatusConfirmed, "")
	r.wantStates("floor", "20000")
	r.wantStates("main", "20000000")
}
