package hub

import "time"

// Changed tells the hub that a room's source has something new. Never blocks. The first change after quiet goes out at once.
// A room that is not there is nobody's.
func (h *Hub) Changed(room string) {
	h.roomsMu.RLock()
	r := h.rooms[room]
	h.roomsMu.RUnlock()
	if r != nil {
		h.mark(r)
	}
}

// Announce sends one message to all clients of a room (such as "live": false), in the next tick and in order with its
// frames: what the source had before is sent before.
// The last announcement is a part of the room's state: who joins later, or skips frames because it was slow, is
// sent it after the picture, so nobody is left with an older one. An announcement to a room that is not there is
// dropped; a source that has something to announce from the start may do so in its first Next, which follows at once.
func (h *Hub) Announce(room string, message []byte) {
	h.roomsMu.RLock()
	r := h.rooms[room]
	h.roomsMu.RUnlock()
	if r == nil {
		return
	}
	wire := h.cfg.Wire(message)
	r.mu.Lock()
	r.waiting = append(r.waiting, wire)
	r.mu.Unlock()
	h.mark(r)
}

// mark gives the room to the flusher.
func (h *Hub) mark(r *room) {
	if r.dirty.Load() || !r.dirty.CompareAndSwap(false, true) {
		return
	}
	h.dirtyMu.Lock()
	h.dirty = append(h.dirty, r)
	h.dirtyMu.Unlock()
	h.wakeFlusher()
}

func (h *Hub) wakeFlusher() {
	select {
	case h.due <- struct{}{}:
	default:
	}
}

// flushLoop is the node's tick. After quiet a change goes out at once; what comes within the tick of a flush waits for
// its end. The tick is that of the deliveries of the flush before it, so the writers have had the time that these cost.
func (h *Hub) flushLoop() {
	var f flusher
	var earliest time.Time
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-h.due:
		case <-h.stop:
			return
		}
		if wait := time.Until(earliest); wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-h.stop:
				return
			}
		}
		start := time.Now()
		if deliveries, any := f.flush(h); any {
			tick := h.tickFor(deliveries)
			h.tick.Store(int64(tick))
			earliest = start.Add(tick)
		}
	}
}

func (h *Hub) tickFor(deliveries int) time.Duration {
	return min(max(time.Duration(deliveries)*h.cfg.PerDelivery, h.cfg.TickMin), h.cfg.TickMax)
}

// flusher keeps its slices from tick to tick.
type flusher struct {
	rooms []*room
	due   []*member
}

// flush brings all marked rooms up to date and then wakes their clients: first all rooms, so that a client's frames of one
// tick leave in one write. It returns the number of deliveries due and whether there was anything new, be it in rooms
// without clients: quiet is when there was not.
func (f *flusher) flush(h *Hub) (deliveries int, any bool) {
	h.evict()
	h.dirtyMu.Lock()
	f.rooms, h.dirty = h.dirty, f.rooms[:0]
	h.dirtyMu.Unlock()
	for _, r := range f.rooms {
		// Before Next: a change that Next does not see marks the room again.
		r.dirty.Store(false)
		var moved bool
		f.due, moved = r.flush(f.due)
		any = any || moved
	}
	deliveries = len(f.due)
	for _, m := range f.due {
		m.client.signal()
	}
	clear(f.rooms)
	clear(f.due)
	f.due = f.due[:0]
	if h.ringBytes.Load() > int64(h.cfg.RingBytes) {
		h.wakeFlusher() // to evict in the next tick, when those who are fast have had these frames
	}
	return deliveries, any
}

// evict keeps the node's rings under their cap: first the rings that nobody looks at, then the oldest half of the largest.
func (h *Hub) evict() {
	if h.ringBytes.Load() <= int64(h.cfg.RingBytes) {
		return
	}
	// Somewhat below the cap, so that not every tick evicts.
	target := int64(h.cfg.RingBytes - h.cfg.RingBytes/8)
	h.roomsMu.RLock()
	rooms := make([]*room, 0, len(h.rooms))
	for _, r := range h.rooms {
		rooms = append(rooms, r)
	}
	h.roomsMu.RUnlock()

	for _, r := range rooms {
		if h.ringBytes.Load() <= target {
			return
		}
		r.mu.Lock()
		if len(r.members) == 0 {
			r.evictLocked(len(r.ring) - r.head)
		}
		r.mu.Unlock()
	}
	for h.ringBytes.Load() > target {
		var largest *room
		most := 0
		for _, r := range rooms {
			r.mu.Lock()
			if r.bytes > most {
				largest, most = r, r.bytes
			}
			r.mu.Unlock()
		}
		if largest == nil {
			return
		}
		largest.mu.Lock()
		largest.evictLocked((len(largest.ring) - largest.head + 1) / 2)
		largest.mu.Unlock()
	}
}
