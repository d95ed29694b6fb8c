package api

import (
	"io"
	"net"
	"time"
)

const (
	// spareBytes is what frames may cost beside what their messages carry: headers, empty parts, pings, and what is read ahead.
	// An empty part costs 6 bytes, so a flood of them is noticed after some ten thousand, a few milliseconds.
	spareBytes = 64 << 10
	// spareBytesPerS of it come back: more than fifty messages of 64 KiB have that a proxy cuts into parts of 1 KiB.
	spareBytesPerS = 32 << 10
)

// meter is a TCP connection that counts, once it is a socket's, what is read. The WebSocket library takes parts of messages without
// asking anybody, for ever when they are empty; here all of them come by. All but Read and Close is of the socket's reader.
type meter struct {
	net.Conn
	on    bool // of the socket's reader
	spare bucket
	left  func() // tells the listener that it is gone, once
}

// Close ends the connection and gives its place to another. A second time it does nothing.
func (m *meter) Close() error {
	m.left()
	return m.Conn.Close()
}

func (m *meter) start(now time.Time) {
	m.on, m.spare = true, newBucket(spareBytesPerS, spareBytes, now)
}

// stop lets the rest be read away.
func (m *meter) stop() { m.on = false }

// Read fails with errFlood when more was read than frames may cost.
func (m *meter) Read(b []byte) (int, error) {
	n, err := m.Conn.Read(b)
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
