// Package hub knows who is listening: rooms, clients, rings of prepared frames, and the policy for slow clients.
// It moves opaque bytes and knows nothing of seats, HTTP or Redis (its relay apart).
//
// In order of time:
//
//  1. A socket's handler calls [Hub.Attach]. The client gets one writer goroutine, the only one that ever writes to
//     its connection, and is from then on a set of positions, never a queue of frames.
//  2. [Client.Join] finds or makes the room (its [Source] is made once, however many join at the same moment), sends
//     the answer, then what the client lacks: nothing, the missing frames of the ring, one frame from [Source.Since],
//     or the shared snapshot.
//  3. Something changes; [Hub.Changed] marks the room and wakes the flusher. After quiet the flusher goes at once,
//     otherwise when the node's tick is over. It asks every marked room's source for one frame, puts that into the
//     room's ring, already in wire form, and then wakes the clients of those rooms.
//  4. Each writer gathers its private messages, then all frames between its positions and the heads of its rooms, and
//     hands them to the connection in one write. The bytes are the same slices for all clients.
//  5. A client that was busy writing meanwhile has only fallen behind: it finds more frames the next time, or, when
//     the ring has let them go, skips to one frame from Since or to the snapshot. One that needs longer than
//     WriteTimeout for a write is closed with [CloseSlow].
//  6. The client ends by [Client.Kick], by [Client.Detach] or by a failed write; its writer sends what is private and
//     still unsent where that makes sense, closes the connection, leaves all rooms, and only then [Client.Wait] returns.
//  7. A room without clients is kept for RoomIdle with its ring, so that who reconnects gets only what is missing.
//
// Locks, outer before inner: Client.joining, Hub.mu, Client.mu, room.mu; Hub.roomsMu and Hub.dirtyMu are innermost.
// None of them is held during a call of a Source. room.calls, which orders those calls, is taken with none of them held
// and by nothing that a Source may call; room.mu comes after it.
package hub

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Config is what a Hub needs. Zero values take the defaults named here.
type Config struct {
	TickMin      time.Duration // 20 ms
	TickMax      time.Duration // 500 ms
	PerDelivery  time.Duration // 20 us: the tick is clamp(TickMin, deliveries due x PerDelivery, TickMax)
	WriteTimeout time.Duration // 5 s: a client that takes longer for one write is closed as slow, at most a quarter later
	CloseTimeout time.Duration // 1 s: what a client that is being closed may still take for a write under way, and for the close frame
	RingBytes    int           // cap of all rings of the node; 64 MiB
	RingFrames   int           // frames kept per room; 256
	WriteBytes   int           // bytes gathered into one write, unless a single message is longer; 128 KiB
	RoomIdle     time.Duration // an empty room is kept this long; 60 s
	MaxRooms     int           // joins per client; 17 (16 zones and the overview)
	MaxPrivate   int           // unsent private messages per client; 64
	MaxClients   int           // 0: no cap
	// Wire turns one message into the bytes on the wire (a WebSocket text frame), once per message however many clients get it.
	// Without it the message itself is written, and must not change any more.
	Wire func(message []byte) []byte
	// Source makes the source of a room when its first client joins, and Close is called when the room is let go.
	// It may wait for the network: joins of that room wait with it, nothing else does.
	Source func(room string) (Source, error)
}

// Position is where a client is in a room. Frames of another epoch do not follow one another.
type Position struct {
	Epoch   int64
	Version int64
}

// Frame is one message of a room: it leads from Epoch/From to Epoch/Version.
type Frame struct {
	Epoch   int64
	From    int64
	Version int64
	Data    []byte // before Wire
}

// Source is what a room shows. The hub never looks inside the bytes. Methods are called without hub locks held, so they
// may call Changed and Announce; Next and Snapshot of one source are never called at the same time.
type Source interface {
	// Next returns the frame from the position last returned to the present; false when nothing has changed. It must not wait:
	// all rooms' frames are asked for by one goroutine.
	// A source whose numbering began anew returns a frame with Reset semantics by answering ok and Frame.From < 0: every client gets Snapshot.
	Next() (f Frame, ok bool)
	// Snapshot returns the whole picture at the position of the last Next (not later). Before the first Next it tells where the source begins.
	Snapshot() Frame
	// Since returns one frame from a position that the ring no longer has to the position of the last Next; false: a snapshot it is.
	// It may wait for the network, but not for each call: when a node has gone, all its clients ask at once. The calls of a room are made
	// one after another, the position furthest behind first, so what is fetched for that one answers the others.
	Since(at Position) (Frame, bool)
	// Close lets the source go. No method is called after it.
	Close()
}

// Conn is a client's connection as the hub needs it. Write and Close come from one goroutine, SetWriteDeadline from any;
// none of them is called after Client.Wait has returned.
type Conn interface {
	// Write sends wire bytes in one write; the deadline has been set by the hub through SetWriteDeadline.
	// It may consume the outer slice, must not keep the inner ones, and must not change them: all clients share them.
	Write(wire [][]byte) error
	// SetWriteDeadline must not wait and must end a Write that is under way when the time is past.
	// One deadline serves several writes: whoever sets another on the same socket sets it for the hub's next writes too.
	SetWriteDeadline(t time.Time) error
	// Close ends the connection with a close code and reason; it is called once and must really close the socket.
	// The deadline for a close frame is set. After a Write that failed the stream may be cut within a frame, so a close
	// frame would not be understood.
	Close(code int, reason string)
}

// Close codes: 40xx come back with jittered backoff, 45xx do not.
const (
	CloseNormal     = 1000 // the other side ended it: Detach, or a write that failed
	CloseDraining   = 4000
	CloseSlow       = 4001
	CloseIdle       = 4002
	CloseOverloaded = 4003
	CloseFlood      = 4008
	CloseProtocol   = 4500
	CloseToken      = 4501
	CloseOrigin     = 4503
	CloseTooBig     = 4504
)

var (
	// ErrFull: the node has MaxClients clients.
	ErrFull = errors.New("hub: the node is full")
	// ErrDraining: the hub takes no new clients, because of Drain or Close.
	ErrDraining = errors.New("hub: the node is draining")
	// ErrTooManyRooms: the client is in MaxRooms rooms.
	ErrTooManyRooms = errors.New("hub: too many rooms")
	// ErrGone: the client has ended.
	ErrGone = errors.New("hub: the client has ended")
)

// Hub is all connections of this node.
type Hub struct {
	cfg  Config
	stop chan struct{}  // closed by Close: the flusher ends, Drain hurries
	work sync.WaitGroup // writers, the making of sources, calls of Since
	loop sync.WaitGroup // the flusher

	mu       sync.Mutex // guards the following
	clients  map[*Client]struct{}
	owners   map[string]map[*Client]struct{}
	draining bool

	roomsMu sync.RWMutex // guards rooms, sealed, and room.refs, room.idle, room.idleTurn
	rooms   map[string]*room
	sealed  bool // Close has taken the rooms: no new ones

	dirtyMu sync.Mutex // guards dirty
	dirty   []*room
	due     chan struct{} // capacity 1: dirty is not empty

	ringBytes                           atomic.Int64
	frames, deliveries, snapshots, slow atomic.Int64
	tick                                atomic.Int64 // time.Duration
	closing                             sync.Once
}

// New starts a hub; Close ends it.
func New(cfg Config) *Hub {
	h := &Hub{
		cfg:     cfg.withDefaults(),
		stop:    make(chan struct{}),
		clients: make(map[*Client]struct{}),
		owners:  make(map[string]map[*Client]struct{}),
		rooms:   make(map[string]*room),
		due:     make(chan struct{}, 1),
	}
	h.tick.Store(int64(h.cfg.TickMin))
	h.loop.Go(h.flushLoop)
	return h
}

func (cfg Config) withDefaults() Config {
	orDuration := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	orInt := func(n *int, def int) {
		if *n <= 0 {
			*n = def
		}
	}
	orDuration(&cfg.TickMin, 20*time.Millisecond)
	orDuration(&cfg.TickMax, 500*time.Millisecond)
	orDuration(&cfg.PerDelivery, 20*time.Microsecond)
	orDuration(&cfg.WriteTimeout, 5*time.Second)
	orDuration(&cfg.CloseTimeout, time.Second)
	orDuration(&cfg.RoomIdle, 60*time.Second)
	orInt(&cfg.RingBytes, 64<<20)
	orInt(&cfg.RingFrames, 256)
	orInt(&cfg.WriteBytes, 128<<10)
	orInt(&cfg.MaxRooms, 17)
	orInt(&cfg.MaxPrivate, 64)
	if cfg.Wire == nil {
		cfg.Wire = func(message []byte) []byte { return message }
	}
	return cfg
}

// Stats is the hub at a glance, for metrics.
type Stats struct {
	Clients, Rooms, RingBytes int
	// Frames were prepared, Deliveries of frames, snapshots and announcements were written, Snapshots of these were snapshots;
	// Slow clients were closed for it.
	Frames, Deliveries, Snapshots, Slow int64
	Tick                                time.Duration
}

// Stats returns the hub at a glance.
func (h *Hub) Stats() Stats {
	s := Stats{
		RingBytes:  int(h.ringBytes.Load()),
		Frames:     h.frames.Load(),
		Deliveries: h.deliveries.Load(),
		Snapshots:  h.snapshots.Load(),
		Slow:       h.slow.Load(),
		Tick:       time.Duration(h.tick.Load()),
	}
	h.mu.Lock()
	s.Clients = len(h.clients)
	h.mu.Unlock()
	h.roomsMu.RLock()
	s.Rooms = len(h.rooms)
	h.roomsMu.RUnlock()
	return s
}
