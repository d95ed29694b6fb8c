// Package hub knows who is listening: rooms, clients, rings of prepared frames, and the policy for slow clients.
// It moves opaque bytes and knows nothing of seats, HTTP or Redis (its relay apart).
package hub

import "time"

// Config is what a Hub needs. Zero values take the defaults named here.
type Config struct {
	TickMin      time.Duration // 20 ms
	TickMax      time.Duration // 500 ms
	PerDelivery  time.Duration // 20 us: the tick is clamp(TickMin, deliveries due x PerDelivery, TickMax)
	WriteTimeout time.Duration // 5 s: a client that takes longer for one write is closed as slow
	RingBytes    int           // cap of all rings of the node; 64 MiB
	RingFrames   int           // frames kept per room; 256
	RoomIdle     time.Duration // an empty room is kept this long; 60 s
	MaxRooms     int           // joins per client; 17 (16 zones and the overview)
	MaxPrivate   int           // unsent private messages per client; 64
	MaxClients   int           // 0: no cap
	// Wire turns one message into the bytes on the wire (a WebSocket text frame), once per message however many clients get it.
	Wire func(message []byte) []byte
	// Source makes the source of a room when its first client joins, and Close is called when the room is let go.
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

// Source is what a room shows. The hub never looks inside the bytes. Methods are called without hub locks held.
type Source interface {
	// Next returns the frame from the position last returned to the present; false when nothing has changed.
	// A source whose numbering began anew returns a frame with Reset semantics by answering ok and Frame.From < 0: every client gets Snapshot.
	Next() (f Frame, ok bool)
	// Snapshot returns the whole picture at the position of the last Next (not later).
	Snapshot() Frame
	// Since returns one frame from a position that the ring no longer has to the position of the last Next; false: a snapshot it is.
	// It may wait for the network.
	Since(at Position) (Frame, bool)
	// Close lets the source go.
	Close()
}

// Conn is a client's connection as the hub needs it.
type Conn interface {
	// Write sends wire bytes in one write; the deadline has been set by the hub through SetWriteDeadline.
	Write(wire [][]byte) error
	SetWriteDeadline(t time.Time) error
	// Close ends the connection with a close code and reason; it is called once and must really close the socket.
	Close(code int, reason string)
}

// Close codes: 40xx come back with jittered backoff, 45xx do not.
const (
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

// Hub is all connections of this node.
type Hub struct{}

// New starts a hub; Close ends it.
func New(cfg Config) *Hub { panic("not yet") }

// Client is one connection.
type Client struct{}

// Attach registers a connection and starts its writer. It fails when the node is full or draining (ErrFull, ErrDraining).
func (h *Hub) Attach(conn Conn) (*Client, error) { panic("not yet") }

// Wait returns when the client's writer has stopped and the hub has let go of it. The socket's handler must not return before.
func (c *Client) Wait() { panic("not yet") }

// Detach lets a client go (its socket has ended). Safe to call more than once.
func (c *Client) Detach() { panic("not yet") }

// Kick closes the client with a code.
func (c *Client) Kick(code int, reason string) { panic("not yet") }

// Own makes the client one of that owner's, for Tell. An empty owner undoes it.
func (c *Client) Own(owner string) { panic("not yet") }

// Send queues a private message; it overtakes the frames of rooms. It blocks while MaxPrivate are unsent
// (so that the client's reading stops) and closes the client as slow after WriteTimeout. It reports whether the message was queued.
func (c *Client) Send(message []byte) bool { panic("not yet") }

// Join adds the client to a room. answer is sent before any frame of the room. At a known position only the
// missing frames follow, when the ring still has them; else Snapshot. Joining twice moves the cursor only.
// Errors: ErrTooManyRooms, or what Config.Source says.
func (c *Client) Join(room string, answer []byte, at *Position) error { panic("not yet") }

// Leave is success when the client is not in the room.
func (c *Client) Leave(room string) { panic("not yet") }

// Changed tells the hub that a room's source has something new. Never blocks. The first change after quiet goes out at once.
func (h *Hub) Changed(room string) { panic("not yet") }

// Announce sends one message to all clients of a room, in order with its frames (such as "live": false).
func (h *Hub) Announce(room string, message []byte) { panic("not yet") }

// Tell sends a private message to all clients of an owner without blocking; a client that cannot take it is closed as slow.
func (h *Hub) Tell(owner string, message []byte) { panic("not yet") }

// Owners returns the owners that have a client on this node.
func (h *Hub) Owners() []string { panic("not yet") }

// Stats is the hub at a glance, for metrics.
type Stats struct {
	Clients, Rooms, RingBytes           int
	Frames, Deliveries, Snapshots, Slow int64
	Tick                                time.Duration
}

// Stats returns the hub at a glance.
func (h *Hub) Stats() Stats { panic("not yet") }

// Drain refuses new clients and closes the present ones with CloseDraining in waves over the given time.
func (h *Hub) Drain(over time.Duration) { panic("not yet") }

// Close ends the hub and waits for its goroutines.
func (h *Hub) Close() { panic("not yet") }
