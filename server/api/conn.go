package api

import (
	"io"
	"net"
	"sync"
	"time"

	"jari/hub"
)

const (
	// controlWait bounds the write of a ping or pong: a client that takes nothing for so long is gone.
	controlWait = 5 * time.Second
	// linger is how long a closed socket may still send: closing the TCP connection with bytes unread resets it, and the client would
	// never read why it was closed.
	linger = time.Second
	// lingerBytes is how many of those bytes are read away.
	lingerBytes = 1 << 20
)

// conn is one socket's connection: the hub's side of it. Everything that is written leaves through it, one write at a time:
// the hub's batches from its writer, pings from a timer, pongs from the reader.
type conn struct {
	raw net.Conn // the TCP connection itself, so that a batch is one writev

	wmu    sync.Mutex // held while writing: one writer at a time
	vec    [][]byte   // guarded by wmu
	broken bool       // guarded by wmu: a frame was cut, nothing may follow

	mu       sync.Mutex
	control  []byte      // frames that wait for the writer, guarded by mu
	ending   bool        // guarded by mu: the close frame is on its way or sent
	code     int         // guarded by mu: with which it ended
	peerCode int         // guarded by mu: the client's own close code, 0 when it sent none
	until    time.Time   // guarded by mu: reading ends then
	backstop *time.Timer // guarded by mu: closes for a reader that is busy elsewhere
}

var _ hub.Conn = (*conn)(nil)

func newConn(raw net.Conn) *conn { return &conn{raw: raw} }

// SetWriteDeadline bounds the next write, or the one under way.
func (c *conn) SetWriteDeadline(t time.Time) error { return c.raw.SetWriteDeadline(t) }

// Write sends the frames, and the control frames that wait, in one write.
func (c *conn) Write(wire [][]byte) error {
	c.wmu.Lock()
	err := c.writeLocked(wire)
	c.wmu.Unlock()
	if err == nil {
		c.flushControl()
	}
	return err
}

// writeLocked leaves the caller's slice as it is: net.Buffers would eat it.
func (c *conn) writeLocked(wire [][]byte) error {
	if c.broken {
		return net.ErrClosed
	}
	c.vec = c.vec[:0]
	if control := c.takeControl(); len(control) > 0 {
		c.vec = append(c.vec, control)
	}
	c.vec = append(c.vec, wire...)
	err := writeOnce(c.raw, c.vec)
	clear(c.vec)
	if err != nil {
		c.broken = true
	}
	return err
}

// writeOnce is one writev on TCP, and one write of the joined bytes elsewhere.
func writeOnce(w net.Conn, wire [][]byte) error {
	if len(wire) == 0 {
		return nil
	}
	if len(wire) == 1 {
		_, err := w.Write(wire[0])
		return err
	}
	if _, tcp := w.(*net.TCPConn); tcp {
		b := net.Buffers(wire)
		_, err := b.WriteTo(w)
		return err
	}
	var joined []byte
	for _, b := range wire {
		joined = append(joined, b...)
	}
	_, err := w.Write(joined)
	return err
}

func (c *conn) takeControl() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	control := c.control
	c.control = nil
	return control
}

// sendControl sends a ping or pong now, or lets the writer that is at work take it along. Of several that wait only the last is sent,
// as RFC 6455 section 5.5.3 allows for pongs.
func (c *conn) sendControl(frame []byte) {
	c.mu.Lock()
	if c.ending {
		c.mu.Unlock()
		return
	}
	c.control = frame
	c.mu.Unlock()
	c.flushControl()
}

// flushControl writes what waits unless somebody writes: who does looks again when done, so nothing is left behind.
func (c *conn) flushControl() {
	for c.controlWaits() {
		if !c.wmu.TryLock() {
			return
		}
		// An error of the deadline is one of the connection, which the write will say.
		_ = c.raw.SetWriteDeadline(time.Now().Add(controlWait))
		err := c.writeLocked(nil)
		c.wmu.Unlock()
		if err != nil {
			if !c.isEnding() {
				// The frame may be cut in the middle. Closing makes the reader and the hub's writer end too.
				_ = c.raw.Close()
			}
			return
		}
	}
}

func (c *conn) controlWaits() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.control) > 0
}

// Close sends the close frame, if the connection still takes it, and ends the connection's sending side. The reader, which alone
// knows when the client has read it, closes the rest, after linger at the latest; a timer does when the reader is busy elsewhere.
func (c *conn) Close(code int, reason string) {
	c.mu.Lock()
	if c.ending {
		c.mu.Unlock()
		return
	}
	c.ending, c.code = true, code
	if code == hub.CloseNormal && c.peerCode != 0 {
		code = c.peerCode // a close is answered with its own code
	}
	c.mu.Unlock()

	said := c.sayGoodbye(closeFrame(code, reason))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = time.Now().Add(linger)
	// An error means that the connection is closed, which the read will say.
	_ = c.raw.SetReadDeadline(c.until)
	if !said {
		_ = c.raw.Close()
		return
	}
	c.backstop = time.AfterFunc(2*linger, func() { _ = c.raw.Close() })
}

// sayGoodbye reports whether the close frame and the end of the stream were sent: only then is there something to wait for.
func (c *conn) sayGoodbye(frame []byte) bool {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	if c.broken {
		return false
	}
	c.broken = true
	if _, err := c.raw.Write(frame); err != nil {
		return false
	}
	half, ok := c.raw.(interface{ CloseWrite() error })
	return ok && half.CloseWrite() == nil
}

// listen gives the client until then to say something; once the connection is ending the time is fixed.
func (c *conn) listen(until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.until.IsZero() {
		until = c.until
	}
	// An error means that the connection is closed, which the read will say.
	_ = c.raw.SetReadDeadline(until)
}

func (c *conn) isEnding() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ending
}

// peerCloses remembers the client's close code, for the answer.
func (c *conn) peerCloses(code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.peerCode = code
}

// end closes the TCP connection for good and says with which code it ended. hear: the client may still be sending, so what it sends is
// read away first, or the reset would take the close frame from it.
func (c *conn) end(r io.Reader, hear bool) int {
	if hear {
		_, _ = io.CopyN(io.Discard, r, lingerBytes) // any end will do
	}
	_ = c.raw.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.backstop != nil {
		c.backstop.Stop()
	}
	return c.code
}
