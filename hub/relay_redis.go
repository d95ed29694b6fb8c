package hub

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Relay carries messages from node to node over Redis pub/sub. Its readers only copy into bounded mailboxes:
// they never wait and never call Redis, because a server may stop for a subscriber that does not read.
//
// One link (connection) serves all channels; in sharded mode one link serves the channels of one hash tag. The library
// reconnects and resubscribes in silence, so a link that has any error is thrown away, with everything it thought was
// subscribed, and built anew: a loss is never unnoticed.
type Relay struct {
	cfg    RelayConfig
	ctx    context.Context // of all links
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu     sync.Mutex // guards the following
	links  map[string]*link
	closed bool
}

// subscription is what a subscriber wants of a channel.
type subscription struct {
	box       *Mailbox
	confirmed chan struct{} // closed when Redis has confirmed
	ended     chan struct{} // closed when the relay has let go of it
}

// OpenRelay starts a relay; Close ends it. It connects when the first channel is subscribed.
func OpenRelay(cfg RelayConfig) *Relay {
	if cfg.Ping <= 0 {
		cfg.Ping = 3 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	r := &Relay{cfg: cfg, links: make(map[string]*link)}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

// tag returns what chooses a channel's link.
func (r *Relay) tag(channel string) string {
	if !r.cfg.Sharded {
		return ""
	}
	if open := strings.IndexByte(channel, '{'); open >= 0 {
		if length := strings.IndexByte(channel[open+1:], '}'); length > 0 {
			return channel[open+1 : open+1+length]
		}
	}
	return channel
}

func (r *Relay) add(channel string, s *subscription) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return ErrRelayClosed
	}
	tag := r.tag(channel)
	l := r.links[tag]
	if l == nil {
		l = newLink(r)
		r.links[tag] = l
		r.work.Go(l.run)
	}
	return l.want(channel, s)
}

// remove ends a channel's subscription, only s if it is given. A link without subscriptions ends.
func (r *Relay) remove(channel string, s *subscription) {
	r.mu.Lock()
	defer r.mu.Unlock()
	tag := r.tag(channel)
	if l := r.links[tag]; l != nil && l.unwant(channel, s) {
		l.cancel()
		delete(r.links, tag)
	}
}

// Close ends the relay and waits for its goroutines. Subscribers that wait get ErrRelayClosed.
func (r *Relay) Close() error {
	r.mu.Lock()
	r.closed = true
	for tag, l := range r.links {
		l.unwantAll()
		delete(r.links, tag)
	}
	r.mu.Unlock()
	r.cancel()
	r.work.Wait()
	return nil
}
