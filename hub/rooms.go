package hub

import "time"

// acquire returns the room, ready, with a reference on it. The first to come has it made, and all wait for that; it
// goes on when they leave. stop ends the waiting.
func (h *Hub) acquire(name string, stop <-chan struct{}) (*room, error) {
	h.roomsMu.Lock()
	if h.sealed {
		h.roomsMu.Unlock()
		return nil, ErrGone
	}
	r := h.rooms[name]
	if r == nil {
		r = newRoom(h, name)
		h.rooms[name] = r
		r.refs++ // the maker's
		h.work.Go(func() { h.open(r) })
	}
	r.refs++
	r.stopIdleLocked()
	h.roomsMu.Unlock()

	select {
	case <-r.ready:
	case <-stop:
		h.drop(r)
		return nil, ErrGone
	}
	if r.err != nil {
		return nil, r.err
	}
	return r, nil
}

// open makes the source. A failed room leaves nothing: the next Join tries again.
func (h *Hub) open(r *room) {
	source, err := h.cfg.Source(r.name)
	if err != nil {
		h.roomsMu.Lock()
		delete(h.rooms, r.name)
		h.roomsMu.Unlock()
		r.err = err
		close(r.ready)
		return
	}
	f := source.Snapshot()
	at := Position{Epoch: f.Epoch, Version: f.Version}
	wire := h.cfg.Wire(f.Data)
	r.calls.Lock()
	r.source, r.snapshot, r.snapped, r.shown = source, wire, at, at
	r.calls.Unlock()
	r.mu.Lock()
	r.position = at
	r.mu.Unlock()
	close(r.ready)
	// What changed while the room was made was told to nobody.
	h.mark(r)
	h.drop(r)
}

// retain takes a further reference on a room that has one.
func (h *Hub) retain(r *room) {
	h.roomsMu.Lock()
	defer h.roomsMu.Unlock()
	r.refs++
}

// drop gives a reference back; a room without any is kept for RoomIdle.
func (h *Hub) drop(r *room) {
	h.roomsMu.Lock()
	defer h.roomsMu.Unlock()
	r.refs--
	if r.refs > 0 || h.sealed || h.rooms[r.name] != r {
		return
	}
	r.idleTurn++
	turn := r.idleTurn
	r.idle = time.AfterFunc(h.cfg.RoomIdle, func() { h.expire(r, turn) })
}

func (r *room) stopIdleLocked() {
	if r.idle != nil {
		r.idle.Stop()
		r.idle = nil
	}
	r.idleTurn++
}

// expire closes a room that nobody has come back to.
func (h *Hub) expire(r *room, turn int) {
	h.roomsMu.Lock()
	if h.sealed || r.refs > 0 || r.idleTurn != turn {
		h.roomsMu.Unlock()
		return
	}
	delete(h.rooms, r.name)
	// Under roomsMu and before sealed, so that Close waits for it.
	h.work.Add(1)
	h.roomsMu.Unlock()
	defer h.work.Done()
	r.close()
}

// OwnersIn returns the owners that have a client in any of these rooms.
func (h *Hub) OwnersIn(rooms ...string) []string {
	var there []*room
	h.roomsMu.RLock()
	for _, name := range rooms {
		if r := h.rooms[name]; r != nil {
			there = append(there, r)
		}
	}
	h.roomsMu.RUnlock()
	var clients []*Client
	for _, r := range there {
		r.mu.Lock()
		for _, m := range r.members {
			clients = append(clients, m.client)
		}
		r.mu.Unlock()
	}
	seen := make(map[string]struct{})
	var owners []string
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range clients {
		if _, again := seen[c.owner]; again || c.owner == "" {
			continue
		}
		seen[c.owner] = struct{}{}
		owners = append(owners, c.owner)
	}
	return owners
}
