package live

import (
	"context"
	"sync"
)

// WatchHolds looks once a second at the deadlines of every event that has not ended, whoever took the holds: a node that died cannot. It
// runs on workers. It needs Redis alone: while the database is away the events are those that it told last. A master of a cluster that
// hangs keeps only its own events waiting.
func (n *Node) WatchHolds(ctx context.Context) {
	var looking rounds
	defer looking.wait()
	every(ctx, headsEvery, func() {
		for server, events := range n.unended(ctx) {
			looking.begin(server, func() {
				for _, event := range events {
					n.expireAll(ctx, event)
				}
			})
		}
	})
}

// unended returns the events that have not ended, by the servers that hold them.
func (n *Node) unended(ctx context.Context) map[string][]string {
	n.mu.Lock()
	fences := n.fences
	n.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, headsEvery/2)
	defer cancel()
	events := map[string][]string{}
	for event := range fences {
		server := n.cfg.Live.Server(ctx, event)
		events[server] = append(events[server], event)
	}
	return events
}

func (n *Node) expireAll(ctx context.Context, event string) {
	for ctx.Err() == nil {
		e, err := n.cfg.Live.Expire(ctx, event, expireBatch)
		if err != nil || e.Freed == 0 {
			return // an event that is not open has no holds to free
		}
	}
}

// rounds go on side by side, one at a time for each server.
type rounds struct {
	under sync.WaitGroup

	mu sync.Mutex
	at map[string]bool // by server, guarded by mu
}

// begin runs f, unless the round of the server before is still under way. It does not wait.
func (r *rounds) begin(server string, f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at[server] {
		return
	}
	if r.at == nil {
		r.at = map[string]bool{}
	}
	r.at[server] = true
	r.under.Go(func() {
		f()
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.at, server)
	})
}

func (r *rounds) wait() { r.under.Wait() }
