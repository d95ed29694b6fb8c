package live

import (
	"context"
	"sync"
	"time"
)

// drift is how far two clocks may run apart in a time: 500 ppm is as fast as NTP lets a clock run to set it.
const drift = 500e-6

// clock knows how far the clock of Redis, by which holds end, is ahead of this node's. An answer that carries the time of Redis was
// made between the asking and the receiving, so it bounds the offset from both sides; what several answers leave open is the truth.
type clock struct {
	mu        sync.Mutex
	low, high time.Duration // guarded by mu: the offset lies between them
	at        time.Time     // guarded by mu: of the last answer; zero: there was none
}

// heard takes an answer: when it was asked for and received by this node's clock, and the time that it says.
func (c *clock) heard(asked, received, said time.Time) {
	low, high := said.Sub(received), said.Sub(asked)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.at.IsZero() {
		apart := max(time.Duration(float64(received.Sub(c.at))*drift), 0)
		closer, nearer := max(low, c.low-apart), min(high, c.high+apart)
		if closer <= nearer { // else one of the clocks was set, or it is another Redis: only the new answer counts
			low, high = closer, nearer
		}
	}
	c.low, c.high, c.at = low, high, received
}

// offset is the time of Redis minus this node's; 0 as long as nothing was heard.
func (c *clock) offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return (c.low + c.high) / 2
}

// Now is the present by the clock of Redis, as close as this node can tell: deadlines of holds are to be read by it.
func (n *Node) Now() time.Time { return n.now().Add(n.clock.offset()) }

// askTime compares the clocks; that Redis is away is said by others.
func (n *Node) askTime(ctx context.Context) {
	if n.cfg.Time == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, repairTimeout)
	defer cancel()
	asked := n.now()
	said, err := n.cfg.Time(ctx)
	if err == nil {
		n.clock.heard(asked, n.now(), said)
	}
}
