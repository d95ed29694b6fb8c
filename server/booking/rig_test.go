package booking

import (
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	"jari/seatmap"
	"jari/server/protocol"
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

// work lets a reader decide all that is in the log, in one batch, and waits until everything is shown.
func (r *rig) work() { r.workWith(r.reader) }

func (r *rig) workWith(rd *reader) {
	r.t.Helper()
	log := r.log.log()
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
		n, err := r.store.OutboxSize(r.t.Context())
		if err != nil {
			r.t.Fatal(err)
		}
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
	if err := r.live.Refresh(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	if err := r.desk.Rebuild(r.t.Context(), testEvent); err != nil {
		r.t.Fatal(err)
	}
	r.work()
}

func newBuyer() string { return uuid.NewString() }

// hold takes seats of the plan for a buyer.
func (r *rig) hold(buyer string, seats ...string) {
	r.t.Helper()
	if _, err := r.live.Hold(r.t.Context(), seatmap.HoldRequest{Event: testEvent, Buyer: buyer, HoldID: uuid.NewString(), Seats: r.picks(seats...)}); err != nil {
		r.t.Fatalf("hold %v: %v", seats, err)
	}
}

func (r *rig) picks(seats ...string) []seatmap.Pick {
	r.t.Helper()
	var picks []seatmap.Pick
	for _, s := range seats {
		zone, index, ok := r.plan.Find(s)
		if !ok {
			r.t.Fatalf("no seat %q", s)
		}
		picks = append(picks, seatmap.Pick{Zone: zone.ID, Index: index, Seat: s, Price: 1000})
	}
	return picks
}

func (r *rig) book(buyer, key string) protocol.Booking {
	r.t.Helper()
	b, err := r.desk.Book(r.t.Context(), Request{Event: testEvent, Buyer: buyer, Key: key})
	if err != nil {
		r.t.Fatalf("book: %v", err)
	}
	return b
}

func (r *rig) get(buyer, id string) protocol.Booking {
	r.t.Helper()
	b, err := r.desk.Get(r.t.Context(), buyer, id)
	if err != nil {
		r.t.Fatalf("get %s: %v", id, err)
	}
	return b
}

// wantStatus checks what became of a booking.
func (r *rig) wantStatus(buyer, id, status, reason string) {
	r.t.Helper()
	if b := r.get(buyer, id); b.Status != status || b.Reason != reason {
		r.t.Errorf("booking is %s %q, want %s %q", b.Status, b.Reason, status, reason)
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

// wantStates checks a zone in Redis, and that sold and blocked seats are the same in the database.
func (r *rig) wantStates(zone, want string) {
	r.t.Helper()
	if got := r.states(zone); got != want {
		r.t.Errorf("zone %s is %s in Redis, want %s", zone, got, want)
	}
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

// put appends a record to the log as somebody else might.
func (r *rig) put(key string, rec any) {
	r.t.Helper()
	value, ok := rec.([]byte)
	if !ok {
		var err error
		if value, err = json.Marshal(rec); err != nil {
			r.t.Fatal(err)
		}
	}
	if err := r.desk.cfg.Producer.Produce(r.t.Context(), TopicBookings, key, value); err != nil {
		r.t.Fatal(err)
	}
}

// bookRecord is a book record of a buyer for seats, past the desk.
func (r *rig) bookRecord(buyer, key string, seats ...string) Record {
	return Record{Type: typeBook, Event: testEvent, Booking: ID(buyer, testEvent, key), Buyer: buyer,
		Seats: bookedSeats(r.picks(seats...)), Currency: "KRW", CreatedAt: clock.UnixMilli()}
}

// trigger runs SQL on the rig's database past the store: a fault that a test needs.
func (r *rig) trigger(statement string) {
	r.t.Helper()
	db, err := sql.Open("sqlite3", r.file)
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(r.t.Context(), statement); err != nil {
		r.t.Fatal(err)
	}
}
