package booking

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"jari/seatmap"
	"jari/server/redistest"
	"jari/server/store"
	"jari/server/store/storetest"
)

const testEvent = "gala"

// patience is how long a test waits for something that must happen.
const patience = 30 * time.Second

var clock = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// rig is the whole pipeline on a SQLite file, a Redis in the process and a log in memory; or on real servers.
type rig struct {
	mu      sync.Mutex
	decided []string // what the workers said to the metrics; guarded by mu

	t      *testing.T
	file   string // of the database, when it is SQLite
	dsn    string
	store  *store.Store
	redis  *miniredis.Miniredis // nil when it is server
	runID  string               // of redis; guarded by mu where workers run
	server *redistest.Server
	addr   string // of the one or the other
	live   *seatmap.Live
	plan   *seatmap.Plan
	log    *fakeLog
	desk   *Desk
	worker *Worker
	reader *reader
}

func newRig(t *testing.T) *rig {
	t.Helper()
	file := filepath.Join(t.TempDir(), "jari.sqlite")
	r := newRigOn(t, "sqlite://"+file)
	r.file = file
	return r
}

// openRig is one whose event is on sale.
func openRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	r.open()
	return r
}

// newRealRig is on a MariaDB and a redis-server of its own.
func newRealRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, dsn: storetest.Shared(t).Database(t), server: redistest.Start(t)}
	r.addr = r.server.Addr
	r.build(nil)
	return r
}

func newRigOn(t *testing.T, dsn string) *rig {
	t.Helper()
	r := &rig{t: t, dsn: dsn, redis: miniredis.RunT(t), runID: "run-1"}
	r.redis.ClockTTL(true)
	r.addr = r.redis.Addr()
	r.build(r.run)
	return r
}

// run is the run id of miniredis, which tells none.
func (r *rig) run(context.Context) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.runID, nil
}

func (r *rig) build(runID func(context.Context) (string, error)) {
	t := r.t
	t.Helper()
	r.plan, r.log = testPlan(), &fakeLog{id: "log-1"}
	var err error
	r.store, err = store.Open(t.Context(), store.Config{DSN: r.dsn})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	if _, err := r.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.store.PutVenue(t.Context(), "hall", r.plan); err != nil {
		t.Fatal(err)
	}
	err = r.store.CreateEvent(t.Context(), store.Event{ID: testEvent, Title: "Gala", VenueID: "hall", PlanHash: r.plan.Hash(),
		TimeZone: "Asia/Seoul", Currency: "KRW", StartsAt: clock.Add(time.Hour), Hold: time.Minute, Ceiling: time.Minute, MaxSeats: 4})
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: r.addr, MaxRetries: 1})
	t.Cleanup(func() { _ = client.Close() })
	r.live = seatmap.NewLive(seatmap.LiveConfig{Client: client, RunID: runID})
	r.desk = NewDesk(DeskConfig{Store: r.store, Live: r.live, Producer: r.log, Events: r})
	r.worker = NewWorker(WorkerConfig{Store: r.store, Live: r.live, Producer: r.log, Events: r, Logger: slog.New(slog.DiscardHandler),
		Decided: func(status, reason string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.decided = append(r.decided, strings.TrimSpace(status+" "+reason))
		}})
	r.reader = &reader{w: r.worker, ctx: t.Context()}
	t.Cleanup(r.reader.close)
}

// Event makes the rig an EventSource.
func (r *rig) Event(ctx context.Context, id string) (store.Event, *seatmap.Plan, error) {
	e, err := r.store.Event(ctx, id)
	return e, r.plan, err
}

// work lets the reader decide all that is in the log, in one batch, and waits until everything is shown.
func (r *rig) work() {
	r.t.Helper()
	rd, log := r.reader, r.log.log()
	if _, err := rd.part(log); err != nil {
		if _, err := rd.Assigned(r.t.Context(), log); err != nil {
			r.t.Fatal(err)
		}
	}
	p, err := rd.part(log)
	if err != nil {
		r.t.Fatal(err)
	}
	if records := r.log.from(p.at.Next); len(records) > 0 {
		if err := rd.Read(r.t.Context(), log, records); err != nil {
			r.t.Fatal(err)
		}
	}
	r.eventually("the outbox is empty", func() bool {
		n := r.outboxSize()
		if n > 0 {
			_ = rd.Idle(r.t.Context(), log)
		}
		return n == 0
	})
}

// eventually polls a condition until a deadline.
func (r *rig) eventually(what string, holds func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(patience); !holds(); <-time.After(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// open puts the event into Redis by a rebuild record.
func (r *rig) open() {
	r.t.Helper()
	r.refresh()
	r.rebuild(testEvent)
	r.work()
}

// refresh lets the rig see which process answers as Redis.
func (r *rig) refresh() {
	r.t.Helper()
	if err := r.live.Refresh(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// rebuild puts the record on the log that asks for the event to be loaded anew.
func (r *rig) rebuild(event string) {
	r.t.Helper()
	if err := r.desk.Rebuild(r.t.Context(), event); err != nil {
		r.t.Fatal(err)
	}
}

// states is a zone as Redis shows it.
func (r *rig) states(zone string) string {
	r.t.Helper()
	s, err := r.live.Snapshot(r.t.Context(), testEvent, zone)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(s.States)
}

// wantShown checks only what Redis shows.
func (r *rig) wantShown(zone, want string) {
	r.t.Helper()
	if got := r.states(zone); got != want {
		r.t.Errorf("zone %s is %s in Redis, want %s", zone, got, want)
	}
}

// wantStates checks a zone in Redis, and that sold and blocked seats are the same in the database.
func (r *rig) wantStates(zone, want string) {
	r.t.Helper()
	r.wantShown(zone, want)
	inDB, err := r.store.SeatStates(r.t.Context(), testEvent, r.plan.Zone(zone))
	if err != nil {
		r.t.Fatal(err)
	}
	for i := range inDB {
		if sold := want[i] == '2' || want[i] == '3'; sold && inDB[i] != want[i] || !sold && inDB[i] != '0' {
			r.t.Errorf("zone %s is %s in the database, want %s", zone, inDB, want)
			return
		}
	}
}

func wantCode(t *testing.T, err error, want seatmap.Code) {
	t.Helper()
	if code(err) != want {
		t.Errorf("error is %v, want code %q", err, want)
	}
}
