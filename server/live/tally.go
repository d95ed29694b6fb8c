package live

import (
	"context"
	"sync"
	"time"

	"jari/seatmap"
)

const (
	// tallyKept is how old counts may be that are told as what is left.
	tallyKept = 10 * time.Second
	// tallyWait is how long a list waits for counts that are older, or that this node never had: it comes without them rather than late.
	tallyWait = 150 * time.Millisecond
)

// tally is what the node last saw of an event's counts.
type tally struct {
	at    time.Time
	zones []seatmap.ZoneCount // nil: not known one by one
	rest  *int                // where zones is nil: what the database says is neither sold nor blocked
}

// available is how many seats and places are free, as far as that is known.
func (t tally) available() (n int, known bool) {
	if t.zones == nil {
		if t.rest == nil {
			return 0, false
		}
		return *t.rest, true
	}
	for _, z := range t.zones {
		n += z.Available
	}
	return n, len(t.zones) > 0
}

// soldOut is true when no seat is free or may become free by a lapse.
func (t tally) soldOut() bool {
	for _, z := range t.zones {
		if z.Held > 0 {
			return false
		}
	}
	n, known := t.available()
	return known && n == 0
}

// Available is how many seats and places of an event are free, as this node saw within the last ten seconds.
func (n *Node) Available(e *Event) (available int, known bool) {
	t, ok := n.tallies.get(e.ID)
	if !ok || n.now().Sub(t.at) >= tallyKept {
		return 0, false
	}
	return t.available()
}

// Tally is called by whoever lists events, before Phase and Available: what was counted a second ago or longer is counted anew, that of
// all events in one pipeline. It waits only for counts that are too old to be told, and not for long.
func (n *Node) Tally(ctx context.Context, events []*Event) {
	counted, wanted := n.beginTally(events)
	if !wanted {
		return
	}
	late := time.NewTimer(tallyWait)
	defer late.Stop()
	select {
	case <-counted:
	case <-late.C:
	case <-ctx.Done():
	}
}

// beginTally has those of the events counted that are due and that nobody is counting. wanted: some of them are too old to be told.
func (n *Node) beginTally(events []*Event) (counted <-chan struct{}, wanted bool) {
	var due []*Event
	for _, e := range events {
		t, ok := n.tallies.get(e.ID)
		age := n.now().Sub(t.at)
		if ok && age < overviewEvery || !n.tallies.begin(e.ID) {
			continue
		}
		due = append(due, e)
		wanted = wanted || !ok || age >= tallyKept
	}
	if len(due) == 0 {
		return nil, false
	}
	done := make(chan struct{})
	n.goRun(func(ctx context.Context) {
		defer close(done)
		defer func() {
			for _, e := range due {
				n.tallies.end(e.ID)
			}
		}()
		ctx, cancel := context.WithTimeout(ctx, repairTimeout)
		defer cancel()
		n.countAll(ctx, due)
	})
	return done, wanted
}

// countAll counts events from Redis, and from the database where Redis does not know; when nobody can tell, the last counts stay.
// It does not have every event opened that somebody lists.
func (n *Node) countAll(ctx context.Context, events []*Event) {
	var asked []string
	for _, e := range events {
		if !n.absence.of(e.ID, n.now()) {
			asked = append(asked, e.ID)
		}
	}
	seen, err := n.cfg.Live.Overviews(ctx, asked)
	if err != nil && !unavailable(err) {
		n.log.Warn("events cannot be counted", "error", err)
	}
	var dark []*Event
	var ids []string
	for _, e := range events {
		o, ok := seen[e.ID]
		if !ok {
			dark, ids = append(dark, e), append(ids, e.ID)
			continue
		}
		n.sawEpoch(e.ID, o.Epoch)
		n.tallies.put(e.ID, tally{at: n.now(), zones: inPlanOrder(e.Plan, o.Zones)})
	}
	if len(dark) == 0 {
		return
	}
	taken, err := n.cfg.Store.Taken(ctx, ids)
	if err != nil {
		n.log.Debug("events cannot be counted in the database", "error", err) // watchFences says that it is away
		return
	}
	for _, e := range dark {
		rest := max(0, e.Plan.Capacity()-taken[e.ID])
		n.tallies.put(e.ID, tally{at: n.now(), rest: &rest})
	}
}

// soldOut is what the node saw last. When that was a while ago it looks again, for who asks next.
func (n *Node) soldOut(e *Event) bool {
	n.beginTally([]*Event{e})
	t, _ := n.tallies.get(e.ID)
	return t.soldOut()
}

// tallies keeps the counts of events as this node last saw them.
type tallies struct {
	mu sync.Mutex
	by map[string]tally // by event, guarded by mu
	at map[string]bool  // by event, guarded by mu: somebody is counting
}

// begin reports whether nobody is counting an event; then the caller is, until end.
func (t *tallies) begin(event string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.at[event] {
		return false
	}
	if t.at == nil {
		t.at = map[string]bool{}
	}
	t.at[event] = true
	return true
}

func (t *tallies) end(event string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.at, event)
}

func (t *tallies) get(event string) (tally, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v, ok := t.by[event]
	return v, ok
}

func (t *tallies) put(event string, v tally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.by == nil {
		t.by = map[string]tally{}
	}
	t.by[event] = v
}
