package api

import (
	"sync"
	"time"
)

// bucket is a token bucket. It is not safe for concurrent use.
type bucket struct {
	perSecond float64
	burst     float64
	left      float64
	at        time.Time
}

func newBucket(perSecond, burst float64, now time.Time) bucket {
	return bucket{perSecond: perSecond, burst: burst, left: burst, at: now}
}

// take reports whether one more is allowed now.
func (b *bucket) take(now time.Time) bool { return b.takeMany(1, now) }

// takeMany takes n or nothing.
func (b *bucket) takeMany(n float64, now time.Time) bool {
	b.fill(now)
	if b.left < n {
		return false
	}
	b.left -= n
	return true
}

func (b *bucket) giveBack(n float64) { b.left = min(b.burst, b.left+n) }

func (b *bucket) fill(now time.Time) {
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.left = min(b.burst, b.left+passed*b.perSecond)
		b.at = now
	}
}

// keysKept bounds the memory of one limit: an address takes some 105 bytes, a buyer 135.
const keysKept = 100_000

// rates allows so many a minute for each key; all of a minute's may come at once. What it remembers is in two generations: keys that
// are in use move to the young one, and when that is full the old one is forgotten. So nothing is ever searched for what could go, and
// who comes with more keys than are kept makes others' buckets full again, never empty.
type rates[K comparable] struct {
	perMinute float64 // 0: no limit
	now       func() time.Time

	mu         sync.Mutex
	young, old map[K]*bucket // guarded by mu
}

func newRates[K comparable](perMinute int, now func() time.Time) *rates[K] {
	return &rates[K]{perMinute: float64(perMinute), now: now, young: map[K]*bucket{}}
}

// take reports whether this key may have one more, and if not, after which time.
func (r *rates[K]) take(key K) (wait time.Duration, ok bool) {
	if r.perMinute <= 0 {
		return 0, true
	}
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.bucketLocked(key, now)
	if b.take(now) {
		return 0, true
	}
	return time.Duration((1 - b.left) / b.perSecond * float64(time.Second)), false
}

func (r *rates[K]) bucketLocked(key K, now time.Time) *bucket {
	if b := r.young[key]; b != nil {
		return b
	}
	b := r.old[key]
	if b == nil {
		fresh := newBucket(r.perMinute/60, r.perMinute, now)
		b = &fresh
	}
	if len(r.young) >= keysKept/2 {
		r.young, r.old = map[K]*bucket{}, r.young
	}
	r.young[key] = b
	return b
}

// counts allows so many at once for each key. It remembers only those that have some.
type counts[K comparable] struct {
	most int // 0: no limit

	mu sync.Mutex
	n  map[K]int // guarded by mu
}

func newCounts[K comparable](most int) *counts[K] { return &counts[K]{most: most, n: map[K]int{}} }

// look says whether one more would be let in.
func (c *counts[K]) look(key K) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.most <= 0 || c.n[key] < c.most
}

// enter lets one in; every success is followed by one leave.
func (c *counts[K]) enter(key K) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.most > 0 && c.n[key] >= c.most {
		return false
	}
	c.n[key]++
	return true
}

func (c *counts[K]) leave(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n[key]--; c.n[key] <= 0 {
		delete(c.n, key)
	}
}
