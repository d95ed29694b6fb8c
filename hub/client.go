package hub

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Client is one connection.
type Client struct {
	hub  *Hub
	wake chan struct{} // capacity 1: there may be something to write
	stop chan struct{} // closed when the client begins to end
	done chan struct{} // closed when it has ended

	joining sync.Mutex // one Join or Leave at a time

	mu      sync.Mutex // guards the following
	conn    Conn       // nil once it is closed: it may belong to somebody else by then
	writing bool       // a Write is under way
	ending  bool
	gone    bool // the writer has left all rooms; no more may be joined
	code    int
	reason  string
	flush   bool // private messages are still sent before the close

	deadline time.Time     // the connection's, for writes
	private  [][]byte      // wire bytes of private messages
	unsent   int           // private messages queued or being written
	space    chan struct{} // closed when unsent falls; made by the first Send that waits
	members  []*member
	turn     int // the room that is read first, moved on after a write that was full

	batch batch // of the writer alone

	owner string // guarded by Hub.mu
}

// Attach registers a connection and starts its writer. It fails when the node is full or draining (ErrFull, ErrDraining);
// the connection is then still the caller's to close, with CloseOverloaded or CloseDraining.
func (h *Hub) Attach(conn Conn) (*Client, error) {
	c := &Client{
		hub:  h,
		conn: conn,
		wake: make(chan struct{}, 1),
		stop: make(chan struct{}),
		done: make(chan struct{}),
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.draining {
		return nil, ErrDraining
	}
	if h.cfg.MaxClients > 0 && len(h.clients) >= h.cfg.MaxClients {
		return nil, ErrFull
	}
	h.clients[c] = struct{}{}
	h.work.Go(c.writeLoop)
	return c, nil
}

// Wait returns when the client's writer has stopped and the hub has let go of it. The socket's handler must not return before.
func (c *Client) Wait() { <-c.done }

// Detach lets a client go (its socket has ended). Safe to call more than once, and after Kick, whose code then stands.
func (c *Client) Detach() { c.end(CloseNormal, "", false) }

// Kick closes the client with a code. It does not wait. Private messages sent before it still go out, if the client
// takes them within CloseTimeout. The first code stands.
func (c *Client) Kick(code int, reason string) { c.end(code, reason, true) }

func (c *Client) end(code int, reason string, flush bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endLocked(code, reason, flush)
}

func (c *Client) endLocked(code int, reason string, flush bool) {
	if c.ending {
		return
	}
	c.ending, c.code, c.reason, c.flush = true, code, reason, flush
	if code == CloseSlow {
		c.hub.slow.Add(1)
	}
	close(c.stop)
	if c.writing {
		// The writer may be stuck. It has set its own deadline under mu before, so this one is the later and stands.
		deadline := time.Now()
		if flush {
			deadline = deadline.Add(c.hub.cfg.CloseTimeout)
		}
		// An error means that the connection is broken, which the write will say.
		_ = c.conn.SetWriteDeadline(deadline)
	}
	c.signal()
}

func (c *Client) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Own makes the client one of that owner's, for Tell. An empty owner undoes it.
func (c *Client) Own(owner string) {
	h := c.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, here := h.clients[c]; here {
		h.ownLocked(c, owner)
	}
}

// Owner returns whose the client is; empty when nobody's.
func (c *Client) Owner() string {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	return c.owner
}

// Rooms returns the names of the rooms that the client has joined.
func (c *Client) Rooms() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	names := make([]string, len(c.members))
	for i, m := range c.members {
		names[i] = m.room.name
	}
	return names
}

func (h *Hub) ownLocked(c *Client, owner string) {
	if c.owner == owner {
		return
	}
	if of := h.owners[c.owner]; of != nil {
		delete(of, c)
		if len(of) == 0 {
			delete(h.owners, c.owner)
		}
	}
	c.owner = owner
	if owner == "" {
		return
	}
	of := h.owners[owner]
	if of == nil {
		of = make(map[*Client]struct{}, 1)
		h.owners[owner] = of
	}
	of[c] = struct{}{}
}

// Owners returns the owners that have a client on this node.
func (h *Hub) Owners() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(h.owners))
}

// Tell sends a private message to all clients of an owner without blocking; a client that cannot take it is closed as slow.
func (h *Hub) Tell(owner string, message []byte) {
	if owner == "" {
		return
	}
	h.mu.Lock()
	present := len(h.owners[owner]) > 0
	h.mu.Unlock()
	if !present {
		return
	}
	wire := h.cfg.Wire(message)
	// Queued under mu, so that a client that is made another owner's meanwhile gets nothing of this one's.
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.owners[owner] {
		c.tell(wire)
	}
}

// Tell sends a private message to this client alone, as Hub.Tell does.
func (c *Client) Tell(message []byte) { c.tell(c.hub.cfg.Wire(message)) }

func (c *Client) tell(wire []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.queueLocked(wire) {
		c.endLocked(CloseSlow, "too many unsent messages", true)
	}
}

// queueLocked reports false when the client has no space.
func (c *Client) queueLocked(wire []byte) bool {
	if c.ending {
		return true
	}
	if c.unsent >= c.hub.cfg.MaxPrivate {
		return false
	}
	c.private = append(c.private, wire)
	c.unsent++
	c.signal()
	return true
}

// Send queues a private message; it overtakes the frames of rooms. It blocks while MaxPrivate are unsent
// (so that the client's reading stops) and closes the client as slow after WriteTimeout. It reports whether the message was queued.
func (c *Client) Send(message []byte) bool {
	wire := c.hub.cfg.Wire(message)
	var timeout *time.Timer
	for {
		c.mu.Lock()
		if c.ending {
			c.mu.Unlock()
			return false
		}
		if c.queueLocked(wire) {
			c.mu.Unlock()
			return true
		}
		if c.space == nil {
			c.space = make(chan struct{})
		}
		space := c.space
		c.mu.Unlock()

		if timeout == nil {
			timeout = time.NewTimer(c.hub.cfg.WriteTimeout)
			defer timeout.Stop()
		}
		select {
		case <-space:
		case <-c.stop:
		case <-timeout.C:
			c.Kick(CloseSlow, "too many unsent messages")
			return false
		}
	}
}
