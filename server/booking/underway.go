package booking

import (
	"slices"
	"sync"
	"time"
)

// underway remembers which bookings this gateway has sent on their way lately, so that a buyer who comes back is told of them, and
// is not told that the hold has expired while the log may still confirm it. It is a help only: what another gateway has sent is told
// when it is decided.
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
	if slices.Contains(u.of[who], id) {
		return
	}
	u.of[who] = append(u.of[who], id)
	u.fifo = append(u.fifo, sent{who, id, now})
}

// has reports whether a booking was sent from here lately.
func (u *underway) has(who buyerIn, id string) bool { return slices.Contains(u.list(who), id) }

func (u *underway) list(who buyerIn) []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.of[who])
}

// drop forgets a booking that is decided.
func (u *underway) drop(who buyerIn, id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.dropLocked(who, id)
}

func (u *underway) dropLocked(who buyerIn, id string) {
	left := slices.DeleteFunc(u.of[who], func(there string) bool { return there == id })
	if len(left) == 0 {
		delete(u.of, who)
		return
	}
	u.of[who] = left
}
