package booking

import (
	"sync"
	"time"
)

// underway remembers which bookings this gateway has sent on their way lately, so that nobody is told that the hold has expired
// while the log may still confirm what Redis has forgotten.
type underway struct {
	mu   sync.Mutex
	ids  map[string]bool // guarded by mu
	fifo []sent          // oldest first; guarded by mu
}

type sent struct {
	id   string
	time time.Time
}

// add notes a booking and forgets those that are older than keep.
func (u *underway) add(id string, now time.Time, keep time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.ids == nil {
		u.ids = map[string]bool{}
	}
	u.forgetLocked(now, keep)
	if u.ids[id] {
		return
	}
	u.ids[id] = true
	u.fifo = append(u.fifo, sent{id, now})
}

// forgetLocked forgets the bookings that are older than keep.
func (u *underway) forgetLocked(now time.Time, keep time.Duration) {
	for len(u.fifo) > 0 && now.Sub(u.fifo[0].time) > keep {
		delete(u.ids, u.fifo[0].id)
		u.fifo = u.fifo[1:]
	}
}

// has reports whether a booking was sent from here, not longer ago than keep: what was not decided by then never got into the log.
func (u *underway) has(id string, now time.Time, keep time.Duration) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.forgetLocked(now, keep)
	return u.ids[id]
}
