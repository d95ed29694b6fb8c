package api

import (
	"net/netip"
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

// addressesKept bounds the memory that strangers' addresses can take: about 100 bytes each.
const addressesKept = 50_000

// addressLimit allows so many a minute for each public address. Loopback and private addresses are exempt: they are a reverse proxy,
// behind which everybody has the same address, or one's own network.
type addressLimit struct {
	perMinute float64
	now       func() time.Time

	mu   sync.Mutex
	seen map[netip.Addr]*bucket // guarded by mu
}

func newAddressLimit(perMinute int, now func() time.Time) *addressLimit {
	return &addressLimit{perMinute: float64(perMinute), now: now, seen: map[netip.Addr]*bucket{}}
}

// take reports whether this address may have one more.
func (l *addressLimit) take(address netip.Addr) bool {
	address = address.Unmap()
	if address.IsLoopback() || address.IsPrivate() {
		return true
	}
	if address.Is6() {
		// One household has a /64.
		if net, err := address.Prefix(64); err == nil {
			address = net.Addr()
		}
	}
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.seen[address]
	if b == nil {
		if len(l.seen) >= addressesKept {
			l.forgetLocked(now)
		}
		fresh := newBucket(l.perMinute/60, l.perMinute, now)
		b = &fresh
		l.seen[address] = b
	}
	return b.take(now)
}

// forgetLocked drops the addresses that have been quiet long enough to be as good as new; when all are busy it drops all.
func (l *addressLimit) forgetLocked(now time.Time) {
	for address, b := range l.seen {
		if b.fill(now); b.left >= b.burst {
			delete(l.seen, address)
		}
	}
	if len(l.seen) >= addressesKept {
		clear(l.seen)
	}
}
