package live

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"jari/hub"
	"jari/seatmap"
	"jari/server/redistest"
	"jari/server/store"
)

// patience bounds every wait for something that must happen; it is never waited out by a passing test.
const patience = 30 * time.Second

// house is one Redis and one database that any number of nodes share.
type house struct {
	t     *testing.T
	redis *miniredis.Miniredis // nil: addrs are of real servers
	addrs []string             // several: a cluster
	db    *fakeDatabase
	run   atomic.Pointer[string]
	epoch atomic.Int64
	log   *slog.Logger // of its nodes; nil: nobody reads it
	// patient: Redis never goes away, and the nodes wait for it however busy the machine is.
	patient bool
}

// newHouse is for tests whose Redis is always there: that it is slow because the machine is busy is no outage.
func newHouse(t *testing.T) *house {
	t.Helper()
	h := newHastyHouse(t)
	h.patient = true
	return h
}

// newHastyHouse is for tests of outages: its nodes wait for Redis no longer than the program does.
func newHastyHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, redis: redistest.Mini(t), db: newFakeDatabase()}
	h.redis.ClockTTL(true)
	h.setRun("first")
	return h
}

func (h *house) setRun(id string) { h.run.Store(&id) }

// node is a Node with its hub, on a Redis client of its own.
type node struct {
	*Node
	house  *house
	hub    *hub.Hub
	relay  *hub.Relay
	redis  *seatmap.Live
	reads  *logReads
	client redis.UniversalClient // of redis
}

func (h *house) node() *node { return h.nodeAt(time.Now) }

// nodeAt is a node with a clock of its own.
func (h *house) nodeAt(now func() time.Time) *node {
	h.t.Helper()
	cfg := seatmap.LiveConfig{RunID: func(context.Context) (string, error) { return *h.run.Load(), nil }}
	if h.redis == nil {
		cfg.RunID, cfg.Runs = nil, seatmap.NewRuns()
	}
	client, listening := h.dial(cfg.Runs), h.dial(nil)
	cfg.Client = client
	reads := &logReads{}
	client.AddHook(reads)
	quiet := slog.New(slog.DiscardHandler)
	log := cmp.Or(h.log, quiet)
	relay := hub.OpenRelay(hub.RelayConfig{Client: listening, Sharded: len(h.addrs) > 1, Log: quiet})
	l := seatmap.NewLive(cfg)
	n := New(Config{Live: l, Store: h.db, Relay: relay, Logger: log, Now: now,
		Rebuild: func(ctx context.Context, event string) error {
			return h.load(ctx, l, event)
		}})
	if h.patient {
		n.sourceTimeout, n.openTimeout, n.cfg.HoldPatience = 2*patience, patience, patience
	}
	hb := hub.New(hub.Config{Wire: func(m []byte) []byte { return m }, Source: n.Source})
	n.Start(hb)
	h.t.Cleanup(func() {
		hb.Close()
		n.Close()
		_ = relay.Close()
		_ = client.Close()
		_ = listening.Close()
	})
	return &node{Node: n, house: h, hub: hb, relay: relay, redis: l, reads: reads, client: client}
}

// dial makes a client as the program does.
func (h *house) dial(runs *seatmap.Runs) redis.UniversalClient {
	o := redis.UniversalOptions{Addrs: h.addrs, MaxRetries: 1, DialerRetries: 1, ContextTimeoutEnabled: true,
		DialTimeout: 500 * time.Millisecond, ReadTimeout: 500 * time.Millisecond}
	if h.patient {
		o.DialTimeout, o.ReadTimeout = patience, patience
	}
	if h.redis != nil {
		o.Addrs = []string{h.redis.Addr()}
	}
	if runs != nil {
		o.OnConnect = runs.Greet("")
	}
	if len(o.Addrs) == 1 {
		return redis.NewClient(o.Simple())
	}
	cluster := o.Cluster()
	cluster.NewClient = func(node *redis.Options) *redis.Client {
		if runs != nil {
			node.OnConnect = runs.Greet(node.Addr)
		}
		return redis.NewClient(node)
	}
	return redis.NewClusterClient(cluster)
}

// load stands for the worker that meets a rebuild record: it opens the event with what the database knows.
func (h *house) load(ctx context.Context, l *seatmap.Live, event string) error {
	e, err := h.db.Event(ctx, event)
	if err != nil {
		return err
	}
	plan, err := h.db.Plan(ctx, e.PlanHash)
	if err != nil {
		return err
	}
	var zones []seatmap.ZoneLoad
	for i := range plan.Zones {
		z := &plan.Zones[i]
		states, err := h.db.SeatStates(ctx, event, z)
		if err != nil {
			return err
		}
		zones = append(zones, seatmap.ZoneLoad{Zone: z.ID, States: states})
	}
	_, err = l.Load(ctx, seatmap.EventLoad{Event: event, Epoch: h.epoch.Add(1), Policy: e.Policy(), Zones: zones})
	return err
}

// open opens the event and waits until a script says so.
func (n *node) open() {
	n.house.t.Helper()
	n.house.soon("refresh", func() error { return n.redis.Refresh(n.house.t.Context()) })
	n.openEvent(eventID)
}

func (n *node) openEvent(id string) {
	n.house.t.Helper()
	n.house.soon("open "+id, func() error { return n.house.load(n.house.t.Context(), n.redis, id) })
}

// soon does what must succeed once Redis has time for it.
func (h *house) soon(what string, do func() error) {
	h.t.Helper()
	redistest.Until(h.t, what, func() bool {
		err := do()
		if err != nil && code(err) != seatmap.CodeUnavailable {
			h.t.Fatalf("%s: %v", what, err)
		}
		return err == nil
	})
}

const (
	eventID = "gala"
	buyerA  = "00000000-0000-4000-8000-00000000000a"
	buyerB  = "00000000-0000-4000-8000-00000000000b"
)

// fakeDatabase is one event in a small plan: two rows of ten in "hall", five places in "floor".
type fakeDatabase struct {
	mu    sync.Mutex
	event store.Event    // guarded by mu
	down  error          // guarded by mu: what reading seats and fences answers
	taken map[string]int // guarded by mu: by event
	plan  *seatmap.Plan
}

func newFakeDatabase() *fakeDatabase {
	p := &seatmap.Plan{Name: "Small hall", Width: 200, Height: 100, Currency: "KRW", TimeZone: "Asia/Seoul", Focus: seatmap.Point{X: 50, Y: 0},
		Categories: []seatmap.Category{{ID: "a", Name: "A", Color: "#112233", Price: 1000}}}
	hall := seatmap.Zone{ID: "hall", Label: "Hall", Kind: seatmap.KindSeats,
		Outline: []seatmap.Point{{X: 0, Y: 0}, {X: 110, Y: 0}, {X: 110, Y: 40}, {X: 0, Y: 40}}}
	for row := range 2 {
		for n := range 10 {
			hall.Seats = append(hall.Seats, seatmap.Seat{ID: fmt.Sprintf("%c-%d", 'A'+row, n+1), Row: string(rune('A' + row)),
				Number: fmt.Sprint(n + 1), X: float64(10 + 10*n), Y: float64(10 + 10*row), Category: "a"})
		}
	}
	floor := seatmap.Zone{ID: "floor", Label: "Floor", Kind: seatmap.KindGeneral, Category: "a", Places: 5,
		Outline: []seatmap.Point{{X: 0, Y: 50}, {X: 110, Y: 50}, {X: 110, Y: 90}, {X: 0, Y: 90}}}
	p.Zones = []seatmap.Zone{hall, floor}
	return &fakeDatabase{plan: p, event: store.Event{ID: eventID, Title: "Gala", PlanHash: p.Hash(), Currency: "KRW", TimeZone: "Asia/Seoul",
		Sale: store.SaleOpen, Hold: time.Minute, Ceiling: 2 * time.Minute, MaxSeats: 6, Prices: map[string]int64{"a": 1000}, Fence: 1}}
}

func (d *fakeDatabase) change(f func(e *store.Event)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f(&d.event)
	d.event.Fence++
}

func (d *fakeDatabase) Event(_ context.Context, id string) (store.Event, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.event
	if id != e.ID && !strings.HasPrefix(id, e.ID+"-") { // others like it
		return store.Event{}, store.ErrNotFound
	}
	e.ID = id
	return e, nil
}

func (d *fakeDatabase) Plan(_ context.Context, hash string) (*seatmap.Plan, error) {
	if hash != d.plan.Hash() {
		return nil, store.ErrNotFound
	}
	return d.plan, nil
}

func (d *fakeDatabase) Fences(context.Context) (map[string]int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down != nil {
		return nil, d.down
	}
	return map[string]int64{d.event.ID: d.event.Fence}, nil
}

func (d *fakeDatabase) Taken(ctx context.Context, _ []string) (map[string]int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.taken, cmp.Or(d.down, ctx.Err())
}

func (d *fakeDatabase) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.down = err
}

func (d *fakeDatabase) SeatStates(ctx context.Context, _ string, z *seatmap.Zone) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := cmp.Or(d.down, ctx.Err()); err != nil {
		return nil, err
	}
	states := make([]byte, z.Capacity())
	for i := range states {
		states[i] = byte(seatmap.Available)
	}
	return states, nil
}
