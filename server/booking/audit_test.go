package booking

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jari/server/store"
	"jari/server/stream"
)

// Logs and Scan make the log in memory one that can be audited.
func (l *fakeLog) Logs(_ context.Context, topic string) ([]stream.Log, error) {
	if topic == TopicBookings {
		return []stream.Log{l.log()}, nil
	}
	return []stream.Log{{Topic: topic, ID: l.id, High: int64(len(l.topic(topic)))}}, nil
}

func (l *fakeLog) Scan(_ context.Context, log stream.Log, f func([]stream.Record) error) error {
	records := l.topic(log.Topic)
	if log.Topic == TopicBookings {
		records = l.from(0)
	}
	for part := range slices.Chunk(records[log.Low:log.High], 7) {
		if err := f(slices.Clone(part)); err != nil {
			return err
		}
	}
	return nil
}

// auditor audits the rig; the log's records are of the rig's clock, and so is the auditor.
func (r *rig) auditor() (a *Auditor, found func() []string) {
	var mu sync.Mutex
	var differences []string
	began := time.Now()
	a = &Auditor{Store: r.store, Live: r.live, Events: r, logs: r.log, Now: func() time.Time { return clock.Add(time.Since(began)) },
		Found: func(d Difference) {
			mu.Lock()
			defer mu.Unlock()
			differences = append(differences, d.String())
		}}
	return a, func() []string {
		mu.Lock()
		defer mu.Unlock()
		slices.Sort(differences)
		return differences
	}
}

// wantAudit audits, and wants a difference with each of the texts, in their order, and no other.
func (r *rig) wantAudit(want ...string) {
	r.t.Helper()
	a, found := r.auditor()
	if err := a.Audit(r.t.Context(), testEvent); err != nil {
		r.t.Fatal(err)
	}
	wantFound(r.t, found(), want)
}

func wantFound(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("differences are\n%s\nwant %q", strings.Join(got, "\n"), want)
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("difference is %q, want %q", got[i], want[i])
		}
	}
}

// auditUntil audits beside whatever happens, again and again, and returns what waits for the last one: none may find anything.
func (r *rig) auditUntil(stop <-chan struct{}) (wait func()) {
	var auditing sync.WaitGroup
	auditing.Go(func() {
		for n := 1; ; n++ {
			a, found := r.auditor()
			if err := a.Audit(r.t.Context(), testEvent); err != nil || len(found()) > 0 {
				r.t.Errorf("audit %d finds, with error %v:\n%s", n, err, strings.Join(found(), "\n"))
			}
			select {
			case <-stop:
				r.t.Logf("%d audits beside it", n)
				return
			default:
			}
		}
	})
	return auditing.Wait
}

func TestAudit(t *testing.T) {
	r := newRig(t)
	r.refresh()
	r.wantAudit() // that it is not open in Redis is no difference
	r.open()
	r.logged(newBuyer(), "a1", "A1")
	r.work()
	r.hold(newBuyer(), "s8")
	r.block("s4")
	r.work()
	r.wantAudit()
	r.trigger(`DELETE FROM event_seats WHERE seat_id = 'a1'`)
	r.wantAudit("is confirmed for seat", `"a1" is booked in Redis, available in the database`)
	r.trigger(`INSERT INTO event_seats VALUES ('gala', 's8', 'main', 7, 'nobody', 'nobody')`)
	r.wantAudit("is confirmed for seat", `"s8" is sold to nobody`, `"a1" is booked`, `"s8" is held in Redis, booked in the database`)
	r.trigger(`UPDATE bookings SET total = 5, revision = 9`)
	r.trigger(`UPDATE events SET max_seats = 0`)
	r.wantAudit("has a total of 5", "is confirmed for seat", "is of revision 9", "the cap is 0", "the cap is 0", `"s8" is sold`, `"a1"`, `"s8"`)
}

// TestAuditOfTheLog: what is missing on either side, and the bounds of the log.
func TestAuditOfTheLog(t *testing.T) {
	r := openRig(t)
	id, second := r.logged(newBuyer(), "a1").Booking, newBuyer()
	r.logged(second, "A1")
	r.put("elsewhere", r.bookRecord(second, "other", "A1")) // poison that is not stored
	r.put(testEvent, []byte("nonsense"))
	r.work()
	r.wantAudit()
	r.trigger(`UPDATE bookings SET id = 'x' WHERE id = '` + id + `'`)
	r.trigger(`UPDATE event_seats SET booking_id = 'x' WHERE booking_id = '` + id + `'`)
	r.wantAudit("booking x has no record", "its booking "+id+" is not in the database. To do: have the log decided again")
	r.trigger(`UPDATE bookings SET id = '` + id + `' WHERE id = 'x'`)
	r.trigger(`UPDATE event_seats SET booking_id = '` + id + `' WHERE booking_id = 'x'`)
	r.trigger(`UPDATE log_offsets SET next_offset = 99`)
	r.wantAudit("is decided up to 99 and ends at 5: it has lost its end")
	r.trigger(`UPDATE log_offsets SET next_offset = 5, log_id = 'other'`)
	r.wantAudit("is another log than the one that was decided")
	r.trigger(`UPDATE log_offsets SET log_id = 'log-1'`)
	r.wantAudit()
}

// TestAuditSaysWhatIsStuck: on its way is no difference, on its way for long is one.
func TestAuditSaysWhatIsStuck(t *testing.T) {
	r := openRig(t)
	pending := r.pending(newBuyer(), "a1")
	a, found := r.auditor()
	wait := time.Duration(0)
	a.Now = func() time.Time { return clock.Add(wait) }
	audit := func(want ...string) {
		t.Helper()
		if err := a.Audit(t.Context(), testEvent); err != nil {
			t.Fatal(err)
		}
		wantFound(t, found(), want)
	}
	audit()
	wait = 2 * time.Minute
	audit("has waited for 2m0s to be decided")
	r.work()
	r.wantConfirmed(pending)
	r.wantAudit()
	// A decision that has left the outbox and was not shown.
	r.cancel(pending)
	r.trigger(`DELETE FROM outbox`)
	r.wantAudit("decisions up to 3 have left the outbox", `"a1" is booked in Redis, available in the database`)
}

// TestAuditOfPendingBookings that the database has decided.
func TestAuditOfPendingBookings(t *testing.T) {
	r := openRig(t)
	id := r.pending(newBuyer(), "a1").Booking
	r.work()
	r.redis.HSet("seats:{e"+testEvent+"}:main", "0", "b:"+id)
	if _, err := r.redis.ZAdd("lease:{e"+testEvent+"}", float64(time.Now().Add(time.Hour).UnixMilli()), id); err != nil {
		t.Fatal(err)
	}
	r.wantAudit("and is not held") // decided but now: it may have been pending a moment ago
	r.trigger(`UPDATE bookings SET decided_at = 1`)
	r.wantAudit("booking "+id+" is pending, and was decided", "and is not held")
	r.redis.HDel("seats:{e"+testEvent+"}:main", "0")
	if _, err := r.redis.ZAdd("lease:{e"+testEvent+"}", 1, id); err != nil {
		t.Fatal(err)
	}
	r.wantAudit("no sweeper has asked for it", "is pending, and was decided")
}

// TestAuditOfCounts: what it prints is a sentence.
func TestAuditOfCounts(t *testing.T) {
	r := newRig(t)
	r.open()
	meta := "meta:{e" + testEvent + "}"
	r.redis.HSet(meta, "z:main", strings.Replace(r.redis.HGet(meta, "z:main"), " 8 0 0 0", " 6 1 0 1", 1))
	r.wantAudit("zone main is counted as 6 available, 1 held, 0 booked, 1 blocked, its seats are 8 available, 0 held, 0 booked, 0 blocked.")
}

// TestAuditLeavesWhatIsOnItsWay and says so when it does not arrive.
func TestAuditLeavesWhatIsOnItsWay(t *testing.T) {
	r := openRig(t)
	r.block("s4") // nobody shows it
	r.reader.close()
	if err := r.store.InTx(t.Context(), func(tx *store.Tx) error {
		return tx.InsertSeats(testEvent, []store.Seat{{Zone: "main", Index: 7, Seat: "s8"}})
	}); err != nil {
		t.Fatal(err)
	}
	a, found := r.auditor()
	a.Patience = time.Nanosecond
	err := a.Audit(t.Context(), testEvent)
	if got := found(); err == nil || !strings.Contains(err.Error(), "zone main: decisions are on their way") || len(got) != 1 ||
		!strings.Contains(got[0], `"s8" is available in Redis, blocked in the database`) {
		t.Errorf("differences are %q, error %v", got, err)
	}
}

// TestManyPasses: the memory of an audit is bounded, whatever the number of bookings.
func TestManyPasses(t *testing.T) {
	r := openRig(t)
	for range 40 {
		r.logged(newBuyer(), "a1")
	}
	r.work()
	r.trigger(`UPDATE bookings SET id = 'x' WHERE id IN (SELECT id FROM bookings WHERE status = 'rejected' LIMIT 1)`)
	a, found := r.auditor()
	a.defaults()
	whole := 0
	for n := range uint64(3) {
		p := newPassage(a, "", n, 3)
		if err := p.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		whole += len(p.marks)
		if len(p.marks) > 30 {
			t.Errorf("pass %d has %d marks of 40", n, len(p.marks))
		}
	}
	if got := found(); whole != 40 || len(got) != 2 || !strings.Contains(got[0], "booking x has no record") {
		t.Errorf("%d marks, differences %q", whole, got)
	}
}
