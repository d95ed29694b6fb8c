package booking

import (
	"sync"
	"time"
)

// underway remembers which bookings this gateway has sent on their way, so that a buyer who comes back is told of them.
// It is a help to the eye: what it has forgotten, or another gateway has sent, is told when it is decided.
type underway struct {
	mu   sync.Mutex
	of   map[buyerIn][]string // booking ids; guarded by mu
	fifo []sent               // oldest first; guarded by mu
}

type buyerIn struct{ buyer, event string }

type sent struct {
	who  buyerIn
	id   string
	time time.Time
}

// add notes a booking and forgets those that are older than keep.
func (u *underway) add(who buyerIn, id string, now time.Time, keep time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.of == nil {
		u.of = map[buyerIn][]string{}
	}
	for len(u.fifo) > 0 && now.Sub(u.fifo[0].time) > keep {
		u.dropLocked(u.fifo[0].who, u.fifo[0].id)
		u.fifo = u.fifo[1:]
	}
	for _, there := range u.of[who] {
		if there == id {
			return
		}
	}
	u.of[who] = append(u.of[who], id)
	u.fifo = append(u.fifo, sent{who, id, now})
}

func (u *underway) list(who buyerIn) []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return append([]string(nil), u.of[who]...)
}

// drop forgets a booking that is decided.
func (u *underway) drop(who buyerIn, id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.dropLocked(who, id)
}

func (u *underway) dropLocked(who buyerIn, id string) {
	var left []string
	for _, there := range u.of[who] {
		if there != id {
			left = append(left, there)
		}
	}
	if len(left) == 0 {
		delete(u.of, who)
		return
	}
	u.of[who] = left
}
