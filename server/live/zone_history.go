package live

import (
	"context"
	"sync"
	"time"

	"jari/hub"
	"jari/seatmap"
)

const (
	// reachBack is how many versions behind a client may be for the log to be read: what it takes is a bounded part of a script's time,
	// and past that the snapshot is the shorter message.
	reachBack = 1000
	// maxHistory is how many changes a room remembers, some 64 KB.
	maxHistory = 4096
	// historyKept is how long a room remembers when nobody asks any more.
	historyKept = time.Minute
	// logRest is how long the log is left alone when it could not be read.
	logRest = time.Second
)

// history is the frames of a room further back than the hub's ring has them. It is kept from the first question on: where a node has
// just started the rings are empty, and all clients of one that has gone ask within seconds. The log is then read for the client
// that is furthest behind, and the others are answered from here.
type history struct {
	mu      sync.Mutex // guards the following; held while the replica is drained, so that to is where it was drained to
	kept    bool
	epoch   int64             // of all of it
	from    int64             // the version before the first step
	to      int64             // the version of the last
	steps   []seatmap.Changes // each begins where the one before ends
	changes int               // in steps
	asked   time.Time
	failed  time.Time // when the log could last not be read
}

// appendLocked takes what the room shows next, and forgets what is too much or has not been asked for.
func (h *history) appendLocked(d seatmap.Changes, now time.Time) {
	if !h.kept {
		return
	}
	if now.Sub(h.asked) > historyKept || d.Epoch != h.epoch || d.From != h.to {
		h.forgetLocked()
		return
	}
	h.steps = append(h.steps, d)
	h.to = d.Version
	h.changes += len(d.Changes)
	for h.changes > maxHistory && len(h.steps) > 1 {
		h.changes -= len(h.steps[0].Changes)
		h.from = h.steps[0].Version
		h.steps = h.steps[1:]
	}
}

// prependLocked takes the log's steps from a version up to where the history begins; false: they do not lead there.
func (h *history) prependLocked(epoch, from int64, steps []seatmap.Changes) bool {
	n, changes := 0, 0
	for n < len(steps) && steps[n].Version <= h.from {
		changes += len(steps[n].Changes)
		n++
	}
	if !h.kept || epoch != h.epoch || n == 0 || steps[n-1].Version != h.from {
		return false
	}
	h.steps = append(steps[:n:n], h.steps...)
	h.from = from
	h.changes += changes
	return true
}

// sinceLocked merges what came after a version that the history reaches: each seat once, with its last state.
func (h *history) sinceLocked(version int64) seatmap.Changes {
	merged := seatmap.Changes{Epoch: h.epoch, From: version, Version: h.to}
	place := map[int]int{} // seat index -> place in merged.Changes
	for _, d := range h.steps {
		if d.Version <= version {
			continue
		}
		for _, c := range d.Changes {
			if i, seen := place[c.Index]; seen {
				merged.Changes[i] = c
				continue
			}
			place[c.Index] = len(merged.Changes)
			merged.Changes = append(merged.Changes, c)
		}
	}
	return merged
}

func (h *history) forgetLocked() {
	h.kept, h.steps, h.changes, h.failed = false, nil, 0, time.Time{}
}

// Since is part of hub.Source: the history, and before it the log, reach further back than the ring.
func (r *zoneRoom) Since(at hub.Position) (hub.Frame, bool) {
	fits, known := r.recall(at)
	if !fits || !known && !r.readLog(at) {
		return hub.Frame{}, false
	}
	missed, states, ok := r.missed(at)
	if !ok {
		return hub.Frame{}, false
	}
	return r.frame(missed, states), true
}

// missed is what came after that position, and the states that it led to.
func (r *zoneRoom) missed(at hub.Position) (seatmap.Changes, []byte, bool) {
	h := &r.history
	h.mu.Lock()
	defer h.mu.Unlock()
	to := r.replica.Drained()
	if !h.kept || h.epoch != at.Epoch || h.from > at.Version || to.Epoch != h.epoch || to.Version != h.to {
		return seatmap.Changes{}, nil, false // the numbering began anew meanwhile
	}
	return h.sinceLocked(at.Version), to.States, true
}

// recall says whether a frame from that position can be had, and whether the history has it. From then on it is kept.
func (r *zoneRoom) recall(at hub.Position) (fits, known bool) {
	live := r.isLive()
	h := &r.history
	h.mu.Lock()
	defer h.mu.Unlock()
	to, now := r.replica.Drained(), r.node.now()
	if !live || to.Epoch != at.Epoch || at.Version >= to.Version || at.Version < 0 {
		return false, false
	}
	if !h.kept || h.epoch != to.Epoch || h.to != to.Version {
		h.forgetLocked()
		h.kept, h.epoch, h.from, h.to = true, to.Epoch, to.Version, to.Version
	}
	h.asked = now
	if at.Version >= h.from {
		return true, true
	}
	return to.Version-at.Version <= reachBack && now.Sub(h.failed) > logRest, false
}

// readLog has the history begin at that position.
func (r *zoneRoom) readLog(at hub.Position) bool {
	ctx, cancel := context.WithTimeout(r.node.ctx, repairTimeout)
	defer cancel()
	// The client does not say the time of its version: within one epoch one Redis numbered all of it.
	steps, ok, err := r.node.cfg.Live.Since(ctx, r.event.ID, r.zone.ID, at.Epoch, at.Version, time.Time{})
	h := &r.history
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.failed = r.node.now()
	}
	return err == nil && ok && h.prependLocked(at.Epoch, at.Version, steps)
}
