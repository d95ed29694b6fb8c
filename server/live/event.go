package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"jari/seatmap"
	"jari/server/store"
)

// Event is an event as this node knows it: the row and the plan.
type Event struct {
	store.Event
	Plan *seatmap.Plan
}

// Phases of an event as buyers see it.
const (
	PhaseUpcoming = "upcoming"
	PhaseOnSale   = "on_sale"
	PhasePaused   = "paused"
	PhaseSoldOut  = "sold_out"
	PhaseEnded    = "ended"
)

// readTimeout bounds the reading of an event or a plan, which others than the first asker wait for.
const readTimeout = 5 * time.Second

// catalog keeps events and plans that were asked for. Rows are read again when their fence has moved. However many ask at once, as the
// clients of a node that has gone do, each is read once: a large plan takes some 20 MB while it is decoded.
type catalog struct {
	ctx context.Context // of what is read for several: no asker who gives up ends it for the others
	db  Database

	reading singleflight.Group // events
	parsing singleflight.Group // plans, by hash

	mu     sync.Mutex
	events map[string]*Event        // guarded by mu
	told   map[string]int64         // by event, guarded by mu: the fence that Redis has been told
	plans  map[string]*seatmap.Plan // by hash, guarded by mu
}

func newCatalog(ctx context.Context, db Database) *catalog {
	return &catalog{ctx: ctx, db: db, events: map[string]*Event{}, told: map[string]int64{}, plans: map[string]*seatmap.Plan{}}
}

func (c *catalog) cached(id string) *Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.events[id]
}

func (c *catalog) cachedPlan(hash string) *seatmap.Plan {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.plans[hash]
}

func (c *catalog) get(ctx context.Context, id string) (*Event, error) {
	if e := c.cached(id); e != nil {
		return e, nil
	}
	return shared(ctx, c.ctx, &c.reading, id, func(ctx context.Context) (*Event, error) {
		if e := c.cached(id); e != nil {
			return e, nil // since the look before
		}
		e, err := c.read(ctx, id)
		if err != nil {
			return nil, err
		}
		return c.put(e), nil
	})
}

// read reads the row; the plan is immutable and read once. What is read is not in the catalog yet.
func (c *catalog) read(ctx context.Context, id string) (*Event, error) {
	row, err := c.db.Event(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, &seatmap.Refusal{Code: seatmap.CodeNotFound, Detail: "no such event"}
	}
	if err != nil {
		return nil, err
	}
	plan, err := c.plan(ctx, row.PlanHash)
	if err != nil {
		return nil, err
	}
	return &Event{Event: row, Plan: plan}, nil
}

func (c *catalog) plan(ctx context.Context, hash string) (*seatmap.Plan, error) {
	if p := c.cachedPlan(hash); p != nil {
		return p, nil
	}
	return shared(ctx, c.ctx, &c.parsing, hash, func(ctx context.Context) (*seatmap.Plan, error) {
		if p := c.cachedPlan(hash); p != nil {
			return p, nil
		}
		p, err := c.db.Plan(ctx, hash)
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		c.plans[hash] = p
		c.mu.Unlock()
		return p, nil
	})
}

// shared has f called once for all who ask for the key at the same time, in the context of all. An asker waits no longer than its own.
func shared[T any](ctx, ofAll context.Context, group *singleflight.Group, key string, f func(ctx context.Context) (T, error)) (T, error) {
	var none T
	done := group.DoChan(key, func() (any, error) {
		limited, cancel := context.WithTimeout(ofAll, readTimeout)
		defer cancel()
		return f(limited)
	})
	select {
	case got := <-done:
		if got.Err != nil {
			return none, got.Err
		}
		return got.Val.(T), nil
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return none, fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
		}
		return none, ctx.Err()
	}
}

// put publishes what was read, unless something newer is there, and returns what is there now.
func (c *catalog) put(e *Event) *Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	if had := c.events[e.ID]; had != nil && had.Fence > e.Fence {
		return had
	}
	c.events[e.ID] = e
	return e
}

// configured is put for an event whose policy Redis has been told.
func (c *catalog) configured(e *Event) {
	c.put(e)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told[e.ID] = max(c.told[e.ID], e.Fence)
}

// stale returns the cached events whose fence is not the one given, or that Redis has not been told of by this node: what was
// changed while no node knew the event may be news to Redis.
func (c *catalog) stale(fences map[string]int64) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []string
	for id, e := range c.events {
		if fence, ok := fences[id]; ok && (fence != e.Fence || fence != c.told[id]) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Event returns an event from the node's cache or the database. Codes: not_found.
func (n *Node) Event(ctx context.Context, id string) (*Event, error) { return n.catalog.get(ctx, id) }

// Phase is upcoming, on_sale, paused, sold_out or ended, by the clock that decides who may hold. Sold out is what the node saw last, looking again after a second.
func (n *Node) Phase(e *Event) string {
	if phase := n.outsideSale(e); phase != "" {
		return phase
	}
	switch {
	case e.Sale == store.SalePaused:
		return PhasePaused
	case n.soldOut(e):
		return PhaseSoldOut
	}
	return PhaseOnSale
}

// outsideSale is the phase of an event before its sale and after it, else empty.
func (n *Node) outsideSale(e *Event) string {
	now := n.NowOf(e.ID)
	switch {
	case e.Sale == store.SaleClosed, after(now, e.ClosesAt), after(now, e.EndsAt):
		return PhaseEnded
	case !e.OpensAt.IsZero() && now.Before(e.OpensAt):
		return PhaseUpcoming
	}
	return ""
}

func after(now, bound time.Time) bool { return !bound.IsZero() && !now.Before(bound) }
