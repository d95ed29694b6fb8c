package live

import (
	"context"
	"errors"
	"sync"
	"time"

	"jari/hub"
	"jari/seatmap"
)

const (
	headsEvery = time.Second
	// expireBatch is how many holds one script frees: a batch must not keep the others waiting.
	expireBatch = 64
	// expirePause between two batches lets deadlines that lie close together share one script; well below the 250 ms of I8.
	expirePause = 5 * time.Millisecond
	// rebuildClaim is how long one node's claim to ask for a rebuild keeps the others quiet.
	rebuildClaim   = 3 * time.Second
	noticesMailbox = 4096
	// watchIdle is how long an event without rooms is followed after its last use.
	watchIdle = 2 * time.Minute
)

// watch follows one event on this node: the private notices of its buyers and the deadline of its earliest hold.
type watch struct {
	node  *Node
	event string
	box   *hub.Mailbox
	alarm chan time.Duration // a deadline lies that far ahead
	stop  context.CancelFunc

	ready chan struct{} // closed when the first try to subscribe has ended
	err   error         // of that try; read after ready

	mu   sync.Mutex
	used time.Time     // guarded by mu
	skew time.Duration // guarded by mu: Redis' clock minus this node's
}

// follow begins to follow an event, or goes on; it returns when notices arrive.
func (n *Node) follow(ctx context.Context, event string) (*watch, error) {
	n.mu.Lock()
	w := n.watches[event]
	if w == nil {
		if n.closed {
			n.mu.Unlock()
			return nil, errors.New("the node is closing")
		}
		run, stop := context.WithCancel(n.ctx)
		w = &watch{node: n, event: event, box: hub.NewMailbox(noticesMailbox), alarm: make(chan time.Duration, 64),
			stop: stop, ready: make(chan struct{})}
		n.watches[event] = w
		n.goRunLocked(func(context.Context) { w.run(run) })
	}
	n.mu.Unlock()
	w.touch()
	select {
	case <-w.ready:
		return w, w.err
	case <-ctx.Done():
		return w, ctx.Err()
	}
}

func (w *watch) touch() {
	w.mu.Lock()
	w.used = w.node.now()
	w.mu.Unlock()
}

// run subscribes, then waits for notices and deadlines.
func (w *watch) run(ctx context.Context) {
	n := w.node
	limited, cancel := context.WithTimeout(ctx, sourceTimeout)
	w.err = n.cfg.Relay.Subscribe(limited, seatmap.NoticeChannel(w.event), w.box)
	cancel()
	close(w.ready)
	if w.err != nil {
		// The next use tries anew.
		n.forget(w)
		return
	}
	defer n.cfg.Relay.Unsubscribe(seatmap.NoticeChannel(w.event))
	timer := time.NewTimer(headsEvery)
	defer timer.Stop()
	due := n.now().Add(headsEvery)
	for {
		select {
		case <-ctx.Done():
			return
		case b := <-w.box.C:
			w.deliver(ctx, b)
		case <-w.box.Lost:
			n.tellAll(ctx, w.event)
		case in := <-w.alarm:
			if at := n.now().Add(in); at.Before(due) {
				due = at
				timer.Reset(max(in, 0))
			}
		case <-timer.C:
			in := w.expire(ctx)
			due = n.now().Add(in)
			timer.Reset(in)
		}
	}
}

// arm makes the watch look at the event's deadlines no later than at the given moment of Redis' clock.
func (w *watch) arm(now, deadline time.Time) {
	if deadline.IsZero() {
		return
	}
	w.mu.Lock()
	w.skew = now.Sub(w.node.now())
	w.mu.Unlock()
	select {
	case w.alarm <- deadline.Sub(now) + time.Millisecond:
	default: // run is busy and looks again at the latest a second after its last look
	}
}

// expire frees what is due and returns when to look again.
func (w *watch) expire(ctx context.Context) time.Duration {
	n := w.node
	_, next, err := n.cfg.Live.Expire(ctx, w.event, expireBatch)
	if err != nil {
		if ctx.Err() == nil && !unavailable(err) {
			n.log.Warn("holds cannot be expired", "event", w.event, "error", err)
		}
		return headsEvery
	}
	if next.IsZero() {
		return headsEvery
	}
	// The node's clock only decides when to ask; what is due is decided by Redis.
	w.mu.Lock()
	in := next.Sub(n.now().Add(w.skew)) + time.Millisecond
	w.mu.Unlock()
	return min(max(in, expirePause), headsEvery)
}

// deliver hands a notice to the sockets of its buyer.
func (w *watch) deliver(ctx context.Context, b []byte) {
	n := w.node
	notice, err := seatmap.ParseNotice(w.event, b)
	if err != nil {
		n.log.Error("notice cannot be read", "event", w.event, "error", err)
		return
	}
	if notice.Booking != nil {
		n.hub.Tell(notice.Buyer, bookingMessage(notice.Booking))
		return
	}
	e, err := n.Event(ctx, w.event)
	if err != nil {
		n.log.Error("notice cannot be told", "event", w.event, "error", err)
		return
	}
	message, err := holdMessage(e.ID, notice.Hold, e.Currency, notice.Cause)
	if err != nil {
		n.log.Error("notice cannot be written", "event", w.event, "error", err)
		return
	}
	n.hub.Tell(notice.Buyer, message)
}

// forget takes a watch out of the node.
func (n *Node) forget(w *watch) {
	n.mu.Lock()
	if n.watches[w.event] == w {
		delete(n.watches, w.event)
	}
	n.mu.Unlock()
	w.stop()
}

// tellAll sends every buyer on this node the truth of its hold, after notices may have been lost.
func (n *Node) tellAll(ctx context.Context, event string) {
	for _, buyer := range n.hub.Owners() {
		message, err := n.truth(ctx, event, buyer)
		if err != nil {
			n.log.Warn("holds cannot be told again", "event", event, "error", err)
			return
		}
		n.hub.Tell(buyer, message)
	}
}

// truth is the hold message of a buyer as Redis knows it.
func (n *Node) truth(ctx context.Context, event, buyer string) ([]byte, error) {
	e, err := n.Event(ctx, event)
	if err != nil {
		return nil, err
	}
	v, err := n.cfg.Live.HoldOf(ctx, event, buyer)
	if err != nil {
		return nil, err
	}
	return holdMessage(event, v.Hold, e.Currency, seatmap.CauseChanged)
}

// every calls f once per period until ctx ends.
func every(ctx context.Context, period time.Duration, f func()) {
	t := time.NewTicker(period)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			f()
		}
	}
}
