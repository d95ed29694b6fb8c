package api

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

const (
	// spareBytes is what frames may cost beside what their messages carry: headers, empty parts, pings, and what is read ahead.
	// An empty part costs 6 bytes, so a flood of them is noticed after some ten thousand, a few milliseconds.
	spareBytes = 64 << 10
	// spareBytesPerS of it come back: more than fifty messages of 64 KiB have that a proxy cuts into parts of 1 KiB.
	spareBytesPerS = 32 << 10
	// largeShare: one address may have one in so many of the places for large requests.
	largeShare = 8
)

var errCrowded = errors.New("too many large requests are on their way")

// places are so many at once of this node, and fewer of one address.
type places struct {
	most  int64
	taken atomic.Int64
	of    *counts[netip.Addr]
}

func newPlaces(most int) *places {
	return &places{most: int64(most), of: newCounts[netip.Addr](max(1, most/largeShare))}
}

// enter takes a place; every success is followed by one leave of the same. The zero address is whoever has no limits.
func (p *places) enter(address netip.Addr) bool {
	if address.IsValid() && !p.of.enter(address) {
		return false
	}
	if p.taken.Add(1) > p.most {
		p.leave(address)
		return false
	}
	return true
}

func (p *places) leave(address netip.Addr) {
	p.taken.Add(-1)
	if address.IsValid() {
		p.of.leave(address)
	}
}

// meter is a TCP connection that counts what is read, at first of large requests and, once it is a socket's, of messages. The WebSocket
// library takes parts of messages without asking anybody, for ever when they are empty; here all of them come by. All but Close is of who
// reads: fasthttp, then the socket's reader.
type meter struct {
	net.Conn
	left func() // tells the listener that it is gone, once

	large   *places    // nil: not counted
	address netip.Addr // as it is counted; zero: without a limit of its own
	read    int        // bytes of the request, at most
	last    int        // bytes of the last read
	placed  atomic.Bool
	refused bool // there was no place for the request; the connection ends with that answer

	on    bool
	spare bucket
}

// Close ends the connection and gives its places to others. A second time it does nothing.
func (m *meter) Close() error {
	m.left()
	m.leaveLarge()
	return m.Conn.Close()
}

// SetReadDeadline is how fasthttp begins a request: the one before is answered. Some of the new one may have come with the end of that, in
// the last read and as much as fasthttp's buffer keeps; how much, nobody says, so all of it counts.
func (m *meter) SetReadDeadline(t time.Time) error {
	m.read = min(m.last, headerBytes)
	m.leaveLarge()
	return m.Conn.SetReadDeadline(t)
}

func (m *meter) leaveLarge() {
	if m.placed.CompareAndSwap(true, false) {
		m.large.leave(m.address)
	}
}

// fits finds a place for a request that turns out to be large, and reports whether it may be read on. fasthttp makes room for all of a
// body as soon as its length is told, and then reads right into it: so a read of more than its buffer has is a large body's first. Chunks may
// be small, but not their sum. Of up to twice headerBytes one part may be in the buffer already, and the rest has room there: that passes.
func (m *meter) fits(room int) bool {
	if m.large == nil || m.on || m.placed.Load() || max(room, m.read) <= headerBytes {
		return true
	}
	if !m.large.enter(m.address) {
		m.refused = true
		return false
	}
	m.placed.Store(true)
	return true
}

func (m *meter) start(now time.Time) {
	m.leaveLarge()
	m.large = nil
	m.on, m.spare = true, newBucket(spareBytesPerS, spareBytes, now)
}

// stop lets the rest be read away.
func (m *meter) stop() { m.on = false }

// Read fails with errCrowded when there is no place for so large a request, and with errFlood when more was read than frames may cost.
func (m *meter) Read(b []byte) (int, error) {
	if !m.fits(len(b)) {
		return 0, errCrowded
	}
	n, err := m.Conn.Read(b)
	m.read += n
	m.last = n
	if m.on && n > 0 && !m.spare.takeMany(float64(n), time.Now()) {
		return 0, errFlood
	}
	return n, err
}

// carried gives back what belonged to a message; it has a limit of its own.
func (m *meter) carried(n int) { m.spare.giveBack(float64(n)) }

// meteredMessage is a message's content as it is read.
type meteredMessage struct {
	io.Reader
	meter *meter
}

func (r meteredMessage) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.meter.carried(n)
	return n, err
}
