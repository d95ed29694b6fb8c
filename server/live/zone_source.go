package live

import (
	"bytes"

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
		at := r.drainAnew()
		return hub.Frame{Epoch: at.Epoch, From: -1, Version: at.Version}, true
	}
	r.mu.Unlock()
	d, states, ok := r.drain()
	if !ok {
		return hub.Frame{}, false
	}
	return r.frame(d, states), true
}

// drain brings what the room shows to the present, and remembers what has changed.
func (r *zoneRoom) drain() (d seatmap.Changes, states []byte, ok bool) {
	r.history.mu.Lock()
	defer r.history.mu.Unlock()
	if d, ok = r.replica.Drain(); !ok {
		return d, nil, false
	}
	r.history.appendLocked(d, r.node.now())
	return d, r.replica.Drained().States, true
}

// drainAnew is drain where the replica was reset: what was before is another numbering.
func (r *zoneRoom) drainAnew() seatmap.Snapshot {
	r.history.mu.Lock()
	defer r.history.mu.Unlock()
	r.history.forgetLocked()
	r.replica.Drain()
	return r.replica.Drained()
}

func (r *zoneRoom) frame(d seatmap.Changes, states []byte) hub.Frame {
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
