package booking

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"jari/server/store"
	"jari/server/stream"
)

// TestBacklogWithoutAWorker: a node that only knows the log and the database says that what is booked waits, until a worker has come.
func TestBacklogWithoutAWorker(t *testing.T) {
	everywhere(t, func(t *testing.T, p *pipeline) {
		b := NewBacklog(BacklogConfig{Store: p.store, Logger: slog.New(slog.DiscardHandler), Every: 20 * time.Millisecond,
			Logs: boundsOf(p)})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { b.Run(ctx); close(done) }()
		defer func() { cancel(); <-done }()
		waiting := func(want int64) {
			t.Helper()
			p.eventually("the backlog", func() bool {
				n, oldest, known := b.Undecided()
				return known && n == want && (oldest > 0) == (want > 0)
			})
		}
		waiting(0)
		stop := p.start()
		p.openEvent(testEvent)
		waiting(0)
		stop()

		held := p.pending(newBuyer(), "a1")
		waiting(1)
		p.logged(newBuyer(), "A1")
		waiting(2)
		p.start()
		waiting(0)
		p.wantConfirmed(held)
	})
}

func boundsOf(p *pipeline) Bounds {
	if l, ok := p.logs.(*brokerLogs); ok {
		return stream.OpenBounds(l.cfg, TopicBookings)
	}
	return told(func() ([]stream.Log, error) { return p.logs.bounds(TopicBookings), nil })
}

// told makes a function the bounds of a log.
type told func() ([]stream.Log, error)

func (f told) Logs(context.Context) ([]stream.Log, error) { return f() }
func (told) Close()                                       {}

// backlogAt is a backlog whose log and time the test moves by hand.
type backlogAt struct {
	*Backlog
	t    *testing.T
	now  time.Time
	logs []stream.Log
	err  error
	said bytes.Buffer
}

func newBacklogAt(t *testing.T, db *store.Store, logs ...stream.Log) *backlogAt {
	b := &backlogAt{t: t, now: clock, logs: logs}
	b.Backlog = NewBacklog(BacklogConfig{Store: db, Now: func() time.Time { return b.now },
		Logs:   told(func() ([]stream.Log, error) { return b.logs, b.err }),
		Logger: slog.New(slog.NewTextHandler(&b.said, nil))})
	return b
}

// after lets time pass and looks.
func (b *backlogAt) after(passed time.Duration) {
	b.now = b.now.Add(passed)
	b.look(b.t.Context())
}

func (b *backlogAt) want(records int64, oldest time.Duration) {
	b.t.Helper()
	if n, age, known := b.Undecided(); n != records || age != oldest || !known {
		b.t.Errorf("%d records wait, the oldest for %s, known %t; want %d and %s", n, age, known, records, oldest)
	}
}

func (b *backlogAt) wantSaid(times int, text string) {
	b.t.Helper()
	if n := strings.Count(b.said.String(), text); n != times {
		b.t.Errorf("%q is said %d times, want %d:\n%s", text, n, times, b.said.String())
	}
}

// decide moves a stored offset.
func (b *backlogAt) decide(db *store.Store, was store.Offset, next int64) store.Offset {
	b.t.Helper()
	if err := db.InTx(b.t.Context(), func(tx *store.Tx) error { return tx.Advance(was, next) }); err != nil {
		b.t.Fatal(err)
	}
	was.Next = next
	return was
}

// TestBacklogAge: a record's age counts from when it was seen first, whatever came after it, and the log is told once.
func TestBacklogAge(t *testing.T) {
	r := newRig(t)
	b := newBacklogAt(t, r.store, stream.Log{Partition: 0, ID: "log-1", Low: 2, High: 2}, stream.Log{Partition: 1, ID: "log-1"})
	if _, _, known := b.Undecided(); known {
		t.Error("it knows before it has looked")
	}
	b.after(0) // without stored offsets: no worker was ever there
	b.want(0, 0)
	b.logs[0].High = 5
	b.after(time.Second)
	b.want(3, 0)
	b.logs[0].High, b.logs[1].High = 6, 1
	b.after(10 * time.Second)
	b.want(5, 10*time.Second)
	b.after(20 * time.Second)
	b.wantSaid(0, "nobody decides")
	b.after(5 * time.Second)
	b.after(5 * time.Second)
	b.wantSaid(1, "nobody decides")
	b.want(5, 40*time.Second)

	at := store.Offset{Topic: TopicBookings, Partition: 0, LogID: "log-1", Next: 5}
	if err := r.store.CreateOffset(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	b.after(time.Second)
	b.want(2, 31*time.Second) // the fourth record of the one, the first of the other
	at = b.decide(r.store, at, 6)
	if err := r.store.CreateOffset(t.Context(), store.Offset{Topic: TopicBookings, Partition: 1, LogID: "log-0", Next: 1}); err != nil {
		t.Fatal(err)
	}
	b.after(time.Second)
	b.want(1, 32*time.Second) // the offset of another log decides nothing
	b.logs[1] = stream.Log{Partition: 1, ID: "log-0", High: 1}
	b.after(time.Second)
	b.want(0, 0)
	b.wantSaid(1, "is decided")

	b.logs[0].High = 7
	b.after(time.Second)
	b.after(40 * time.Second)
	b.wantSaid(2, "nobody decides")
	b.logs[0].High = 8
	b.after(time.Second)
	b.decide(r.store, at, 7)
	b.after(10 * time.Second)
	b.want(1, 10*time.Second) // at a busy site something always waits
	b.wantSaid(2, "is decided")
	b.after(30 * time.Second)
	b.wantSaid(3, "nobody decides")
}

// TestBacklogWhileServersAreAway: what was known last goes on to count, and nobody is asked for it.
func TestBacklogWhileServersAreAway(t *testing.T) {
	r := newRig(t)
	b := newBacklogAt(t, r.store)
	b.err = errors.New("away")
	b.after(0)
	if _, _, known := b.Undecided(); known {
		t.Error("it knows how far the log is, which nobody has told")
	}
	b.err, b.logs = nil, []stream.Log{{ID: "log-1", High: 7}}
	b.after(0)
	b.err, b.logs = errors.New("away"), nil
	b.after(time.Second)
	if err := r.store.Close(); err != nil {
		t.Fatal(err)
	}
	b.after(time.Second)
	b.want(7, 2*time.Second)
	b.err, b.logs = nil, []stream.Log{{ID: "log-1", High: 8}}
	b.after(time.Second)
	b.want(8, 3*time.Second)

	blind := newBacklogAt(t, r.store, stream.Log{ID: "log-1", High: 7})
	blind.after(0)
	if _, _, known := blind.Undecided(); known {
		t.Error("it knows what is decided, which nobody has told")
	}
}

// TestBacklogCountsTheOutbox: in its looks, so that who asks does not wait for the database, nor loses the number with it.
func TestBacklogCountsTheOutbox(t *testing.T) {
	r := newRig(t)
	b := newBacklogAt(t, r.store)
	if n, known := b.Outbox(); known {
		t.Errorf("it knows of %d rows before it has looked", n)
	}
	want := func(rows int64) {
		t.Helper()
		b.after(0)
		if n, known := b.Outbox(); n != rows || !known {
			t.Errorf("%d rows, known %t; want %d", n, known, rows)
		}
	}
	want(0)
	r.block("a1", "A1")
	want(1)
	r.unblock("a1")
	want(2)
	if err := r.store.Close(); err != nil {
		t.Fatal(err)
	}
	want(2)
}

// TestBacklogIsBounded: of an outage that lasts a day little is remembered, and the age of the oldest stays right.
func TestBacklogIsBounded(t *testing.T) {
	r := newRig(t)
	b := newBacklogAt(t, r.store, stream.Log{ID: "log-1"})
	at := store.Offset{Topic: TopicBookings, LogID: "log-1"}
	if err := r.store.CreateOffset(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	const looks = 2000
	for range looks {
		b.logs[0].High++
		b.after(time.Second)
	}
	if n := len(b.behind[0].seen); n > mostEnds {
		t.Errorf("%d ends are remembered", n)
	}
	b.want(looks, (looks-1)*time.Second)
	at = b.decide(r.store, at, looks-1)
	b.after(0)
	if n, oldest, _ := b.Undecided(); n != 1 || oldest > 4*time.Second {
		t.Errorf("%d records wait, the oldest for %s", n, oldest)
	}
	b.decide(r.store, at, looks)
	b.after(0)
	b.want(0, 0)
}
