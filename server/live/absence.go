package live

import (
	"errors"
	"sync"
	"syscall"
	"time"

	"jari/seatmap"
)

// awayFor is how long nobody else waits for the Redis of an event that somebody has waited for in vain; by then watchHeads knows more.
const awayFor = 2 * time.Second

// absence is what this node knows of a Redis that does not answer. A socket opens its rooms one after another: when each waited for
// itself, the last would be there long after the page had given up.
type absence struct {
	mu     sync.Mutex
	failed int                  // guarded by mu: how often in a row watchHeads had no answer
	all    bool                 // guarded by mu: nobody answers
	vain   map[string]time.Time // by event, guarded by mu: when somebody had waited in vain
}

// saw takes how it went when watchHeads asked all servers who they are. One answer that is late may be a Redis or a machine that is
// busy for a moment: rooms that are opened meanwhile shall not be dark for it.
func (a *absence) saw(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil {
		clear(a.vain)
	}
	if err == nil || errors.Is(err, seatmap.ErrPartAway) { // which part, only who has waited for it knows
		a.failed, a.all = 0, false
		return
	}
	a.failed++
	a.all = a.failed > 1 || errors.Is(err, syscall.ECONNREFUSED)
}

// waited says that the Redis of an event was waited for in vain until now.
func (a *absence) waited(event string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.vain == nil {
		a.vain = map[string]time.Time{}
	}
	a.vain[event] = now
}

// answered says that it is there.
func (a *absence) answered(event string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.vain, event)
}

// of reports whether the Redis of an event is known to be away.
func (a *absence) of(event string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if at, ok := a.vain[event]; ok && now.Sub(at) >= awayFor {
		delete(a.vain, event)
	}
	_, vain := a.vain[event]
	return a.all || vain
}
