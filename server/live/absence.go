package live

import (
	"sync"
	"time"
)

// awayFor is how long nobody else waits for the Redis of an event that somebody has waited for in vain; by then watchHeads knows more.
const awayFor = 2 * time.Second

// absence is what this node knows of a Redis that does not answer. A socket opens its rooms one after another: when each waited for
// itself, the last would be there long after the page had given up.
type absence struct {
	mu   sync.Mutex
	all  bool                 // guarded by mu: nobody answers, as watchHeads has seen it last
	vain map[string]time.Time // by event, guarded by mu: when somebody had waited in vain
}

// saw takes whether no Redis answers at all.
func (a *absence) saw(all bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = all
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
