package seatmap

import (
	"slices"
	"sync"
	"time"
)

// Outcome is what a replica did with changes.
type Outcome int

const (
	Took  Outcome = iota // applied
	Stale                // not newer: ignored
	Gap                  // something is missing: repair from the log or a snapshot
)

// Replica is a node's copy of one zone. It is safe for concurrent use.
type Replica struct {
	mu      sync.Mutex
	present Snapshot // everything applied; Epoch 0 until the first Reset. Guarded by mu, also its States
	drained Snapshot // present as of the last Drain or Reset; its own States. Guarded by mu
	// undrained lists each index once that changed since the last Drain, in order of the first change. Guarded by mu.
	undrained []int
	marked    []bool // by index: is in undrained. Guarded by mu
}

// NewReplica makes an empty replica; it shows nothing until the first Reset.
func NewReplica() *Replica { return &Replica{} }

// Reset replaces everything by a snapshot. The next Drain carries nothing: rooms send their clients a snapshot instead.
func (r *Replica) Reset(s Snapshot) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.present, r.drained = s, s
	r.present.States = slices.Clone(s.States)
	r.drained.States = slices.Clone(s.States)
	r.undrained = r.undrained[:0]
	r.marked = make([]bool, len(s.States))
}

// Apply takes changes if From <= version < Version of the same epoch. Those of an earlier epoch are Stale, of a later one
// a Gap, as are those that name a seat the zone does not have.
func (r *Replica) Apply(d Changes) Outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.present.Epoch == 0 || d.Epoch > r.present.Epoch:
		return Gap
	case d.Epoch < r.present.Epoch || d.Version <= r.present.Version:
		return Stale
	case d.From > r.present.Version:
		return Gap
	}
	for _, c := range d.Changes {
		if c.Index < 0 || c.Index >= len(r.present.States) {
			return Gap
		}
	}
	for _, c := range d.Changes {
		r.present.States[c.Index] = byte(c.State)
		if !r.marked[c.Index] {
			r.marked[c.Index] = true
			r.undrained = append(r.undrained, c.Index)
		}
	}
	r.present.Version, r.present.At, r.present.Now = d.Version, d.At, later(r.present.Now, d.At)
	return Took
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Drain returns what has changed since the last Drain or Reset as one run of changes (one absolute state per seat); ok is false when
// nothing has. A seat that is again what it was is sent too: the version moved on.
func (r *Replica) Drain() (d Changes, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.present.Version == r.drained.Version {
		return Changes{}, false
	}
	d = Changes{
		Epoch: r.present.Epoch, From: r.drained.Version, Version: r.present.Version, At: r.present.At,
		Changes: make([]Change, len(r.undrained)),
	}
	for n, i := range r.undrained {
		d.Changes[n] = Change{Index: i, State: State(r.present.States[i])}
		r.drained.States[i] = r.present.States[i]
		r.marked[i] = false
	}
	r.undrained = r.undrained[:0]
	r.drained.Version, r.drained.At, r.drained.Now = r.present.Version, r.present.At, r.present.Now
	return d, true
}

// View returns a copy of the present, undrained changes included. Its Epoch is 0 before the first Reset.
func (r *Replica) View() Snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	return copyOf(r.present)
}

// Drained returns a copy of the states at the version of the last Drain, so that a snapshot plus the following frames is exact.
func (r *Replica) Drained() Snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	return copyOf(r.drained)
}

func copyOf(s Snapshot) Snapshot {
	s.States = slices.Clone(s.States)
	return s
}
