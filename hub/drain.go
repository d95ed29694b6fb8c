package hub

import (
	"maps"
	"math/rand/v2"
	"slices"
	"time"
)

// Drain refuses new clients and closes the present ones with CloseDraining over the given time, in random order and at
// jittered moments, so that they do not all come to another node at once. It returns when all have been told; Close
// cuts it short.
func (h *Hub) Drain(over time.Duration) {
	clients := h.refuse()
	start := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i, c := range clients {
		at := time.Duration((float64(i) + rand.Float64()) / float64(len(clients)) * float64(over))
		if wait := at - time.Since(start); wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-c.stop: // it has left by itself
			case <-h.stop:
				return
			}
		}
		c.Kick(CloseDraining, "draining")
	}
}

// refuse takes no more clients and returns the present ones in random order.
func (h *Hub) refuse() []*Client {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.draining = true
	clients := slices.Collect(maps.Keys(h.clients))
	rand.Shuffle(len(clients), func(i, j int) { clients[i], clients[j] = clients[j], clients[i] })
	return clients
}

// Close ends the hub: it closes the clients that are left with CloseDraining, waits for its goroutines and lets all
// sources go. A call of Config.Source that is under way is waited for.
func (h *Hub) Close() {
	h.closing.Do(func() {
		clients := h.refuse()
		h.roomsMu.Lock()
		h.sealed = true
		for _, r := range h.rooms {
			r.stopIdleLocked()
		}
		h.roomsMu.Unlock()
		close(h.stop)
		for _, c := range clients {
			c.Kick(CloseDraining, "draining")
		}
		h.loop.Wait()
		h.work.Wait()
		h.roomsMu.Lock()
		rooms := h.rooms
		h.rooms = make(map[string]*room)
		h.roomsMu.Unlock()
		for _, r := range rooms {
			r.close()
		}
	})
}
