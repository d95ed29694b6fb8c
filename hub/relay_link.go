package hub

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// link is one connection with its channels, and in time the connections that replace it.
type link struct {
	relay  *Relay
	ctx    context.Context
	cancel context.CancelFunc
	work   chan struct{} // capacity 1: some channel's state is not what is wanted
	heard  atomic.Int64  // unix ns of the last thing received

	mu       sync.Mutex // guards the following
	channels map[string]*channel
	pending  []string // channels whose state may not be what is wanted
	wanted   int      // channels with want
}

// channel is what is wanted of a channel and what has been said to Redis about it on this connection.
type channel struct {
	want     *subscription // nil: nothing
	was      bool          // was confirmed on a lost connection and is not on this one: its mailbox misses something
	told     bool          // the last command was SUBSCRIBE
	inFlight int           // commands not confirmed; the state is certain when it is 0
}

func newLink(r *Relay) *link {
	l := &link{relay: r, channels: make(map[string]*channel), work: make(chan struct{}, 1)}
	l.ctx, l.cancel = context.WithCancel(r.ctx)
	return l
}

func (l *link) wake() {
	select {
	case l.work <- struct{}{}:
	default:
	}
}

func (l *link) want(name string, s *subscription) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	ch := l.channels[name]
	if ch == nil {
		ch = &channel{}
		l.channels[name] = ch
	}
	if ch.want != nil {
		return ErrSubscribed
	}
	ch.want = s
	l.wanted++
	l.pending = append(l.pending, name)
	if ch.told && ch.inFlight == 0 {
		close(s.confirmed) // it was given up a moment ago and Redis has not been told
	}
	l.wake()
	return nil
}

// unwant reports whether the link has nothing left to do.
func (l *link) unwant(name string, s *subscription) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	ch := l.channels[name]
	if ch == nil || ch.want == nil || s != nil && ch.want != s {
		return false
	}
	l.unwantLocked(ch)
	l.pending = append(l.pending, name)
	l.wake()
	return l.wanted == 0
}

func (l *link) unwantLocked(ch *channel) {
	close(ch.want.ended)
	ch.want = nil
	l.wanted--
	ch.was = false
}

func (l *link) unwantAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, ch := range l.channels {
		if ch.want != nil {
			l.unwantLocked(ch)
		}
	}
}

// run keeps a connection until the link is cancelled.
func (l *link) run() {
	const shortest, longest = 20 * time.Millisecond, time.Second
	pause := shortest
	for {
		began := time.Now()
		err := l.connection()
		if l.ctx.Err() != nil {
			return
		}
		if time.Since(began) > longest {
			pause = shortest
		}
		if pause == shortest { // not again at each try of one outage
			l.relay.cfg.Log.Warn("relay connection lost", "error", err)
		}
		l.reload()
		l.forget()
		select {
		case <-time.After(pause/2 + rand.N(pause)):
		case <-l.ctx.Done():
			return
		}
		pause = min(2*pause, longest)
	}
}

// reload asks a cluster client to look where the slots are now; others need nothing.
func (l *link) reload() {
	if c, ok := l.relay.cfg.Client.(*redis.ClusterClient); ok {
		c.ReloadState(l.ctx)
	}
}

// forget starts over: nothing is subscribed any more.
func (l *link) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = l.pending[:0]
	for name, ch := range l.channels {
		if ch.want == nil {
			delete(l.channels, name)
			continue
		}
		ch.was = ch.was || isClosed(ch.want.confirmed)
		ch.told, ch.inFlight = false, 0
		l.pending = append(l.pending, name)
	}
	l.wake()
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
