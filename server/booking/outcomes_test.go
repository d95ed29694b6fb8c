package booking

import (
	"context"
	"encoding/json"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"

	"jari/docs/spec"
	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
	"jari/server/stream"
)

// told listens to the event's notices and returns what gives and forgets the statuses of bookings told so far, in order.
func (r *rig) told() func() []string {
	r.t.Helper()
	client := redis.NewClient(&redis.Options{Addr: r.redis.Addr()})
	sub := client.Subscribe(r.t.Context(), seatmap.NoticeChannel(testEvent))
	r.t.Cleanup(func() { _, _ = sub.Close(), client.Close() })
	if _, err := sub.Receive(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	return func() (statuses []string) {
		r.t.Helper()
		const mark = "mark" // what was told before it has come before it
		if err := client.Publish(r.t.Context(), seatmap.NoticeChannel(testEvent), mark).Err(); err != nil {
			r.t.Fatal(err)
		}
		for m := range sub.Channel() {
			if m.Payload == mark {
				break
			}
			n, err := seatmap.ParseNotice(testEvent, []byte(m.Payload))
			if err != nil {
				r.t.Fatal(err)
			}
			r.checkBooking(n.Booking)
			var b protocol.Booking
			if n.Booking != nil && json.Unmarshal(n.Booking, &b) == nil {
				statuses = append(statuses, b.Status)
			}
		}
		return statuses
	}
}

// checkBooking holds what buyers are told of a booking to openapi.yaml.
func (r *rig) checkBooking(told json.RawMessage) {
	r.t.Helper()
	s, err := spec.Load()
	if err != nil {
		r.t.Fatal(err)
	}
	if told == nil {
		return
	}
	if err := s.Check(spec.HTTP+"#/components/schemas/Booking", told); err != nil {
		r.t.Errorf("%s\n%v", told, err)
	}
}

// stuckLog never answers for an outcome, as a producer whose broker is away, until the call is given up.
type stuckLog struct {
	*fakeLog
	asked atomic.Int64
}

func (l *stuckLog) ProduceAll(ctx context.Context, records []stream.Record) error {
	if records[0].Topic == TopicOutcomes {
		l.asked.Add(1)
		<-ctx.Done()
		return ctx.Err()
	}
	return l.fakeLog.ProduceAll(ctx, records)
}

// TestSlowOutcomesDelayNobody: while a produce takes its time, decisions are shown, and another owner is not kept waiting.
func TestSlowOutcomesDelayNobody(t *testing.T) {
	r := openRig(t)
	log := &stuckLog{fakeLog: r.log}
	r.worker.cfg.Producer = log
	r.reader.Revoked(r.log.log())
	if _, err := r.reader.Assigned(t.Context(), r.log.log()); err != nil {
		t.Fatal(err)
	}
	r.logged(newBuyer(), "a1")
	r.read()
	r.eventually("the first outcome is being produced", func() bool { return log.asked.Load() > 0 })
	r.wantStates("main", "20000000")
	for i, want := range []string{"22000000", "22200000", "22220000"} {
		r.logged(newBuyer(), []string{"A1", "A1 ", "s4"}[i])
		r.read()
		r.eventually(want, func() bool { return r.states("main") == want })
	}
	if n := log.asked.Load(); n != 1 {
		t.Errorf("asked %d times: the first has not been answered", n)
	}
	r.reader.Revoked(r.log.log())
	r.worker.cfg.Producer = r.log
	r.work()
	r.log.wantCount(t, TopicOutcomes, 4)
}

// TestToldOnce: what has been shown is not told again because its outcome cannot be produced.
func TestToldOnce(t *testing.T) {
	r := openRig(t)
	r.reader.Revoked(r.log.log())
	told := r.told()
	b := r.logged(newBuyer(), "a1")
	r.dieAfterDeciding()
	o := newOutbox(r.worker.cfg, 0) // never started: it shows, and nothing is produced
	pass := func(want ...string) {
		t.Helper()
		if !o.pass(t.Context()) {
			t.Fatal("the pass failed")
		}
		if got := told(); !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	pass(protocol.StatusConfirmed)
	pass()
	r.cancel(b)
	pass(protocol.StatusCancelled)
	pass()
	if n := r.outboxSize(); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}

	// Redis loses its memory: what it shows comes from the database, and what it told may have been lost with it.
	r.forget()
	pass()
	err := r.store.InTxAgain(t.Context(), func(tx *store.Tx) error {
		e, err := tx.LockEvent(testEvent, 1)
		if err != nil {
			return err
		}
		return tx.AddOutbox([]store.OutboxRow{{Event: testEvent, Revision: e.Revision + 1, Kind: store.OutboxRebuild, Body: []byte("{}"), At: clock}})
	})
	if err != nil {
		t.Fatal(err)
	}
	pass(protocol.StatusConfirmed, protocol.StatusCancelled)
	pass()
	r.wantShown("main", "00000000")

	// The next owner does not know what this one has shown.
	o = newOutbox(r.worker.cfg, 0)
	pass(protocol.StatusConfirmed, protocol.StatusCancelled)
	r.work()
	r.log.wantCount(t, TopicOutcomes, 2)
}
