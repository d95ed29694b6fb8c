package live

import (
	"context"
	"sync"
	"time"

	"jari/hub"
	"jari/seatmap"
)

const (
	sourceTimeout = 3 * time.Second
	// openTimeout is the part of sourceTimeout that Redis may take before a new room shows the database's picture.
	openTimeout   = time.Second
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
	ended chan struct{} // closed when run has ended
	gone  chan struct{} // closed when Close has let go of everything
	kick  chan struct{} // capacity 1: repair now

	replica *seatmap.Replica
	history history

	mu     sync.Mutex
	live   bool              // guarded by mu: the replica follows Redis
	anew   bool              // guarded by mu: the replica was reset since the last Next
	shadow *seatmap.Snapshot // guarded by mu: the database's picture, shown while not live
	behind seatmap.Head      // guarded by mu: a head that the replica had not reached a second ago

	joined bool // the relay subscription stands; only touched by the room's goroutine, and by openZone and Close when there is none
}

// openZone makes a room of the zone. Without Redis it shows the picture of the database.
func (n *Node) openZone(ctx context.Context, room string, e *Event, z *seatmap.Zone) (hub.Source, error) {
	if err := n.awaitGone(ctx, room); err != nil {
		return nil, err
	}
	run, stop := context.WithCancel(n.ctx)
	r := &zoneRoom{node: n, room: room, event: e, zone: z, stop: stop, kick: make(chan struct{}, 1),
		ended: make(chan struct{}), gone: make(chan struct{}), box: hub.NewMailbox(zoneMailbox), replica: seatmap.NewReplica()}
	if !r.begin(ctx) {
		states, err := n.cfg.Store.SeatStates(ctx, e.ID, z)
		if err != nil {
			stop()
			r.unsubscribe()
			return nil, err
		}
		r.shadow = &seatmap.Snapshot{States: states}
		n.Reopen(e.ID)
	}
	r.anew = false // nobody has seen anything yet
	n.mu.Lock()
	n.zones[room] = r
	if !n.goRunLocked(func(context.Context) { defer close(r.ended); r.run(run) }) {
		close(r.ended)
	}
	n.mu.Unlock()
	return r, nil
}

// begin takes the first picture. A node that has just started may not have asked yet which Redis answers, and the clients of one that
// has gone are there already: with the database's picture none of them could go on from what it has. A Redis that is known to be away is
// not waited for: the next second repairs what is shown.
func (r *zoneRoom) begin(ctx context.Context) bool {
	n := r.node
	if n.absence.of(r.event.ID, n.now()) {
		return false
	}
	limited, cancel := context.WithTimeout(ctx, n.openTimeout)
	defer cancel()
	ok := r.catchUp(limited) || n.cfg.Live.Refresh(limited) == nil && r.catchUp(limited)
	if !ok && limited.Err() != nil && ctx.Err() == nil {
		n.absence.waited(r.event.ID, n.now())
	}
	return ok
}

// awaitGone waits for the room of that name before, which the hub has let go but which may not have let go of its channel.
func (n *Node) awaitGone(ctx context.Context, room string) error {
	for {
		n.mu.Lock()
		former := n.zones[room]
		n.mu.Unlock()
		if former == nil {
			return nil
		}
		select {
		case <-former.gone:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
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
		steps, ok, err := n.cfg.Live.Since(ctx, r.event.ID, r.zone.ID, view.Epoch, view.Version, view.At)
		if err != nil {
			return false
		}
		if ok && r.takeAll(steps) {
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
	n.absence.answered(r.event.ID)
	n.sawEpoch(r.event.ID, s.Epoch)
	return true
}

func (r *zoneRoom) catchUpWithin(ctx context.Context, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return r.catchUp(ctx)
}

func (r *zoneRoom) takeAll(steps []seatmap.Changes) bool {
	for _, d := range steps {
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
			d, err := seatmap.ParseChanges(b)
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
	was := r.isLive()
	ok := r.catchUpWithin(ctx, repairTimeout)
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
		r.node.Reopen(r.event.ID)
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

// Close is part of hub.Source. A room of the same name may be made meanwhile: it waits until this one has let go of the channel.
func (r *zoneRoom) Close() {
	r.stop()
	<-r.ended
	r.unsubscribe()
	n := r.node
	n.mu.Lock()
	delete(n.zones, r.room)
	n.mu.Unlock()
	close(r.gone)
}

func (r *zoneRoom) unsubscribe() {
	if r.joined {
		r.joined = false
		r.node.cfg.Relay.Unsubscribe(seatmap.ZoneChannel(r.event.ID, r.zone.ID))
	}
}
