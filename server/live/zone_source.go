package live

import (
	"bytes"
	"context"
	"time"

	"jari/hub"
	"jari/seatmap"
)

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
