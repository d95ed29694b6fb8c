package api

import (
	"context"
	"errors"
	"sync"
)

var (
	errFull     = errors.New("too many sockets")
	errDraining = errors.New("draining")
)

// gate counts the sockets of this node: Fiber does not see hijacked connections, neither in its limits nor in its shutdown (trap 3).
type gate struct {
	limit int // 0: none

	mu    sync.Mutex
	n     int           // guarded by mu
	shutd bool          // guarded by mu
	empty chan struct{} // guarded by mu; closed when shut and n is 0
}

func newGate(limit int) *gate { return &gate{limit: limit, empty: make(chan struct{})} }

// look says whether one more would be let in.
func (g *gate) look() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lookLocked()
}

func (g *gate) lookLocked() error {
	switch {
	case g.shutd:
		return errDraining
	case g.limit > 0 && g.n >= g.limit:
		return errFull
	}
	return nil
}

// enter lets one in; every success is followed by one leave.
func (g *gate) enter() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.lookLocked(); err != nil {
		return err
	}
	g.n++
	return nil
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n--
	g.doneLocked()
}

// shut lets nobody in any more.
func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.shutd {
		g.shutd = true
		g.doneLocked()
	}
}

func (g *gate) doneLocked() {
	if g.shutd && g.n == 0 {
		close(g.empty)
	}
}

// wait returns when the gate is shut and everybody has left, or with the context's error.
func (g *gate) wait(ctx context.Context) error {
	select {
	case <-g.empty:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *gate) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.n
}
