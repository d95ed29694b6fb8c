package live

import (
	"context"
	"maps"
	"slices"
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

// last is when it was heard.
func (c *clock) last() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// offset is the time of Redis minus this node's; 0 as long as nothing was heard.
func (c *clock) offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return (c.low + c.high) / 2
}

// clocks are those of the servers of Redis: of one, or of the masters of a cluster.
type clocks struct {
	mu sync.Mutex
	by map[string]*clock // by server, guarded by mu
}

// heard takes an answer of a server.
func (c *clocks) heard(server string, asked, received, said time.Time) {
	c.mu.Lock()
	if c.by == nil {
		c.by = map[string]*clock{}
	}
	of := c.by[server]
	if of == nil {
		of = &clock{}
		c.by[server] = of
	}
	c.mu.Unlock()
	of.heard(asked, received, said)
}

// silent is how much longer than another a server is not heard of until it counts as gone: each is asked once a second.
const silent = time.Minute

// of is the clock of the server that which names, if it was ever heard; which is asked only where there are several. Else it is that
// of some server, the same one as long as it is there: what one that has gone said last comes true no more when clocks are set.
func (c *clocks) of(which func() string) *clock {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.by) > 1 && which != nil {
		if of := c.by[which()]; of != nil {
			return of
		}
	}
	if len(c.by) == 0 {
		return &clock{}
	}
	var newest time.Time
	for _, of := range c.by {
		if at := of.last(); at.After(newest) {
			newest = at
		}
	}
	for _, server := range slices.Sorted(maps.Keys(c.by)) {
		if newest.Sub(c.by[server].last()) <= silent {
			return c.by[server]
		}
	}
	return &clock{} // not reached: the newest is there
}

// Now is the present by the clock of Redis, as close as this node can tell. On a cluster it is that of one of the masters: what
// concerns an event is to be read by NowOf.
func (n *Node) Now() time.Time { return n.now().Add(n.clocks.of(nil).offset()) }

// NowOf is the present by the clock of the server that holds an event: deadlines of holds are to be read by it.
func (n *Node) NowOf(event string) time.Time {
	return n.now().Add(n.clocks.of(func() string { return n.cfg.Live.Server(n.ctx, event) }).offset())
}

// askTime compares the clocks; that Redis is away is said by others.
func (n *Node) askTime(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, headsEvery/2)
	defer cancel()
	n.cfg.Live.Times(ctx, func(server string, ask func() (time.Time, error)) {
		asked := n.now()
		said, err := ask()
		if err == nil {
			n.clocks.heard(server, asked, n.now(), said)
		}
	})
}
