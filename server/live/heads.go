package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"jari/seatmap"
)

// warmEvery is how often Warm looks whether the event is open.
const warmEvery = 10 * time.Millisecond

// warmPatience is how long a hold waits for its event to be opened: refused or not, it is answered within a second.
const warmPatience = 800 * time.Millisecond

// watchHeads compares once a second what this node shows with Redis, the time included: pub/sub cannot show that the last message was lost.
func (n *Node) watchHeads(ctx context.Context) {
	away := "" // what was said of Redis last
	n.askTime(ctx)
	every(ctx, headsEvery, func() {
		err := n.refresh(ctx)
		now := ""
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, seatmap.ErrPartAway):
			now = "a part of redis does not answer: nobody can hold seats of its events until it does"
		case err != nil:
			now = "redis does not answer: nobody can hold seats until it does"
		case away != "":
			n.log.Info("redis answers again")
		}
		if now != "" && now != away {
			n.log.Warn(now, "error", err)
		}
		away = now
		n.absence.saw(err)
		if err == nil || errors.Is(err, seatmap.ErrPartAway) {
			n.askTime(ctx)
		}
		n.checkHeads(ctx)
		n.dropIdle()
	})
}

// refresh leaves time for the rest of the second.
func (n *Node) refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, headsEvery/2)
	defer cancel()
	return n.cfg.Live.Refresh(ctx)
}

func (n *Node) checkHeads(ctx context.Context) {
	n.mu.Lock()
	rooms := make([]*zoneRoom, 0, len(n.zones))
	refs := make([]seatmap.ZoneRef, 0, len(n.zones))
	for _, r := range n.zones {
		rooms = append(rooms, r)
		refs = append(refs, seatmap.ZoneRef{Event: r.event.ID, Zone: r.zone.ID})
	}
	n.mu.Unlock()
	if len(refs) == 0 {
		return
	}
	limited, cancel := context.WithTimeout(ctx, headsEvery/2)
	defer cancel()
	heads, err := n.cfg.Live.Heads(limited, refs)
	if ctx.Err() != nil {
		return
	}
	for i, r := range rooms {
		if err != nil {
			r.check(seatmap.Head{})
			continue
		}
		r.check(heads[i])
	}
}

// dropIdle lets go of events that nobody on this node has looked at for a while. Under one lock, so that whoever is given a watch has
// one that goes on.
func (n *Node) dropIdle() {
	n.mu.Lock()
	defer n.mu.Unlock()
	used := map[string]bool{}
	for _, r := range n.zones {
		used[r.event.ID] = true
	}
	for id := range n.overviews {
		used[id] = true
	}
	for id, w := range n.watches {
		w.mu.Lock()
		idle := !used[id] && !w.holds && n.now().Sub(w.used) > watchIdle
		w.mu.Unlock()
		if idle {
			delete(n.watches, id)
			w.stop()
		}
	}
}

// watchFences reads events again whose row has changed, so that a pause or a new cap binds within a second.
func (n *Node) watchFences(ctx context.Context) {
	var away, unread, unbound trouble
	every(ctx, time.Second, func() {
		fences, err := n.cfg.Store.Fences(ctx)
		if ctx.Err() != nil {
			return
		}
		away.tell(n.log, err, "events cannot be read from the database: it is asked once a second", "events can be read again")
		if err != nil {
			return
		}
		n.mu.Lock()
		n.fences = fences
		n.mu.Unlock()
		read, bound := n.readAgain(ctx, n.catalog.stale(fences))
		if ctx.Err() != nil {
			return
		}
		unread.tell(n.log, read, "events that were changed cannot be read: they are asked for once a second", "events that were changed are read")
		unbound.tell(n.log, bound, "redis cannot be told of changed events: they are told once a second", "redis has been told of changed events")
	})
}

// trouble is what fails again and again. The log is told of its beginning and of its end.
type trouble struct{ began bool }

// tell takes how it went this time.
func (t *trouble) tell(log *slog.Logger, err error, begins, ends string) {
	switch {
	case err == nil && t.began:
		log.Info(ends)
	case err != nil:
		level := slog.LevelWarn
		if t.began {
			level = slog.LevelDebug
		}
		log.Log(context.Background(), level, begins, "error", err)
	}
	t.began = err != nil
}

// readAgain reads events and has their changes bind. The errors are those of the last event that could not be read, and of the last one
// of which Redis could not be told.
func (n *Node) readAgain(ctx context.Context, events []string) (unread, unbound error) {
	for _, id := range events {
		e, err := n.catalog.read(ctx, id)
		if err != nil {
			unread = fmt.Errorf("event %s: %w", id, err)
			continue
		}
		// Redis first: a page shall not say "paused" while seats can still be held. The next second tries again.
		if err := n.cfg.Live.Configure(ctx, id, e.Policy()); err != nil {
			unbound = fmt.Errorf("event %s: %w", id, err)
			continue
		}
		n.catalog.configured(e)
	}
	return unread, unbound
}

// Reopen asks for the rebuild of an event that somebody found closed in Redis; it does not wait, and one node at a time succeeds.
func (n *Node) Reopen(event string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.opening[event] {
		return
	}
	n.opening[event] = n.goRunLocked(func(ctx context.Context) {
		n.askRebuild(ctx, event)
		n.mu.Lock()
		delete(n.opening, event)
		n.mu.Unlock()
	})
}

func (n *Node) askRebuild(ctx context.Context, event string) {
	ctx, cancel := context.WithTimeout(ctx, sourceTimeout)
	defer cancel()
	if err := n.cfg.Live.RefreshOf(ctx, event); err != nil {
		return // Redis is away: watchHeads says so, and the next look asks again
	}
	if _, err := n.cfg.Live.Overview(ctx, event); !errors.Is(err, seatmap.ErrClosed) {
		return
	}
	mine, err := n.cfg.Live.ClaimRebuild(ctx, event, rebuildClaim)
	if err != nil || !mine {
		return
	}
	if times := n.askedAgain(event); times <= patientAsks {
		n.log.Info("event is not open in redis, asking for a rebuild", "event", event)
	} else {
		n.log.Warn("nobody rebuilds the event, and it cannot be sold until somebody does; does a worker run, and does it reach the database?",
			"event", event, "asked", times)
	}
	if err := n.cfg.Rebuild(ctx, event); err != nil {
		n.log.Warn("rebuild cannot be asked for", "event", event, "error", err)
	}
}

// asking is how often in a row a rebuild was asked for.
type asking struct {
	times int
	last  time.Time
}

// patientAsks is how often this is nothing special: a worker may be starting, or have much to decide first.
const patientAsks = 3

func (n *Node) askedAgain(event string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	a := n.asked[event]
	if n.now().Sub(a.last) > 3*rebuildClaim {
		a.times = 0 // it was open meanwhile, or nobody wanted it
	}
	a.times++
	a.last = n.now()
	n.asked[event] = a
	return a.times
}

// warmBriefly is Warm for somebody who waits for an answer; it reports whether the event is open.
func (n *Node) warmBriefly(ctx context.Context, event string) bool {
	ctx, cancel := context.WithTimeout(ctx, warmPatience)
	defer cancel()
	return n.Warm(ctx, event) == nil
}

// Warm has an event opened in Redis before its first buyer comes, and returns when it is open or ctx ends.
func (n *Node) Warm(ctx context.Context, event string) error {
	look := time.NewTicker(warmEvery)
	defer look.Stop()
	for {
		_, err := n.cfg.Live.Overview(ctx, event)
		if err == nil {
			return nil
		}
		n.Reopen(event)
		select {
		case <-ctx.Done():
			return fmt.Errorf("event %s is not open yet: %w", event, err)
		case <-look.C:
		}
	}
}
