package stream

import "time"

const (
	shortestWait = 100 * time.Millisecond
	longestWait  = 5 * time.Second
)

// backoff doubles the wait with each failure in a row.
type backoff struct{ wait time.Duration }

func newBackoff() *backoff { return &backoff{wait: shortestWait} }

func (b *backoff) next() time.Duration {
	wait := b.wait
	b.wait = min(2*b.wait, longestWait)
	return wait
}

func (b *backoff) reset() { b.wait = shortestWait }
