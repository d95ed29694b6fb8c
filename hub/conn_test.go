package hub

import (
	"net"
	"os"
	"sync"
	"testing"
	"time"
)

// fakeConn is a connection in memory. While blocked, a Write waits for Unblock or its deadline.
type fakeConn struct {
	mu       sync.Mutex
	moved    chan struct{} // closed and renewed when anything below changes
	writes   [][]string
	blocked  bool
	stuck    bool // a Write is waiting
	deadline time.Time
	fail     error
	closed   bool
	closes   int
	code     int
	reason   string
	late     int // calls after Close
}

func newFakeConn() *fakeConn { return &fakeConn{moved: make(chan struct{})} }

func (c *fakeConn) moveLocked() {
	close(c.moved)
	c.moved = make(chan struct{})
}

func (c *fakeConn) Write(wire [][]byte) error {
	messages := make([]string, len(wire))
	for i, w := range wire {
		messages[i] = string(w)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if c.closed {
			c.late++
			return net.ErrClosed
		}
		if c.fail != nil {
			return c.fail
		}
		wait := time.Until(c.deadline)
		if wait <= 0 {
			return os.ErrDeadlineExceeded
		}
		if !c.blocked {
			c.writes = append(c.writes, messages)
			c.moveLocked()
			return nil
		}
		c.stuck = true
		moved := c.moved
		c.mu.Unlock()
		timer := time.NewTimer(wait)
		select {
		case <-moved:
		case <-timer.C:
		}
		timer.Stop()
		c.mu.Lock()
		c.stuck = false
	}
}

func (c *fakeConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		c.late++
	}
	c.deadline = t
	c.moveLocked()
	return nil
}

func (c *fakeConn) Close(code int, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed, c.code, c.reason = true, code, reason
	c.closes++
	c.moveLocked()
}

func (c *fakeConn) Block(blocked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.blocked = blocked
	c.moveLocked()
}

func (c *fakeConn) Fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail = err
	c.moveLocked()
}

func (c *fakeConn) Stuck() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stuck
}

// Writes returns what each Write took.
func (c *fakeConn) Writes() [][]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([][]string(nil), c.writes...)
}

// Messages returns all messages in order.
func (c *fakeConn) Messages() []string {
	var all []string
	for _, w := range c.Writes() {
		all = append(all, w...)
	}
	return all
}

func (c *fakeConn) Has(message string) bool {
	for _, m := range c.Messages() {
		if m == message {
			return true
		}
	}
	return false
}

// closedWith checks that the connection was closed once and not touched afterwards.
func (c *fakeConn) closedWith(t testing.TB, code int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closes != 1 || c.code != code || c.late != 0 {
		t.Fatalf("closed %d times with %d %q and used %d times afterwards, want once with %d", c.closes, c.code, c.reason, c.late, code)
	}
}
