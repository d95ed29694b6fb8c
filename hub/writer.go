package hub

import (
	"errors"
	"os"
	"time"
)

// maxBuffers keeps a write under the kernel's limit of 1,024 buffers for one writev.
const maxBuffers = 512

// batch is what one write takes.
type batch struct {
	wire      [][]byte
	bytes     int
	private   int // how many of wire are private
	frames    int // how many are of rooms
	snapshots int // how many of frames are snapshots
	full      bool
}

// reset forgets the bytes too, so that an idle client keeps no evicted frame alive.
func (b *batch) reset() {
	clear(b.wire)
	*b = batch{wire: b.wire[:0]}
}

// fits reports whether a message of n bytes may be added: a batch takes at least one.
func (b *batch) fits(n, limit int) bool {
	b.full = len(b.wire) > 0 && (b.bytes+n > limit || len(b.wire) >= maxBuffers)
	return !b.full
}

func (b *batch) add(wire []byte) {
	b.wire = append(b.wire, wire)
	b.bytes += len(wire)
}

// writeLoop is the client's life: it is the only one that writes to and closes the connection.
func (c *Client) writeLoop() {
	for range c.wake {
		for more := true; more && c.gather(); {
			// What comes after gather wakes again; only what did not fit does not.
			more = c.batch.full
			if err := c.write(); err != nil {
				c.fail(err)
				break
			}
		}
		select {
		case <-c.stop:
			c.finish()
			return
		default:
		}
	}
}

// gather fills the batch and, when there is something to write, has set the deadline and announced the write.
func (c *Client) gather() bool {
	for {
		c.mu.Lock()
		if c.ending {
			c.mu.Unlock()
			return false
		}
		behind := c.collectLocked()
		if behind == nil {
			break
		}
		turn := behind.turn
		c.mu.Unlock()
		p := behind.room.picture()
		c.mu.Lock()
		if behind.turn == turn {
			behind.take(p)
		}
		c.mu.Unlock()
	}
	defer c.mu.Unlock()
	if len(c.batch.wire) == 0 {
		return false
	}
	c.writing = true
	c.armLocked()
	return true
}

// armLocked sees to it that the write ends in time. Setting a deadline costs a tenth of a write, so it is set a quarter
// late and then serves for a quarter of the timeout. It happens under mu, so that the shorter one of a Kick comes after it.
func (c *Client) armLocked() {
	timeout := c.hub.cfg.WriteTimeout
	now := time.Now()
	if c.deadline.Sub(now) >= timeout {
		return
	}
	c.deadline = now.Add(timeout + timeout/4)
	// An error means that the write will fail too.
	_ = c.conn.SetWriteDeadline(c.deadline)
}

// collectLocked adds what fits: private messages first, then room by room. It stops at a member that needs the
// room's picture and returns it.
func (c *Client) collectLocked() *member {
	limit := c.hub.cfg.WriteBytes
	if !c.collectPrivateLocked(limit) {
		return nil
	}
	n := len(c.members)
	for i := range n {
		m := c.members[(c.turn+i)%n]
		before := c.batch.frames
		switch m.read(&c.batch, limit) {
		case readFull:
			// Next time the others go first, so that one busy room does not starve them; but not before one that got nothing.
			if c.batch.frames > before {
				i++
			}
			c.turn = (c.turn + i) % n
			return nil
		case readBehind:
			return m
		}
	}
	return nil
}

// collectPrivateLocked reports false when the batch is full.
func (c *Client) collectPrivateLocked(limit int) bool {
	b := &c.batch
	for i, wire := range c.private {
		if !b.fits(len(wire), limit) {
			rest := copy(c.private, c.private[i:])
			clear(c.private[rest:])
			c.private = c.private[:rest]
			return false
		}
		b.add(wire)
		b.private++
	}
	clear(c.private)
	c.private = c.private[:0]
	return true
}

// write hands the batch to the connection.
func (c *Client) write() error {
	b := &c.batch
	err := c.conn.Write(b.wire)
	c.mu.Lock()
	c.writing = false
	c.freeLocked(b.private)
	c.mu.Unlock()
	if err == nil {
		c.hub.deliveries.Add(int64(b.frames))
		if b.snapshots > 0 {
			c.hub.snapshots.Add(int64(b.snapshots))
		}
	}
	b.reset()
	return err
}

func (c *Client) freeLocked(private int) {
	c.unsent -= private
	if private > 0 && c.space != nil {
		close(c.space)
		c.space = nil
	}
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// fail ends the client after a failed write. A Kick that cut the write short has said why already.
func (c *Client) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if isTimeout(err) {
		c.endLocked(CloseSlow, "write timeout", false)
	} else {
		c.endLocked(CloseNormal, "write failed", false)
	}
	c.flush = false
}

// finish lets go of everything, the connection first: once done is closed, it may become somebody else's.
func (c *Client) finish() {
	c.mu.Lock()
	conn, code, reason, flush := c.conn, c.code, c.reason, c.flush
	c.mu.Unlock()

	// An error of a deadline or of the last write changes nothing: the connection is closed anyway.
	_ = conn.SetWriteDeadline(time.Now().Add(c.hub.cfg.CloseTimeout))
	if flush {
		c.sayLast(conn)
	}
	conn.Close(code, reason)

	c.mu.Lock()
	c.conn, c.gone, c.private = nil, true, nil
	members := c.members
	c.members = nil
	for _, m := range members {
		m.turn++
		m.room.remove(m)
	}
	c.mu.Unlock()
	for _, m := range members {
		c.hub.drop(m.room)
	}

	h := c.hub
	h.mu.Lock()
	h.ownLocked(c, "")
	delete(h.clients, c)
	h.mu.Unlock()
	close(c.done)
}

// sayLast writes the private messages that are left, within the deadline that has been set.
func (c *Client) sayLast(conn Conn) {
	for {
		c.batch.reset()
		c.mu.Lock()
		c.collectPrivateLocked(c.hub.cfg.WriteBytes)
		c.mu.Unlock()
		if len(c.batch.wire) == 0 || conn.Write(c.batch.wire) != nil {
			return
		}
	}
}
