package booking

import (
	"slices"
	"testing"
	"time"
)

// ownPart gives a worker of its own a partition whose outbox runs only when the test says so.
func (r *rig) ownPart(cfg WorkerConfig) (*reader, *part) {
	p := &part{outbox: newOutbox(cfg, 0)}
	w := NewWorker(cfg)
	w.parts[0] = p
	return &reader{w: w, ctx: r.t.Context()}, p
}

// TestWaitingDecisionsAskForARebuild: nobody looks at the event, so that nobody else asks.
func TestWaitingDecisionsAskForARebuild(t *testing.T) {
	r := openRig(t)
	b := r.pending(newBuyer(), "a1", "A1")
	r.work()
	r.reader.Revoked(r.log.log())
	r.forget()
	r.cancel(b, "a1")
	now := clock
	var asked []string
	cfg := r.worker.cfg
	cfg.Now, cfg.Closed = func() time.Time { return now }, func(event string) { asked = append(asked, event) }
	o := newOutbox(cfg, 0)
	pass := func(after time.Duration, want ...string) {
		t.Helper()
		now, asked = now.Add(after), nil
		if !o.pass(t.Context()) {
			t.Fatal("the pass failed")
		}
		if !slices.Equal(asked, want) {
			t.Errorf("asked for %q, want %q", asked, want)
		}
	}
	pass(0, testEvent)
	pass(askAgain - 1)
	pass(1, testEvent)

	// Now as in a server, where asking puts the record on the log.
	r.worker.cfg.Closed = func(event string) {
		if err := r.desk.Rebuild(t.Context(), event); err != nil {
			t.Error(err)
		}
	}
	high := r.log.log().High
	if _, err := r.reader.Assigned(t.Context(), r.log.log()); err != nil {
		t.Fatal(err)
	}
	r.eventually("a rebuild is asked for", func() bool { return r.log.log().High > high })
	r.work()
	r.wantStates("main", "02000000")
	r.log.wantCount(t, TopicOutcomes, 2)
}

// TestResetOfAnEventNeverOpened: no record has told which partition has it, and some owner asks all the same.
func TestResetOfAnEventNeverOpened(t *testing.T) {
	const unseen = "unseen"
	r := newRig(t)
	r.another(unseen)
	r.open()
	if err := Reset(t.Context(), r.store, unseen, time.Now); err != nil {
		t.Fatal(err)
	}
	asked := make(chan string, 100)
	cfg := r.worker.cfg
	cfg.Closed = func(event string) { asked <- event }
	_, p := r.ownPart(cfg)
	if !p.outbox.pass(t.Context()) {
		t.Fatal("the pass failed")
	}
	if len(asked) != 1 || <-asked != unseen {
		t.Fatal("nobody asks for the event")
	}
	if rows, err := r.store.Outbox(t.Context(), unseen, 0, 10); err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, %v: they are for the owner of the event's partition", len(rows), err)
	}
	r.rebuild(unseen)
	r.work()
	if s, err := r.live.Snapshot(t.Context(), unseen, "main"); err != nil || string(s.States) != "00000000" {
		t.Errorf("the event is %s, %v", s.States, err)
	}
}

// TestIdleLooksLessOftenWhileRowsWait: an outage of Kafka or of one event shall not cost the database its calm.
func TestIdleLooksLessOftenWhileRowsWait(t *testing.T) {
	r := openRig(t)
	r.reader.Revoked(r.log.log())
	now := clock
	cfg := r.worker.cfg
	cfg.Now = func() time.Time { return now }
	rd, p := r.ownPart(cfg)
	looks := func(during time.Duration) (n int) {
		for end := now.Add(during); now.Before(end); now = now.Add(50 * time.Millisecond) {
			if err := rd.Idle(t.Context(), r.log.log()); err != nil {
				t.Fatal(err)
			}
			select {
			case <-p.outbox.wake:
				n++
			default:
			}
		}
		return n
	}
	if n := looks(time.Second); n != 0 {
		t.Errorf("%d looks into an empty outbox", n)
	}
	for range 2 {
		r.block("a1")
		if n := looks(50 * time.Millisecond); n != 1 {
			t.Errorf("%d looks at once, want 1", n)
		}
		if n, most := looks(10*time.Second), int(10*time.Second/longestLook)+5; n < 10 || n > most {
			t.Errorf("%d looks in 10 s, want 10 to %d", n, most)
		}
		r.pass(p)
		if n := looks(time.Second); n != 0 {
			t.Errorf("%d looks into an outbox that is empty again", n)
		}
		r.unblock("a1")
		r.pass(p)
	}
}

// pass shows, produces and deletes what is in an outbox that is not started.
func (r *rig) pass(p *part) {
	r.t.Helper()
	if !p.outbox.pass(r.t.Context()) || !p.outbox.outcomes.pass(r.t.Context()) {
		r.t.Fatal("the pass failed")
	}
	if n := r.outboxSize(); n != 0 {
		r.t.Fatalf("%d rows are left", n)
	}
}
