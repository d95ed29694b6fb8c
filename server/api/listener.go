package api

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// acceptPause is waited when the machine has no descriptor or memory for one more connection.
	acceptPause = 50 * time.Millisecond
	// warnEvery is how often a node that turns connections away says so.
	warnEvery = time.Minute
	// turnAwayWait bounds the write of why; a new connection takes so few bytes at once.
	turnAwayWait = 100 * time.Millisecond
)

// listener lets connections in, sockets and HTTP alike: so many at once on this node and from one address, each with a meter and with a
// first deadline. fasthttp sets none before the first byte of a connection has come, and it gives up listening when the machine's
// descriptors are at their end.
type listener struct {
	net.Listener
	api *API

	warned atomic.Int64 // when, Unix ms
}

// Accept returns the next connection that has a place.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		switch {
		case err == nil:
			if m := l.admit(c); m != nil {
				return m, nil
			}
		case passes(err):
			l.warn("connections cannot be accepted for the moment", slog.Any("error", err))
			time.Sleep(acceptPause)
		default:
			return nil, err
		}
	}
}

// passes reports whether the next accept may succeed.
func passes(err error) bool {
	for _, passing := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED, syscall.EINTR} {
		if errors.Is(err, passing) {
			return true
		}
	}
	return false
}

// admit is nil when there is no place; then the connection was closed.
func (l *listener) admit(c net.Conn) *meter {
	g, limits := l.api.guard, l.api.cfg.Limits
	if n := l.api.connections.Add(1); limits.Connections > 0 && n > int64(limits.Connections) {
		l.api.connections.Add(-1)
		g.limited(limitAllConnections)
		l.warn("connections are turned away: this node has as many as it may", slog.Int("limit", limits.Connections))
		turnAway(c, "503 Service Unavailable")
		return nil
	}
	peer := peerOf(c.RemoteAddr())
	// A proxy has many clients; which of them has too many is seen when it says for whom it asks.
	key, free := keyOf(peer), g.exempt(peer) || l.api.trusted.has(peer)
	leave, err := open(g, g.connections, key, free, limitConnections, "connections from this address")
	if err != nil {
		l.api.connections.Add(-1)
		turnAway(c, "429 Too Many Requests")
		return nil
	}
	if free {
		key = netip.Addr{}
	}
	// An error is one of the connection, which its first read will meet.
	_ = c.SetReadDeadline(time.Now().Add(limits.ReadTimeout))
	return &meter{Conn: c, large: l.api.large, address: key, left: sync.OnceFunc(func() {
		leave()
		l.api.connections.Add(-1)
	})}
}

// turnAway says why, as far as a client listens that has not asked yet.
func turnAway(c net.Conn, status string) {
	// Errors are of a client that has gone itself.
	_ = c.SetWriteDeadline(time.Now().Add(turnAwayWait))
	_, _ = c.Write([]byte("HTTP/1.1 " + status + "\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"))
	_ = c.Close()
}

// warn says it, but not each time.
func (l *listener) warn(message string, attrs ...slog.Attr) {
	now, last := time.Now().UnixMilli(), l.warned.Load()
	if now-last < warnEvery.Milliseconds() || !l.warned.CompareAndSwap(last, now) {
		return
	}
	l.api.log.LogAttrs(context.Background(), slog.LevelWarn, message, attrs...)
}
