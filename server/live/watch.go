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

// watch follows one event on this node: the private notices of its buyers, and the deadlines of its holds.
type watch struct {
	node  *Node
	event string
	box   *hub.Mailbox
	news  chan struct{} // capacity 1: something is owed, or could be paid now
	stop  context.CancelFunc

	ready chan struct{} // closed when notices arrive

	concerned map[string]struct{} // buyers who were last told that they have something here; of run alone

	mu     sync.Mutex
	used   time.Time            // guarded by mu
	holds  bool                 // guarded by mu: somebody holds seats, as far as this node has seen
	epoch  int64                // guarded by mu: the newest that this node has seen
	missed bool                 // guarded by mu: everybody may have missed a notice
	owed   map[*hub.Client]debt // guarded by mu
}

// follow begins to follow an event, or goes on; it returns when notices arrive. After an error they arrive as soon as Redis is there,
// and what is owed is told then.
func (n *Node) follow(ctx context.Context, event string) (*watch, error) {
	w, err := n.watch(event)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, n.openTimeout)
	defer cancel()
	select {
	case <-w.ready:
		return w, nil
	case <-ctx.Done():
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
		w = &watch{node: n, event: event, box: hub.NewMailbox(noticesMailbox), news: make(chan struct{}, 1), stop: stop, ready: make(chan struct{}),
			concerned: map[string]struct{}{}, owed: map[*hub.Client]debt{}}
		n.watches[event] = w
		n.goRunLocked(func(context.Context) { w.run(run) })
	}
	w.mu.Lock()
	w.used = n.now()
	w.mu.Unlock()
	return w, nil
}

// run subscribes, then waits for notices and debts. It alone tells buyers anything, so that what they are told has an order.
func (w *watch) run(ctx context.Context) {
	n := w.node
	if !w.subscribe(ctx) {
		n.forget(w)
		return
	}
	defer n.cfg.Relay.Unsubscribe(seatmap.NoticeChannel(w.event))
	n.goRun(func(context.Context) { w.meetDeadlines(ctx) })
	close(w.ready)
	again := time.NewTicker(headsEvery)
	defer again.Stop()
	var untold []debt // paid some at a time: notices wait for those, not for all
	waiting := false  // Redis could not be read: until the next second, or until there is news
	for {
		var next <-chan struct{}
		if len(untold) > 0 && !waiting {
			next = w.ready // is closed
		}
		select {
		case <-ctx.Done():
			return
		case b := <-w.box.C:
			w.deliver(ctx, b)
		case <-w.box.Lost:
			untold, waiting = w.everybody(untold), false
		case <-w.news:
			untold, waiting = w.takeOwed(untold), false
		case <-next:
			var ok bool
			untold, ok = w.tellSome(ctx, untold)
			waiting = !ok
		case <-again.C:
			if waiting {
				untold, waiting = withoutGone(untold), false
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

// deliverAll delivers what is in the mailbox: it is older than a truth that is read from now on, and shall not be told after it.
func (w *watch) deliverAll(ctx context.Context) {
	for range len(w.box.C) {
		w.deliver(ctx, <-w.box.C)
	}
}

// meetDeadlines frees each seat at its own deadline, whatever the watch waits for otherwise. It looks at least once a second, which is in
// time for holds that are taken meanwhile too: none is shorter, and no deadline comes nearer.
func (w *watch) meetDeadlines(ctx context.Context) {
	for {
		select {
		case <-time.After(w.expire(ctx)):
		case <-ctx.Done():
			return
		}
	}
}

// expire frees what is due and returns when to look again.
func (w *watch) expire(ctx context.Context) time.Duration {
	n := w.node
	e, err := n.cfg.Live.Expire(ctx, w.event, expireBatch)
	if err != nil {
		if errors.Is(err, seatmap.ErrClosed) {
			w.mayHold()
		}
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

// mayHold is told that the event is not open: what was held may be gone, or come back with the event. So the watch counts as used a last
// time, and is there for whoever opens the event soon; for one that nobody opens it does not stay for ever.
func (w *watch) mayHold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.holds {
		w.holds, w.used = false, w.node.now()
	}
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
		w.concern(notice.Buyer, false) // it is decided
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
	// A hold that was booked is a booking on its way.
	w.concern(notice.Buyer, notice.Hold != nil || notice.Cause == seatmap.CauseBooked)
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
