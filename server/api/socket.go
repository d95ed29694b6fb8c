package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	fasthttpws "github.com/fasthttp/websocket"
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"

	"jari/hub"
	"jari/seatmap"
	"jari/server/protocol"
)

// peerGone stands for "no close code": the client ended the socket.
const peerGone = 0

const (
	localForeign = "foreign_origin"
	readBuffer   = 1 << 10 // requests are short; longer ones take several reads
	keepBuffer   = 4 << 10 // a larger buffer is not kept for the next message
)

var (
	errFlood = errors.New("too many messages")
	// sealed is long ago: a write with this deadline fails before it writes.
	sealed = time.Unix(1, 0)
)

// socket is one WebSocket. Its reader is the handler that Fiber runs; its writer is the hub's.
type socket struct {
	api    *API
	ws     *websocketConn
	conn   *conn
	meter  *meter
	client *hub.Client
	bucket bucket
	seal   error // what the library's own writes fail with
	buffer bytes.Buffer

	address netip.Addr // of the client, which may be behind a proxy
	left    func()     // of the reader alone: ends what is counted for the buyer

	ctx  context.Context // ends with the socket
	work sync.WaitGroup  // requests at work
	room chan struct{}   // capacity: how many may be

	buyer   string    // of the reader alone
	expires time.Time // of the buyer's token
	whole   time.Time // of the reader alone: when the message that has begun must have ended; zero: none has
}

type websocketConn = fasthttpws.Conn

// socket is the handler of GET /api/v1/socket. What can be refused before the upgrade is refused there.
func (a *API) socket() fiber.Handler {
	upgrade := websocket.New(a.serveSocket, websocket.Config{
		Subprotocols:    []string{protocol.Subprotocol},
		ReadBufferSize:  readBuffer,
		WriteBufferPool: &sync.Pool{}, // the library writes nothing, so it shall keep no buffer either
		RecoverHandler:  a.recoverSocket,
	})
	return func(c *fiber.Ctx) error {
		if !websocket.IsWebSocketUpgrade(c) {
			c.Set(fiber.HeaderUpgrade, "websocket")
			return fiber.ErrUpgradeRequired
		}
		if err := a.sockets.look(); err != nil {
			return &seatmap.Refusal{Code: seatmap.CodeUnavailable, Detail: err.Error(), RetryAfter: 5 * time.Second}
		}
		// Before the upgrade, where it costs least. A page sees no more of it than of a network that is away, and so comes back later, as it is to.
		if err := a.guard.handshake(client(c)); err != nil {
			return err
		}
		if offered := c.Get(fiber.HeaderSecWebSocketProtocol); offered != "" && !offers(offered, protocol.Subprotocol) {
			return invalid("this server speaks %s", protocol.Subprotocol)
		}
		// A browser's page cannot read a refused upgrade and would come again for ever; a close code it can read.
		c.Locals(localForeign, !a.ownOrigin(c.Get(fiber.HeaderOrigin), c.Get(fiber.HeaderHost)))
		if err := upgrade(c); err != nil {
			a.introduce(c) // the library has begun the answer anew
			return invalid("this is not a WebSocket handshake of version 13")
		}
		return nil
	}
}

func offers(header, subprotocol string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if strings.TrimSpace(part) == subprotocol {
			return true
		}
	}
	return false
}

// recoverSocket must be deferred itself: that is how contrib calls it.
func (a *API) recoverSocket(*websocket.Conn) {
	if p := recover(); p != nil {
		a.log.Error("socket failed", "error", fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack()))
	}
}

// serveSocket owns the connection from the upgrade to its close. It returns only when nobody can write to it any more: contrib
// gives its Conn to another client afterwards (trap 2), which is why none of it is kept.
func (a *API) serveSocket(pooled *websocket.Conn) {
	ws, foreign := pooled.Conn, pooled.Locals(localForeign) == true
	address, _ := pooled.Locals(localClient).(netip.Addr)
	raw, meter := tcpOf(ws.NetConn())
	defer meter.Close() // trap 1; harmless the second time
	connection := newConn(raw)
	if foreign {
		a.turnAway(connection, ws, hub.CloseOrigin, "this page's origin is not allowed")
		return
	}
	if err := a.sockets.enter(); err != nil {
		code := hub.CloseOverloaded
		if errors.Is(err, errDraining) {
			code = hub.CloseDraining
		}
		a.turnAway(connection, ws, code, err.Error())
		return
	}
	defer a.sockets.leave()
	leave, err := a.guard.openSocket(address)
	if err != nil { // many came at the same time, and each was told before the upgrade that there is room
		a.turnAway(connection, ws, hub.CloseOverloaded, "too many sockets from this address")
		return
	}
	defer leave()
	s, err := a.openSocket(ws, connection, meter, address)
	switch {
	case errors.Is(err, hub.ErrDraining):
		a.turnAway(connection, ws, hub.CloseDraining, "draining")
	case errors.Is(err, hub.ErrFull):
		a.turnAway(connection, ws, hub.CloseOverloaded, "too many sockets")
	case err != nil:
		a.log.Error("socket cannot be served", "error", err)
	default:
		start := time.Now()
		code := s.serve()
		a.metrics.closed.WithLabelValues(strconv.Itoa(code)).Inc()
		a.log.LogAttrs(s.ctx, slog.LevelDebug, "socket closed", slog.Int("code", code), slog.Duration("took", time.Since(start)),
			slog.Any("address", address))
	}
}

// tcpOf takes fasthttp's wrapper and the meter off: writes to them would hide the TCP connection from writev.
func tcpOf(c net.Conn) (net.Conn, *meter) {
	if wrapped, ok := c.(interface{ UnsafeConn() net.Conn }); ok {
		c = wrapped.UnsafeConn()
	}
	if m, ok := c.(*meter); ok {
		return m.Conn, m
	}
	return c, &meter{Conn: c, left: func() {}} // of a listener that is not ours: nothing is counted
}

// turnAway closes a socket that was never served.
func (a *API) turnAway(c *conn, ws *websocketConn, code int, reason string) {
	_ = c.SetWriteDeadline(time.Now().Add(linger)) // a broken connection needs no reason
	c.Close(code, reason)
	c.end(ws.NetConn(), true)
	a.metrics.closed.WithLabelValues(strconv.Itoa(code)).Inc()
}

func (a *API) openSocket(ws *websocketConn, connection *conn, meter *meter, address netip.Addr) (*socket, error) {
	s := &socket{api: a, ws: ws, conn: connection, meter: meter, address: address, left: func() {}, room: make(chan struct{}, a.cfg.Limits.Concurrency),
		bucket: newBucket(float64(a.cfg.Limits.MessagesPerS), float64(a.cfg.Limits.MessagesBurst), time.Now())}
	if err := s.sealLibrary(); err != nil {
		return nil, err
	}
	meter.start(time.Now())
	var err error
	s.client, err = a.cfg.Hub.Attach(connection)
	return s, err
}

// sealLibrary makes every write of the WebSocket library fail without writing: on bad frames it would write a close frame of its own
// beside the hub's writer (trap 3). Its first failed write is final, so one that is late from the start does it.
func (s *socket) sealLibrary() error {
	// The errors of these two deadlines are those of a broken connection, which the reader will meet.
	_ = s.ws.SetWriteDeadline(sealed)
	s.seal = s.ws.WriteMessage(fasthttpws.TextMessage, nil)
	_ = s.conn.raw.SetWriteDeadline(time.Time{})
	if s.seal == nil {
		return errors.New("the websocket library still writes")
	}
	s.ws.SetPongHandler(func(string) error { return s.heard() })
	s.ws.SetPingHandler(func(payload string) error {
		s.conn.sendControl(frame(pongFrame, []byte(payload)))
		return s.heard()
	})
	s.ws.SetCloseHandler(func(code int, _ string) error {
		if code == fasthttpws.CloseNoStatusReceived {
			code = hub.CloseNormal
		}
		s.conn.peerCloses(code)
		return nil
	})
	return nil
}

// heard is called for whatever the client sends, control frames included: it is alive, and it has a rate. Pings give a message that
// has begun no more time.
func (s *socket) heard() error {
	if s.whole.IsZero() {
		s.conn.listen(time.Now().Add(s.api.cfg.Limits.Idle))
	}
	if !s.bucket.take(time.Now()) {
		return errFlood
	}
	return nil
}

// serve reads until the socket ends and returns the close code.
func (s *socket) serve() int {
	var stop context.CancelFunc
	s.ctx, stop = context.WithCancel(context.Background())
	pings := s.keepPinging()
	hear := true
	defer func() {
		stop()
		pings()
		s.work.Wait()
		s.client.Detach()
		s.client.Wait()
		_ = s.conn.raw.Close()
		s.left()
	}()
	code, reason := s.read()
	if code == peerGone {
		hear = false
		s.client.Detach()
	} else {
		s.client.Kick(code, reason)
	}
	stop()
	s.work.Wait()
	s.client.Wait()
	s.meter.stop()
	return s.conn.end(s.ws.NetConn(), hear)
}
