// Package api is the public edge: HTTP and sockets of protocol version 1 on Fiber, with sessions, limits, metrics and the built page.
package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"

	"jari/hub"
	"jari/seatmap"
	"jari/server/booking"
	"jari/server/live"
	"jari/server/page"
	"jari/server/protocol"
	"jari/server/store"
)

// headerBytes is the most that a request's headers may have: cookies of other programs on the same host come along.
const headerBytes = 16 << 10

// Catalog knows the events.
type Catalog interface {
	Event(ctx context.Context, id string) (*live.Event, error)
	Phase(e *live.Event) string
	// Tally counts what is left of events that are about to be listed; Available is what is known of it.
	Tally(ctx context.Context, events []*live.Event)
	Available(e *live.Event) (available int, known bool)
	State(ctx context.Context, event, zone string) (live.ZoneState, error)
}

// Holds changes what a buyer holds.
type Holds interface {
	Propose(ctx context.Context, event string, w live.Wish) (protocol.Proposal, error)
	Hold(ctx context.Context, event, buyer string, r live.HoldRequest) (protocol.HoldAnswer, error)
	Release(ctx context.Context, event, buyer string, seats []string) (protocol.HoldAnswer, error)
	Extend(ctx context.Context, event, buyer string) (protocol.HoldAnswer, error)
	HoldOf(ctx context.Context, event, buyer string) (protocol.HoldAnswer, error)
}

// Rooms lets sockets look at zones and own their buyer's private messages.
type Rooms interface {
	Join(ctx context.Context, c *hub.Client, event, zone string, answer []byte, at *hub.Position) error
	Leave(c *hub.Client, event, zone string)
	Authed(c *hub.Client, buyer string)
}

// Node is what a *live.Node gives.
type Node interface {
	Catalog
	Holds
	Rooms
	// Now is the clock by which holds end, and NowOf that of the server of Redis that holds an event: on a cluster there are several.
	// Buyers are told of no other: their countdowns go by it.
	Now() time.Time
	NowOf(event string) time.Time
}

// Desk is what a *booking.Desk gives.
type Desk interface {
	Book(ctx context.Context, r booking.Request) (protocol.Booking, error)
	Get(ctx context.Context, buyer, id string) (protocol.Booking, error)
	List(ctx context.Context, buyer string, limit int) ([]protocol.Booking, error)
	Cancel(ctx context.Context, buyer, id string, seats []string) (protocol.Booking, error)
	Link(ctx context.Context, buyer, id string) (key string, err error)
	Unlink(ctx context.Context, buyer, id string) error
	Linked(ctx context.Context, id, key string) (protocol.Booking, error)
	Known(ctx context.Context, id string) error
}

// Store is what a *store.Store gives.
type Store interface {
	Events(ctx context.Context, after string, limit int) (events []store.Event, next string, err error)
}

// Config is what an API needs. Node, Desk, Store, Hub and SigningKey are required.
type Config struct {
	Node       Node
	Desk       Desk
	Store      Store
	Hub        *hub.Hub // made with Config.Wire = api.Wire
	SigningKey []byte   // HS256, at least 32 bytes, the same on all nodes
	Logger     *slog.Logger
	Now        func() time.Time
	Static     fs.FS // the built page with index.html at its root; nil or empty: a page that says how to build it
	Metrics    *prometheus.Registry
	// Ready says whether this node can serve; its error is shown by /readyz.
	Ready          func(ctx context.Context) error
	AllowedOrigins []string // beside the host itself: https://tickets.example
	HealthOnly     bool     // only /healthz, /readyz and /metrics are there: a worker serves no buyers
	AdminElsewhere bool     // Admin is served: /metrics, and why the node is not ready, are told only there
	Version        string
	Limits         Limits
}

// API is the HTTP and socket server of a node.
type API struct {
	cfg      Config
	log      *slog.Logger
	now      func() time.Time
	app      *fiber.App
	tokens   *tokens
	metrics  *metrics
	plans    *plans
	page     *page.Build
	files    map[string]*content // of the page, by path without a leading slash
	shells   map[page.Language]shell
	front    front
	docs     *docsPages
	trusted  networks
	guard    *guard
	framing  string    // of the page's policy
	unnamed  sync.Once // a proxy that is not trusted was met
	sockets  *gate
	draining atomic.Bool
	// connections are those of TCP that are open, sockets among them.
	connections atomic.Int64
	large       *places // of large requests

	mu       sync.Mutex
	listener net.Listener // guarded by mu
}

// New makes an API; Serve starts it.
func New(cfg Config) (*API, error) {
	if cfg.Node == nil || cfg.Desk == nil || cfg.Store == nil || cfg.Hub == nil {
		return nil, errors.New("api: node, desk, store and hub are required")
	}
	cfg.Limits = cfg.Limits.withDefaults()
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Metrics == nil {
		cfg.Metrics = prometheus.NewRegistry()
	}
	if cfg.Ready == nil {
		cfg.Ready = func(context.Context) error { return nil }
	}
	tokens, err := newTokens(cfg.SigningKey, cfg.Now)
	if err != nil {
		return nil, err
	}
	built, err := page.Read(cfg.Static)
	if err != nil {
		return nil, err
	}
	files, err := compressed(built.Files)
	if err != nil {
		return nil, err
	}
	shells, err := newShells(built)
	if err != nil {
		return nil, err
	}
	docs, err := newDocsPages()
	if err != nil {
		return nil, err
	}
	a := &API{
		cfg: cfg, log: cfg.Logger, now: cfg.Now, tokens: tokens, page: built, files: files, shells: shells, docs: docs,
		plans:   newPlans(cfg.Limits.PlanCacheBytes),
		trusted: cfg.Limits.TrustedProxies,
		framing: framing(cfg.AllowedOrigins),
		sockets: newGate(cfg.Limits.Sockets),
		large:   newPlaces(cfg.Limits.LargeRequests),
	}
	a.guard = newGuard(cfg.Limits, cfg.Now, func(limit string) { a.metrics.limited.WithLabelValues(limit).Inc() })
	if a.metrics, err = newMetrics(cfg.Metrics, a.sockets, &a.connections, cfg.Hub); err != nil {
		return nil, err
	}
	a.app = fiber.New(fiber.Config{
		AppName:      "jari",
		ServerHeader: "",
		// Not streamed: with ReduceMemoryUsage fasthttp would give the reader of a stream to another connection, and what a handler leaves
		// unread it would take for the next request. What bodies may take meanwhile is bounded by the meter.
		BodyLimit: cfg.Limits.BodyBytes,
		// Forms are nobody's business here, and who reads one ends where it says that it ends: what its length covers beyond that would be
		// taken for the next request.
		DisablePreParseMultipartForm: true,
		// Strings of a request outlive it in holds, rooms and logs: Fiber copies them (trap 4).
		Immutable:             true,
		CaseSensitive:         true,
		ReduceMemoryUsage:     true,
		ReadBufferSize:        headerBytes,
		DisableStartupMessage: true,
		ReadTimeout:           cfg.Limits.ReadTimeout,
		WriteTimeout:          cfg.Limits.WriteTimeout,
		IdleTimeout:           cfg.Limits.IdleTimeout,
		ErrorHandler:          a.refusedEarly,
	})
	// Without this the close of a hijacked connection does nothing and a kick leaves the socket open (trap 1).
	a.app.Server().KeepHijackedConns = true
	a.app.Server().Logger = fasthttpLog{cfg.Logger}
	// Its errors would quote the headers of requests that cannot be read, and tokens are among them.
	a.app.Server().SecureErrorLogMessage = true
	a.app.Server().Handler = a.knownMethods(a.app.Server().Handler)
	a.routes()
	return a, nil
}

// Serve answers on the listener until Drain.
func (a *API) Serve(ln net.Listener) error {
	a.mu.Lock()
	a.listener = ln
	drained := a.draining.Load()
	a.mu.Unlock()
	if drained {
		return ln.Close()
	}
	a.log.Info("limits of addresses and buyers", "not_for", append([]string{"127.0.0.0/8", "::1"}, a.guard.free.texts()...), "trusted_proxies", a.trusted.texts())
	if err := a.app.Listener(&listener{Listener: ln, api: a}); err != nil {
		return fmt.Errorf("serve http: %w", err)
	}
	return nil
}

// Drain says at once that the node is not ready, takes no new sockets and sends those that are there away, spread over the given
// time. Requests are served meanwhile, so that a proxy has time to hear of it; then the port is closed and answers in flight finish. It
// returns when every socket's handler has, or when the context ends.
func (a *API) Drain(ctx context.Context, over time.Duration) error {
	a.mu.Lock()
	a.draining.Store(true)
	ln := a.listener
	a.mu.Unlock()
	a.sockets.shut()
	a.cfg.Hub.Drain(over)
	return errors.Join(a.shutdown(ctx, ln), a.sockets.wait(ctx))
}

// shutdown also ends a Serve that was only about to begin, which Fiber's own shutdown does not know yet.
func (a *API) shutdown(ctx context.Context, ln net.Listener) error {
	err := a.app.ShutdownWithContext(ctx)
	if ln == nil {
		return err
	}
	if closed := ln.Close(); !errors.Is(closed, net.ErrClosed) {
		err = errors.Join(err, closed)
	}
	return err
}

// knownMethods answers methods that Fiber does not know, which it would answer with bare text and before any middleware.
func (a *API) knownMethods(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if doubtfulLength(&ctx.Request.Header) {
			ctx.SetConnectionClose()
		}
		if slices.Contains(fiber.DefaultMethods, string(ctx.Method())) {
			next(ctx)
			return
		}
		c := a.app.AcquireCtx(ctx)
		defer a.app.ReleaseCtx(c)
		err := a.guard.request(a.meet(c))
		if err == nil {
			c.Set(fiber.HeaderAllow, "GET, HEAD, POST, DELETE")
			err = fiber.ErrMethodNotAllowed
		}
		if err := a.refusedEarly(c, err); err != nil {
			a.log.Error("problem cannot be written", "error", err)
		}
	}
}

// doubtfulLength reports whether the end of a body may be seen elsewhere by a proxy: chunks, which count, with a length beside them, said
// twice, or from a client of HTTP/1.0, which knows none. What follows could be taken for another client's request, so nothing may follow (RFC
// 9112 section 6.1). Once a body is read only the raw headers still tell.
func doubtfulLength(h *fasthttp.RequestHeader) bool {
	raw := bytes.ToLower(h.RawHeaders())
	chunks := bytes.Count(raw, []byte("transfer-encoding:"))
	return chunks > 1 || chunks == 1 && (!h.IsHTTP11() || bytes.Contains(raw, []byte("content-length:")))
}

// refusedEarly answers what no middleware has seen: a request that is too large, too slow, or not HTTP.
func (a *API) refusedEarly(c *fiber.Ctx, err error) error {
	a.introduce(c)
	if m, ok := c.Context().Conn().(*meter); ok && m.refused {
		a.guard.limited(limitLarge)
		err = &seatmap.Refusal{Code: seatmap.CodeUnavailable, Detail: errCrowded.Error(), RetryAfter: fullFor}
	}
	return a.problem(c, err)
}

// fasthttpLog takes what fasthttp says of single connections: of interest only to who looks for it.
type fasthttpLog struct{ log *slog.Logger }

func (l fasthttpLog) Printf(format string, values ...any) {
	l.log.Debug("http connection", "detail", fmt.Sprintf(format, values...))
}
