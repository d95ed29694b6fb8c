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
	// subscribeAgain is how long a new watch waits for the one before it to let go of the channel.
	subscribeAgain = 5 * time.Millisecond
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

	ready chan struct{} // closed when notices arrive

	mu     sync.Mutex
	used   time.Time // guarded by mu
	holds  bool      // guarded by mu: somebody holds seats, as far as this node has seen
	missed bool      // guarded by mu: somebody may have missed a notice
}

// follow begins to follow an event, or goes on; it returns when notices arrive. After an error they arrive as soon as Redis is there,
// and who is here then is told the truth.
func (n *Node) follow(ctx context.Context, event string) (*watch, error) {
	w, err := n.watch(event)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	select {
	case <-w.ready:
		return w, nil
	case <-ctx.Done():
		w.mu.Lock()
		w.missed = true
		w.mu.Unlock()
		return w, ctx.Err()
	}
}

// watch returns the event's watch, used now.
func (n *Node) watch(event string) (*watch, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	w := n.watches[event]
	if w == nil {
		if n.closed {
			return nil, errors.New("the node is closing")
		}
		run, stop := context.WithCancel(n.ctx)
		w = &watch{node: n, event: event, box: hub.NewMailbox(noticesMailbox), alarm: make(chan time.Duration, 64),
			stop: stop, ready: make(chan struct{})}
		n.watches[event] = w
		n.goRunLocked(func(context.Context) { w.run(run) })
	}
	w.mu.Lock()
	w.used = n.now()
	w.mu.Unlock()
	return w, nil
}

// run subscribes, then waits for notices and deadlines.
func (w *watch) run(ctx context.Context) {
	n := w.node
	if !w.subscribe(ctx) {
		n.forget(w)
		return
	}
	defer n.cfg.Relay.Unsubscribe(seatmap.NoticeChannel(w.event))
	close(w.ready)
	timer := time.NewTimer(headsEvery)
	defer timer.Stop()
	due := n.now().Add(headsEvery)
	var untold []string // buyers who are to be told the truth, one after another: deadlines do not wait for them
	for {
		var next <-chan struct{}
		if len(untold) > 0 && !w.hasMissed() {
			next = w.ready // is closed
		}
		select {
		case <-ctx.Done():
			return
		case b := <-w.box.C:
			w.deliver(ctx, b)
		case <-w.box.Lost:
			w.deliverAll(ctx)
			untold = n.hub.Owners()
		case <-next:
			if w.tell(ctx, untold[0]) {
				untold = untold[1:]
			}
		case in := <-w.alarm:
			if at := n.now().Add(in); at.Before(due) {
				due = at
				timer.Reset(max(in, 0))
			}
		case <-timer.C:
			in := w.expire(ctx)
			due = n.now().Add(in)
			timer.Reset(in)
			if w.takeMissed() {
				w.deliverAll(ctx)
				untold = n.hub.Owners()
			}
		}
	}
}

// subscribe reports false when the node or the relay is closing. While Redis is away it waits.
func (w *watch) subscribe(ctx context.Context) bool {
	for {
		err := w.node.cfg.Relay.Subscribe(ctx, seatmap.NoticeChannel(w.event), w.box)
		if err == nil {
			return true
		}
		if !errors.Is(err, hub.ErrSubscribed) {
			return false
		}
		// The watch before this one has not let go yet.
		select {
		case <-time.After(subscribeAgain):
		case <-ctx.Done():
			return false
		}
	}
}

func (w *watch) hasMissed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.missed
}

func (w *watch) takeMissed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	missed := w.missed
	w.missed = false
	return missed
}

// deliverAll delivers what is in the mailbox: it is older than a truth that is read from now on, and shall not be told after it.
func (w *watch) deliverAll(ctx context.Context) {
	for range len(w.box.C) {
		w.deliver(ctx, <-w.box.C)
	}
}

// tell sends a buyer the truth. When it cannot be read now, all are told again later.
func (w *watch) tell(ctx context.Context, buyer string) bool {
	message, err := w.node.truth(ctx, w.event, buyer)
	if err == nil {
		w.node.hub.Tell(buyer, message)
		return true
	}
	if !unavailable(err) {
		w.node.log.Warn("hold cannot be told again", "event", w.event, "error", err)
		return true // later it would be the same: the others are told
	}
	w.mu.Lock()
	w.missed = true
	w.mu.Unlock()
	return false
}

// arm makes the watch look at the event's deadlines no later than at the given moment of Redis' clock.
func (w *watch) arm(now, deadline time.Time) {
	if deadline.IsZero() {
		return
	}
	w.mu.Lock()
	w.holds = true
	w.mu.Unlock()
	select {
	case w.alarm <- deadline.Sub(now) + time.Millisecond:
	default: // run is busy and looks again at the latest a second after its last look
	}
}

// expire frees what is due and returns when to look again.
func (w *watch) expire(ctx context.Context) time.Duration {
	n := w.node
	e, err := n.cfg.Live.ExpireAt(ctx, w.event, expireBatch)
	if err != nil {
		if ctx.Err() == nil && !unavailable(err) {
			n.log.Warn("holds cannot be expired", "event", w.event, "error", err)
		}
		return headsEvery
	}
	w.mu.Lock()
	w.holds = !e.Next.IsZero()
	w.mu.Unlock()
	if e.Next.IsZero() {
		return headsEvery
	}
	return min(max(e.Next.Sub(e.Now)+time.Millisecond, expirePause), headsEvery)
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
