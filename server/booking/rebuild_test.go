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

// dieAfterDeciding has a worker decide what is in the log, and die after its commit: nothing is shown.
func (r *rig) dieAfterDeciding() {
	r.t.Helper()
	at := r.offset()
	if err := r.worker.work(r.t.Context(), &part{at: at}, r.log.from(at.Next)); err != nil {
		r.t.Fatal(err)
	}
}

func TestRebuild(t *testing.T) {
	r := openRig(t)
	one, two := newBuyer(), newBuyer()
	first := r.pending(one, "a1", "A1")
	r.work()
	r.block("s8")
	r.work()
	second := r.pending(two, "s4")
	r.forget()
	var closed []string
	r.desk.cfg.Closed = func(event string) { closed = append(closed, event) }
	_, err := r.tryBook(two, testKey)
	wantCode(t, err, seatmap.CodeUnavailable)
	if len(closed) != 1 || closed[0] != testEvent {
		t.Errorf("nobody is asked to open it: %q", closed)
	}
	r.read() // decided without Redis
	r.wantConfirmed(second)
	r.cancel(first, "a1")
	if r.outboxSize() == 0 {
		t.Error("no rows wait")
	}
	r.rebuild(testEvent)
	r.logged(newBuyer(), "s5") // later than the rebuild
	r.work()
	r.wantStates("main", "02022003")
	o, err := r.live.Overview(t.Context(), testEvent)
	if err != nil || o.Epoch != 2 || o.Policy.MaxSeats != 4 {
		t.Errorf("overview is %+v, %v", o, err)
	}
	if e := r.event(); e.Revision != o.Revision || e.Epoch != 2 {
		t.Errorf("event is %+v, Redis at revision %d", e, o.Revision)
	}
	// The caps were loaded too: one has A1, two has s4.
	r.hold(one, "a1", "A1 ", "s6")
	wantCode(t, r.tryHold(one, "s7"), seatmap.CodeHoldLimit)
}

// TestRowsOfAClosedEventHoldUpNoOther: the partition's other events go on.
func TestRowsOfAClosedEventHoldUpNoOther(t *testing.T) {
	r := openRig(t)
	const closed = "aaa" // before the other in every list
	r.another(closed)
	rec := r.bookRecord(newBuyer(), testKey, "a1")
	rec.Event = closed
	r.put(closed, rec) // decided, but nobody has opened it
	r.logged(newBuyer(), "a1")
	r.read()
	r.eventually("the open event's rows are shown", func() bool {
		_ = r.reader.Idle(t.Context(), r.log.log())
		rows, err := r.store.Outbox(t.Context(), testEvent, 0, 10)
		return err == nil && len(rows) == 0
	})
	r.wantStates("main", "20000000")
	if rows, err := r.store.Outbox(t.Context(), closed, 0, 10); err != nil || len(rows) != 1 {
		t.Errorf("the closed event has %d rows, %v", len(rows), err)
	}
	r.rebuild(closed)
	r.work()
	s, err := r.live.Snapshot(t.Context(), closed, "main")
	if err != nil || string(s.States) != "20000000" {
		t.Errorf("the closed event is %s, %v", s.States, err)
	}
}

// TestOutcomesThatCannotBeProduced: Redis follows, the rows stay until the topic acknowledges.
func TestOutcomesThatCannotBeProduced(t *testing.T) {
	r := openRig(t)
	back := r.log.away(TopicOutcomes, true)
	r.logged(newBuyer(), "a1")
	r.logged(newBuyer(), "A1")
	r.read()
	r.eventually("redis follows", func() bool { return r.states("main") == "22000000" })
	r.rebuild(testEvent)
	r.read()
	r.eventually("the rebuild is done", func() bool { _ = r.reader.Idle(t.Context(), r.log.log()); return r.event().Epoch == 2 })
	if n := r.outboxSize(); n < 2 {
		t.Errorf("%d rows are left", n)
	}
	back()
	r.work()
	if e := r.event(); e.Epoch != 2 {
		t.Errorf("the event was loaded over and over: epoch %d", e.Epoch)
	}
	r.log.wantCount(t, TopicOutcomes, 2)
}

func TestRedisAway(t *testing.T) {
	r := openRig(t)
	r.redis.SetError("LOADING Redis is loading the dataset in memory")
	b := r.logged(newBuyer(), "a1")
	r.rebuild(testEvent)
	r.read() // deciding does not wait for it
	r.wantConfirmed(b)
	r.redis.SetError("")
	r.work()
	r.wantStates("main", "20000000")
}

// TestRowsOfAnEarlierOwner: what a killed worker has decided is shown by the next one before it reads.
func TestRowsOfAnEarlierOwner(t *testing.T) {
	r := openRig(t)
	r.logged(newBuyer(), "a1")
	r.reader.Revoked(r.log.log())
	r.dieAfterDeciding()
	r.wantShown("main", "00000000")
	if next, err := r.reader.Assigned(t.Context(), r.log.log()); err != nil || next != 2 {
		t.Fatalf("begins at %d, %v", next, err)
	}
	r.wantStates("main", "20000000")
}

func TestReset(t *testing.T) {
	r := openRig(t)
	buyer := newBuyer()
	b := r.pending(buyer, "a1")
	r.work()
	r.block("s8")
	r.work()
	r.wantStates("main", "20000003")
	if err := Reset(t.Context(), r.store, testEvent, time.Now); err != nil {
		t.Fatal(err)
	}
	r.work()
	r.wantStates("main", "00000000")
	r.wantCancelled(b)
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
	r := openRig(t)
	buyer := newBuyer()
	r.hold(buyer, "a1", "s5")
	r.logged(newBuyer(), "a1")
	b := r.book(buyer, testKey)
	r.runID += "x"
	r.refresh()
	r.read()
	r.wantStatus(buyer, b.ID, protocol.StatusRejected, ReasonSeatUnavailable)
	r.rebuild(testEvent)
	r.work()
	r.wantStates("main", "20000000")
	r.wantPending(buyer)
}

// TestZoneThatRedisDoesNotKnow: a decision about it is shown by loading the database's plan.
func TestZoneThatRedisDoesNotKnow(t *testing.T) {
	r := openRig(t)
	r.redis.HDel("meta:{e"+testEvent+"}", "z:floor")
	b := r.logged(newBuyer(), "floor:1", "a1")
	r.work()
	r.wantConfirmed(b)
	r.wantStates("floor", "20000")
	r.wantStates("main", "20000000")
}
