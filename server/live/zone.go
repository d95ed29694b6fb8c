package live

import (
	"bytes"
	"context"
	"sync"
	"time"

	"jari/hub"
	"jari/seatmap"
)

const (
	sourceTimeout = 3 * time.Second
	repairTimeout = 2 * time.Second
	// zoneMailbox is how many relay messages a zone may be behind before it repairs from the log instead.
	zoneMailbox = 1024
)

// zoneRoom is one zone that clients of this node look at: the hub's source, and the goroutine that keeps its replica.
type zoneRoom struct {
	node  *Node
	room  string
	event *Event
	zone  *seatmap.Zone
	box   *hub.Mailbox
	stop  context.CancelFunc
	kick  chan struct{} // capacity 1: repair now

	replica *seatmap.Replica

	mu     sync.Mutex
	live   bool              // guarded by mu: the replica follows Redis
	anew   bool              // guarded by mu: the replica was reset since the last Next
	shadow *seatmap.Snapshot // guarded by mu: the database's picture, shown while not live
	behind seatmap.Head      // guarded by mu: a head that the replica had not reached a second ago
	joined bool              // guarded by mu: the relay subscription stands
}

func (n *Node) openZone(ctx context.Context, room string, e *Event, z *seatmap.Zone) (hub.Source, error) {
	run, stop := context.WithCancel(n.ctx)
	r := &zoneRoom{node: n, room: room, event: e, zone: z, stop: stop, kick: make(chan struct{}, 1),
		box: hub.NewMailbox(zoneMailbox), replica: seatmap.NewReplica()}
	if !r.catchUp(ctx) {
		states, err := n.cfg.Store.SeatStates(ctx, e.ID, z)
		if err != nil {
			stop()
			return nil, err
		}
		r.shadow = &seatmap.Snapshot{States: states}
		n.reopen(e.ID)
	}
	r.anew = false // nobody has seen anything yet
	n.mu.Lock()
	n.zones[room] = r
	n.goRunLocked(func(context.Context) { r.run(run) })
	n.mu.Unlock()
	return r, nil
}

// catchUp brings the replica to the present, from the log where it reaches back, else by a snapshot. Only the room's goroutine calls it
// (and openZone before there is one).
func (r *zoneRoom) catchUp(ctx context.Context) bool {
	n := r.node
	if !r.joined {
		// The subscription first, the snapshot after it: what happens in between arrives twice, never not at all.
		if err := n.cfg.Relay.Subscribe(ctx, seatmap.ZoneChannel(r.event.ID, r.zone.ID), r.box); err != nil {
			return false
		}
		r.joined = true
	}
	if had := r.replica.Drained(); r.isLive() && had.Epoch != 0 {
		view := r.replica.View()
		deltas, ok, err := n.cfg.Live.Since(ctx, r.event.ID, r.zone.ID, view.Epoch, view.Version, view.At)
		if err != nil {
			return false
		}
		if ok && r.takeAll(deltas) {
			return true
		}
	}
	s, err := n.cfg.Live.Snapshot(ctx, r.event.ID, r.zone.ID)
	if err != nil {
		return false
	}
	r.replica.Reset(s)
	r.mu.Lock()
	r.live, r.anew, r.shadow = true, true, nil
	r.mu.Unlock()
	return true
}

func (r *zoneRoom) takeAll(deltas []seatmap.Delta) bool {
	for _, d := range deltas {
		if r.replica.Apply(d) == seatmap.Gap {
			return false
		}
	}
	return true
}

func (r *zoneRoom) isLive() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.live
}

// run applies what the relay brings until the room is let go.
func (r *zoneRoom) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case b := <-r.box.C:
			d, err := seatmap.ParseDelta(b)
			if err != nil {
				r.node.log.Error("relay message cannot be read", "room", r.room, "error", err)
				r.repair(ctx)
				continue
			}
			switch r.replica.Apply(d) {
			case seatmap.Took:
				r.node.hub.Changed(r.room)
			case seatmap.Gap:
				r.repair(ctx)
			case seatmap.Stale:
			}
		case <-r.box.Lost:
			r.repair(ctx)
		case <-r.kick:
			r.repair(ctx)
		}
	}
}

// repair closes a gap. When Redis does not answer, the picture is marked not live and the next second tries again.
func (r *zoneRoom) repair(ctx context.Context) {
	limited, cancel := context.WithTimeout(ctx, repairTimeout)
	defer cancel()
	was := r.isLive()
	ok := r.catchUp(limited)
	if ctx.Err() != nil {
		return
	}
	switch {
	case ok:
		r.node.hub.Changed(r.room)
		if !was {
			r.node.hub.Announce(r.room, zoneMessage(r.event.ID, r.zone.ID, true))
		}
	case was:
		r.goDark()
	}
	if !ok {
		r.node.reopen(r.event.ID)
	}
}

// goDark marks the picture as stale; the last one stays visible.
func (r *zoneRoom) goDark() {
	view := r.replica.Drained()
	r.mu.Lock()
	r.live = false
	view.Epoch, view.Version = 0, 0 // nobody resumes from a picture that Redis does not stand behind
	r.shadow = &view
	r.mu.Unlock()
	r.node.hub.Announce(r.room, zoneMessage(r.event.ID, r.zone.ID, false))
}

// check compares the replica with the head that Redis says now. A replica behind a head that was already there a second ago has missed the last message.
func (r *zoneRoom) check(h seatmap.Head) {
	view := r.replica.View()
	r.mu.Lock()
	before, live := r.behind, r.live
	r.behind = h
	r.mu.Unlock()
	missed := before.Open && (view.Epoch != before.Epoch || view.Version < before.Version)
	if !live || !h.Open || missed {
		select {
		case r.kick <- struct{}{}:
		default:
		}
	}
}

// Next is part of hub.Source.
func (r *zoneRoom) Next() (hub.Frame, bool) {
	r.mu.Lock()
	if !r.live {
		r.mu.Unlock()
		return hub.Frame{}, false
	}
	if r.anew {
		r.anew = false
		r.mu.Unlock()
		r.replica.Drain()
		at := r.replica.Drained()
		return hub.Frame{Epoch: at.Epoch, From: -1, Version: at.Version}, true
	}
	r.mu.Unlock()
	d, ok := r.replica.Drain()
	if !ok {
		return hub.Frame{}, false
	}
	return r.frame(d, r.replica.Drained().States), true
}

func (r *zoneRoom) frame(d seatmap.Delta, states []byte) hub.Frame {
	return hub.Frame{Epoch: d.Epoch, From: d.From, Version: d.Version,
		Data: changesMessage(r.event.ID, r.zone.ID, d, r.available(states))}
}

// Snapshot is part of hub.Source.
func (r *zoneRoom) Snapshot() hub.Frame {
	s, live := r.picture()
	return hub.Frame{Epoch: s.Epoch, Version: s.Version,
		Data: snapshotMessage(r.event.ID, r.zone.ID, s, r.available(s.States), live)}
}

// picture is what the room shows at its drained position.
func (r *zoneRoom) picture() (s seatmap.Snapshot, live bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shadow != nil {
		return *r.shadow, false
	}
	return r.replica.Drained(), true
}

// available is the count of a general zone, -1 in a zone of seats.
func (r *zoneRoom) available(states []byte) int {
	if r.zone.Kind != seatmap.KindGeneral {
		return -1
	}
	return bytes.Count(states, []byte{byte(seatmap.Available)})
}

// Since is part of hub.Source: the log reaches further back than the ring.
func (r *zoneRoom) Since(at hub.Position) (hub.Frame, bool) {
	to := r.replica.Drained()
	if !r.isLive() || to.Epoch != at.Epoch || at.Version >= to.Version || at.Version < 0 {
		return hub.Frame{}, false
	}
	ctx, cancel := context.WithTimeout(r.node.ctx, repairTimeout)
	defer cancel()
	// The client does not say the time of its version: within one epoch one Redis numbered all of it.
	deltas, ok, err := r.node.cfg.Live.Since(ctx, r.event.ID, r.zone.ID, at.Epoch, at.Version, time.Time{})
	if err != nil || !ok {
		return hub.Frame{}, false
	}
	merged := seatmap.Delta{Epoch: at.Epoch, From: at.Version, Version: at.Version}
	last := map[int]int{} // seat index -> place in merged.Changes
	for _, d := range deltas {
		if d.Version > to.Version {
			break
		}
		for _, c := range d.Changes {
			if i, seen := last[c.Index]; seen {
				merged.Changes[i] = c
				continue
			}
			last[c.Index] = len(merged.Changes)
			merged.Changes = append(merged.Changes, c)
		}
		merged.Version = d.Version
	}
	if merged.Version != to.Version {
		return hub.Frame{}, false
	}
	return r.frame(merged, to.States), true
}

// Close is part of hub.Source.
func (r *zoneRoom) Close() {
	n := r.node
	n.mu.Lock()
	delete(n.zones, r.room)
	n.mu.Unlock()
	r.stop()
	n.cfg.Relay.Unsubscribe(seatmap.ZoneChannel(r.event.ID, r.zone.ID))
}
