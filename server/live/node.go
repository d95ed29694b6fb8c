// Package live is this node's live side: its copy of the zones that its clients look at, the buyers' holds, private notices,
// and the timers that make expiry visible. It joins seatmap (what is true) with hub (who is listening).
//
// In order of time: a client joins a room, the hub asks Source for it, the zone subscribes to the relay, waits for the
// confirmation, takes a snapshot and follows the relay from there. Once a second watchHeads compares what the node shows with Redis.
package live

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"jari/hub"
	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

// Database is what a Node reads from the store.
type Database interface {
	Event(ctx context.Context, id string) (store.Event, error)
	Plan(ctx context.Context, hash string) (*seatmap.Plan, error)
	Fences(ctx context.Context) (map[string]int64, error)
	SeatStates(ctx context.Context, event string, zone *seatmap.Zone) ([]byte, error)
	Taken(ctx context.Context, events []string) (map[string]int, error)
}

// Config is what a Node needs.
type Config struct {
	Live  *seatmap.Live
	Store Database
	Relay *hub.Relay
	// Rebuild puts a rebuild record on the event's partition.
	Rebuild func(ctx context.Context, event string) error
	// Pending returns a buyer's bookings on their way to the database, told again after auth; may be nil.
	Pending func(ctx context.Context, buyer, event string) ([]protocol.Booking, error)
	// Decided returns those that were decided since a moment, told again when notices may have been lost; may be nil.
	Decided func(ctx context.Context, buyer, event string, since time.Time) ([]protocol.Booking, error)
	// HoldPatience is how long a buyer who holds or asks for a hold waits for Redis; 900 ms.
	HoldPatience time.Duration
	Logger       *slog.Logger
	Now          func() time.Time // default time.Now
}

// Node is the live side of this process.
type Node struct {
	cfg Config
	log *slog.Logger
	now func() time.Time

	hub      *hub.Hub
	catalog  *catalog
	tallies  tallies
	arrivals *arrivals
	clocks   clocks
	absence  absence
	glances  glances

	proposing chan struct{} // holds one for each proposal that is being made

	sourceTimeout, openTimeout time.Duration // the constants; longer in tests for which a busy machine shall not look like an outage

	ctx  context.Context // ends with Close
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu        sync.Mutex
	zones     map[string]*zoneRoom     // by room name, guarded by mu
	overviews map[string]*overviewRoom // by event, guarded by mu
	watches   map[string]*watch        // by event, guarded by mu
	opening   map[string]bool          // by event, guarded by mu: Reopen is at it
	asked     map[string]asking        // by event, guarded by mu: rebuilds
	fences    map[string]int64         // guarded by mu: of the events that have not ended, as the database has told last
	closed    bool                     // guarded by mu
}

// New makes a node. Its Source goes into the hub's config, then Start gets the hub.
func New(cfg Config) *Node {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.HoldPatience <= 0 {
		cfg.HoldPatience = holdPatience
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Node{
		cfg: cfg, log: cfg.Logger, now: cfg.Now, ctx: ctx, stop: stop,
		sourceTimeout: sourceTimeout, openTimeout: openTimeout,
		catalog:   newCatalog(ctx, cfg.Store),
		arrivals:  newArrivals(),
		proposing: make(chan struct{}, proposersMost),
		zones:     map[string]*zoneRoom{},
		overviews: map[string]*overviewRoom{},
		watches:   map[string]*watch{},
		opening:   map[string]bool{},
		asked:     map[string]asking{},
	}
}

// Start gives the node the hub that was made with its Source and begins to watch.
func (n *Node) Start(h *hub.Hub) {
	n.hub = h
	n.goRun(n.watchHeads)
	n.goRun(n.watchFences)
	n.goRun(n.watchOverviews)
	n.goRun(n.greet)
}

// Stop interrupts what the node's goroutines are at, all at once: rooms are closed one after another, and each waits for its own.
func (n *Node) Stop() { n.stop() }

// Close ends the node's goroutines. Close the hub first, so that its rooms let go.
func (n *Node) Close() {
	n.mu.Lock()
	n.closed = true
	n.mu.Unlock()
	n.stop()
	n.wg.Wait()
}

// goRun runs f until the node closes; it does nothing on a closed node.
func (n *Node) goRun(f func(ctx context.Context)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.goRunLocked(f)
}

// goRunLocked reports whether it does.
func (n *Node) goRunLocked(f func(ctx context.Context)) bool {
	if n.closed {
		return false
	}
	n.wg.Add(1)
	go func() {
		defer n.wg.Done()
		f(n.ctx)
	}()
	return true
}

// newRand seeds a generator for one request: many askers for the best seats shall not ask for the same ones.
func newRand() *rand.Rand { return rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())) }
