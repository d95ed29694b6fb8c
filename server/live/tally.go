package live

import (
	"context"
	"slices"
	"sync"
	"time"

	"jari/seatmap"
)

const (
	// TallyKept is how old counts may be that are told as what is left: nobody hears of any that are older than ten seconds, and the list
	// of events at / is kept for one.
	TallyKept = 9 * time.Second
	// tallyWait is how long a list waits for counts that are older, or that this node never had: it comes without them rather than late.
	tallyWait = 150 * time.Millisecond
)

// tally is what the node last saw of an event's counts.
type tally struct {
	at    time.Time
	zones []seatmap.ZoneCount // nil: not known one by one
	rest  *int                // what the database says is neither sold nor blocked; nil: zones are as of then, else they are older
}

// available is how many seats and places are free, as far as that is known.
func (t tally) available() (n int, known bool) {
	if t.rest != nil {
		return *t.rest, true
	}
	for _, z := range t.zones {
		n += z.Available
	}
	return n, len(t.zones) > 0
}

// soldOut is true when no seat is free or may become free by a lapse.
func (t tally) soldOut() bool {
	if t.rest != nil {
		return *t.rest == 0
	}
	for _, z := range t.zones {
		if z.Held > 0 {
			return false
		}
	}
	n, known := t.available()
	return known && n == 0
}

// due is true when an event is to be counted anew. The database counts rows, so it is not asked each second.
func (t tally) due(now time.Time) bool {
	if t.rest != nil {
		return t.old(now)
	}
	return now.Sub(t.at) >= overviewEvery
}

// old counts are not told.
func (t tally) old(now time.Time) bool { return now.Sub(t.at) >= TallyKept }

// Available is how many seats and places of an event are free, as this node saw a while ago (TallyKept). Before and after its sale it is
// not told, though the node may know it because somebody watches the event.
func (n *Node) Available(e *Event) (available int, known bool) {
	t, ok := n.tallies.get(e.ID)
	if !ok || t.old(n.now()) || n.outsideSale(e) != "" {
		return 0, false
	}
	return t.available()
}

// Tally is called by whoever lists events, before Phase and Available: what was counted a second ago or longer is counted anew, that of
// all events in one pipeline. It waits only for counts that are too old to be told, whoever began them, and not for long.
func (n *Node) Tally(ctx context.Context, events []*Event) {
	wanted := n.beginTally(events)
	if len(wanted) == 0 {
		return
	}
	late := time.NewTimer(tallyWait)
	defer late.Stop()
	for _, counted := range wanted {
		select {
		case <-counted:
		case <-late.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// beginTally has those of the events counted that are due and that nobody is counting. Each count that is under way of events whose counts
// are too old to be told closes one of the channels at its end. Before and after the sale nobody asks what is left, and a list begins with
// all that is over, of which only the database knows.
func (n *Node) beginTally(events []*Event) (wanted []<-chan struct{}) {
	var due []*Event
	done := make(chan struct{})
	for _, e := range events {
		now := n.now()
		t, ok := n.tallies.get(e.ID)
		if ok && !t.due(now) || n.outsideSale(e) != "" {
			continue
		}
		counted, begun := n.tallies.begin(e.ID, done)
		if begun {
			due = append(due, e)
		}
		if (!ok || t.old(now)) && !slices.Contains(wanted, counted) {
			wanted = append(wanted, counted)
		}
	}
	if len(due) == 0 {
		return wanted
	}
	n.goRun(func(ctx context.Context) {
		defer close(done)
		defer func() {
			for _, e := range due {
				n.tallies.end(e.ID)
			}
		}()
		n.countAll(ctx, due)
	})
	return wanted
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
	at := n.now() // before asking: the slowest server has all answers wait
	limited, cancel := context.WithTimeout(ctx, n.openTimeout)
	seen, err := n.cfg.Live.Overviews(limited, asked)
	cancel()
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
		n.tallies.put(e.ID, tally{at: at, zones: inPlanOrder(e.Plan, o.Zones)})
	}
	if len(dark) == 0 {
		return
	}
	at = n.now()
	limited, cancel = context.WithTimeout(ctx, repairTimeout) // of its own: a Redis that hangs uses up the other
	defer cancel()
	taken, err := n.cfg.Store.Taken(limited, ids)
	if err != nil {
		n.log.Debug("events cannot be counted in the database", "error", err) // watchFences says that it is away
		return
	}
	for _, e := range dark {
		rest := max(0, e.Plan.Capacity()-taken[e.ID])
		n.tallies.put(e.ID, tally{at: at, rest: &rest})
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
	by map[string]tally           // by event, guarded by mu
	at map[string]<-chan struct{} // by event, guarded by mu: somebody is counting, and closes it then
}

// begin reports whether nobody is counting an event; then the caller is, until end, and closes done. counted is closed by who is counting.
func (t *tallies) begin(event string, done <-chan struct{}) (counted <-chan struct{}, begun bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if counted = t.at[event]; counted != nil {
		return counted, false
	}
	if t.at == nil {
		t.at = map[string]<-chan struct{}{}
	}
	t.at[event] = done
	return done, true
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

// put takes counts unless newer ones are there. Those of zones stay until there are others: an overview shows them rather than nothing.
func (t *tallies) put(event string, v tally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	had := t.by[event]
	if v.at.Before(had.at) {
		return
	}
	if v.zones == nil {
		v.zones = had.zones
	}
	if t.by == nil {
		t.by = map[string]tally{}
	}
	t.by[event] = v
}
