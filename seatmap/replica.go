package seatmap

// Outcome is what a replica did with a delta.
type Outcome int

const (
	Took  Outcome = iota // applied
	Stale                // not newer: ignored
	Gap                  // something is missing: repair from the log or a snapshot
)

// Replica is a node's copy of one zone. It is safe for concurrent use.
type Replica struct{}

// NewReplica makes an empty replica; it shows nothing until the first Reset.
func NewReplica() *Replica { panic("not yet") }

// Reset replaces everything by a snapshot. The next Drain carries nothing: rooms send their clients a snapshot instead.
func (r *Replica) Reset(s Snapshot) { panic("not yet") }

// Apply takes a delta if From <= version < Version of the same epoch.
func (r *Replica) Apply(d Delta) Outcome { panic("not yet") }

// Drain returns what has changed since the last Drain or Reset as one delta (one absolute state per seat); ok is false when nothing has.
func (r *Replica) Drain() (d Delta, ok bool) { panic("not yet") }

// View returns a copy of the present, undrained changes included.
func (r *Replica) View() Snapshot { panic("not yet") }

// Drained returns a copy of the states at the version of the last Drain, so that a snapshot plus the following frames is exact.
func (r *Replica) Drained() Snapshot { panic("not yet") }
