package live

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"jari/hub"
	"jari/seatmap"
	"jari/server/store"
)

// overviewEvery is how often an overview may change.
const overviewEvery = time.Second

// overviewRoom shows an event at a glance: every frame is the whole picture.
type overviewRoom struct {
	node  *Node
	event string

	mu      sync.Mutex
	version int64  // guarded by mu: numbers the pictures
	told    int64  // guarded by mu: version of the last Next
	picture []byte // guarded by mu
}

// overviewEpoch numbers pictures of this process; a position of another process never fits because clients do not send one.
const overviewEpoch = 1

func (n *Node) openOverview(ctx context.Context, e *Event) hub.Source {
	o := &overviewRoom{node: n, event: e.ID}
	o.refresh(ctx)
	o.told = o.version
	n.mu.Lock()
	n.overviews[e.ID] = o
	n.mu.Unlock()
	return o
}

// refresh takes the present counts and reports whether the picture is another one than before.
func (o *overviewRoom) refresh(ctx context.Context) bool {
	n := o.node
	e, err := n.Event(ctx, o.event)
	if err != nil {
		n.log.Warn("overview cannot be read", "event", o.event, "error", err)
		return false
	}
	zones := n.counts(ctx, e) // before the phase, which may depend on them
	picture := overviewMessage(e.ID, n.Phase(e), zones)
	o.mu.Lock()
	defer o.mu.Unlock()
	if bytes.Equal(picture, o.picture) {
		return false
	}
	o.picture = picture
	o.version++
	return true
}

// Next is part of hub.Source.
func (o *overviewRoom) Next() (hub.Frame, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.told == o.version {
		return hub.Frame{}, false
	}
	f := hub.Frame{Epoch: overviewEpoch, From: o.told, Version: o.version, Data: o.picture}
	o.told = o.version
	return f, true
}

// Snapshot is part of hub.Source.
func (o *overviewRoom) Snapshot() hub.Frame {
	o.mu.Lock()
	defer o.mu.Unlock()
	return hub.Frame{Epoch: overviewEpoch, Version: o.told, Data: o.picture}
}

// Since is part of hub.Source: an overview has no past.
func (o *overviewRoom) Since(hub.Position) (hub.Frame, bool) { return hub.Frame{}, false }

// Close is part of hub.Source.
func (o *overviewRoom) Close() {
	o.node.mu.Lock()
	defer o.node.mu.Unlock()
	if o.node.overviews[o.event] == o { // else another room has been made meanwhile
		delete(o.node.overviews, o.event)
	}
}

// watchOverviews renews the pictures of all overview rooms once a second.
func (n *Node) watchOverviews(ctx context.Context) {
	every(ctx, overviewEvery, func() {
		n.mu.Lock()
		rooms := make([]*overviewRoom, 0, len(n.overviews))
		for _, o := range n.overviews {
			rooms = append(rooms, o)
		}
		n.mu.Unlock()
		for _, o := range rooms {
			if o.refresh(ctx) {
				n.hub.Changed(OverviewRoom(o.event))
			}
		}
	})
}

// counts returns an event's counts, at most half a second old; from the database when Redis does not know.
func (n *Node) counts(ctx context.Context, e *Event) []seatmap.ZoneCount {
	if t, ok := n.tallies.get(e.ID); ok && t.zones != nil && t.rest == nil && n.now().Sub(t.at) < overviewEvery/2 {
		return t.zones
	}
	zones, live := n.recount(ctx, e)
	if !live {
		n.Reopen(e.ID)
	}
	return zones
}

// recount takes the present counts, live from Redis; when nobody can tell, the last ones stay.
func (n *Node) recount(ctx context.Context, e *Event) (zones []seatmap.ZoneCount, live bool) {
	at := n.now() // before asking
	if !n.absence.of(e.ID, at) {
		if o, err := n.cfg.Live.Overview(ctx, e.ID); err == nil {
			n.sawEpoch(e.ID, o.Epoch)
			zones, live = inPlanOrder(e.Plan, o.Zones), true
		}
	}
	if !live {
		zones = n.countsOfDatabase(ctx, e)
	}
	if zones == nil {
		t, _ := n.tallies.get(e.ID)
		return t.zones, false
	}
	n.tallies.put(e.ID, tally{at: at, zones: zones})
	return zones, live
}

func inPlanOrder(p *seatmap.Plan, counts []seatmap.ZoneCount) []seatmap.ZoneCount {
	by := make(map[string]seatmap.ZoneCount, len(counts))
	for _, c := range counts {
		by[c.Zone] = c
	}
	out := make([]seatmap.ZoneCount, len(p.Zones))
	for i := range p.Zones {
		z := &p.Zones[i]
		c, ok := by[z.ID]
		if !ok {
			c = seatmap.ZoneCount{Zone: z.ID, Available: z.Capacity()}
		}
		out[i] = c
	}
	return out
}

func (n *Node) countsOfDatabase(ctx context.Context, e *Event) []seatmap.ZoneCount {
	out := make([]seatmap.ZoneCount, len(e.Plan.Zones))
	for i := range e.Plan.Zones {
		z := &e.Plan.Zones[i]
		states, err := n.cfg.Store.SeatStates(ctx, e.ID, z)
		if err != nil {
			level := slog.LevelWarn
			if errors.Is(err, store.ErrUnavailable) {
				level = slog.LevelDebug // watchFences says that the database is away
			}
			n.log.Log(context.Background(), level, "counts cannot be read", "event", e.ID, "error", err)
			return nil
		}
		count := func(s seatmap.State) int { return bytes.Count(states, []byte{byte(s)}) }
		out[i] = seatmap.ZoneCount{Zone: z.ID, Available: count(seatmap.Available), Held: count(seatmap.Held),
			Booked: count(seatmap.Booked), Blocked: count(seatmap.Blocked)}
	}
	return out
}
