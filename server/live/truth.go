package live

import (
	"context"
	"slices"
	"sync"
	"time"

	"jari/hub"
	"jari/seatmap"
	"jari/server/protocol"
)

const (
	// tellAtOnce is how many truths a watch reads side by side: one after another, a node's reconnecting clients would wait for as
	// many round trips.
	tellAtOnce = 16
	// decidedLately is what belongs to the truth after a loss. Decisions do not wait for Redis, so one of an outage may be minutes old.
	decidedLately = 10 * time.Minute
)

// debt is a truth that is owed: what a buyer holds in the event of a watch, and its bookings on their way.
type debt struct {
	buyer  string
	client *hub.Client // nil: all sockets of the buyer
	quiet  bool        // nothing is said when there is nothing
	again  bool        // notices may have been lost: what was decided lately belongs to it
}

// owe never waits; a debt stands until it is paid, or the client has gone.
func (w *watch) owe(d debt) {
	w.mu.Lock()
	if had, ok := w.owed[d.client]; ok {
		d.quiet = d.quiet && had.quiet
	}
	w.owed[d.client] = d
	w.mu.Unlock()
	signal(w.news)
}

// sawEpoch is told the event's epoch whenever somebody has read it. Another one than before: Redis began anew, and what was held
// may be gone without a notice.
func (n *Node) sawEpoch(event string, epoch int64) {
	n.mu.Lock()
	w := n.watches[event]
	n.mu.Unlock()
	if w == nil {
		return
	}
	w.mu.Lock()
	before := w.epoch
	w.epoch = max(before, epoch)
	w.missed = w.missed || before != 0 && epoch > before
	w.mu.Unlock()
	if epoch > before {
		signal(w.news) // what could not be read while the event was closed can be now
	}
}

// takeOwed adds what is owed since the last time to what is still untold.
func (w *watch) takeOwed(untold []debt) []debt {
	w.mu.Lock()
	owed, missed := w.owed, w.missed
	w.owed, w.missed = map[*hub.Client]debt{}, false
	w.mu.Unlock()
	if missed {
		untold = w.everybody(untold)
	}
	for _, d := range owed {
		untold = append(untold, d)
	}
	return untold
}

// everybody adds the buyers of this node who may have missed a notice that matters: who looks at the event, and who was last told
// that it has something there.
func (w *watch) everybody(untold []debt) []debt {
	n := w.node
	untold = slices.DeleteFunc(untold, func(d debt) bool { return d.client == nil }) // told anew now
	rooms := []string{OverviewRoom(w.event)}
	if e := n.catalog.cached(w.event); e != nil {
		for i := range e.Plan.Zones {
			rooms = append(rooms, ZoneRoom(w.event, e.Plan.Zones[i].ID))
		}
	}
	buyers := n.hub.OwnersIn(rooms...)
	looking := make(map[string]bool, len(buyers))
	for _, buyer := range buyers {
		looking[buyer] = true
	}
	here := map[string]bool{}
	for _, buyer := range n.hub.Owners() {
		here[buyer] = true
	}
	for buyer := range w.concerned {
		switch {
		case !here[buyer]:
			delete(w.concerned, buyer)
		case !looking[buyer]:
			buyers = append(buyers, buyer)
		}
	}
	for _, buyer := range buyers {
		untold = append(untold, debt{buyer: buyer, again: true})
	}
	return untold
}

// concern remembers who was last told that it has something in the event.
func (w *watch) concern(buyer string, has bool) {
	if has {
		w.concerned[buyer] = struct{}{}
		return
	}
	delete(w.concerned, buyer)
}

// withoutGone drops what is owed to clients that have ended.
func withoutGone(untold []debt) []debt {
	return slices.DeleteFunc(untold, func(d debt) bool { return d.client != nil && d.client.Owner() == "" })
}

// tellSome pays the first debts and returns the rest; false: Redis could not be read, and what it was asked for is still owed.
// Notices wait meanwhile. So none that was delivered is followed by a truth that is older: those that come are told after it.
func (w *watch) tellSome(ctx context.Context, untold []debt) (rest []debt, ok bool) {
	w.deliverAll(ctx)
	batch, rest := untold[:min(tellAtOnce, len(untold))], untold[min(tellAtOnce, len(untold)):]
	ctx, cancel := context.WithTimeout(ctx, repairTimeout)
	defer cancel()
	truths := make([]truth, len(batch))
	var reading sync.WaitGroup
	for i, d := range batch {
		reading.Go(func() { truths[i] = w.node.truth(ctx, w.event, d) })
	}
	reading.Wait()
	ok = true
	var failed error
	for i, d := range batch {
		t := truths[i]
		if unavailable(t.err) {
			rest, ok = append(rest, d), false
			continue
		}
		if t.err != nil {
			failed = t.err
		}
		w.say(d, t)
	}
	if failed != nil {
		w.node.log.Warn("what a buyer has cannot be told whole", "event", w.event, "error", failed)
	}
	return rest, ok
}

func (w *watch) say(d debt, t truth) {
	send := func(message []byte) { w.node.hub.Tell(d.buyer, message) }
	if d.client != nil {
		send = d.client.Tell
	}
	if t.hold != nil && (t.holds || !d.quiet) {
		send(t.hold)
	}
	for _, message := range t.bookings {
		send(message)
	}
	w.concern(d.buyer, t.holds || t.pending)
}

// truth is what a buyer has in an event, as messages.
type truth struct {
	hold     []byte
	holds    bool // hold is not that nothing is held
	bookings [][]byte
	pending  bool  // some of them are pending
	err      error // unavailable: nothing can be told; another: some of it cannot
}

func (n *Node) truth(ctx context.Context, event string, d debt) (t truth) {
	e, err := n.Event(ctx, event)
	if err != nil {
		return truth{err: err}
	}
	v, err := n.cfg.Live.HoldOf(ctx, event, d.buyer)
	if err != nil {
		return truth{err: err}
	}
	t.holds = v.Hold != nil
	if t.hold, err = holdMessage(event, v.Hold, e.Currency, seatmap.CauseChanged); err != nil {
		return truth{err: err}
	}
	if n.cfg.Pending != nil {
		pending, err := n.cfg.Pending(ctx, d.buyer, event)
		if err != nil {
			t.err = err
			return t
		}
		t.pending = len(pending) > 0
		t.add(pending)
	}
	// After the pending ones: what was decided between the two looks is in both, and the last word counts.
	if d.again && n.cfg.Decided != nil {
		decided, err := n.cfg.Decided(ctx, d.buyer, event, n.now().Add(-decidedLately))
		if unavailable(err) {
			return t // the database is away: what Redis says is told without it, and who waits for a booking asks for it too
		}
		t.err = err
		t.add(decided)
	}
	return t
}

func (t *truth) add(bookings []protocol.Booking) {
	for _, b := range bookings {
		raw, err := marshalBooking(b)
		if err != nil {
			t.err = err
			continue
		}
		t.bookings = append(t.bookings, bookingMessage(raw))
	}
}
