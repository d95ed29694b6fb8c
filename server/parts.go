package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"jari/frontend"
	"jari/hub"
	"jari/seatmap"
	"jari/server/api"
	"jari/server/booking"
	"jari/server/embedded"
	"jari/server/live"
	"jari/server/protocol"
	"jari/server/store"
	"jari/server/stream"
)

const (
	// consumerGroup is the workers' name at Kafka; it must not change, or two worker fleets decide side by side (the database would refuse one of them).
	consumerGroup = "jari-bookings"
	// keepForever: a booking's record is needed as long as the log may be read again.
	keepForever = -1 * time.Millisecond
)

// parts is everything that runs in a node. close ends it in the reverse order of its making.
type parts struct {
	servers  *embedded.Servers // nil when the addresses are given
	store    *store.Store
	live     *seatmap.Live
	producer *stream.Producer
	desk     *booking.Desk
	worker   *booking.Worker
	sweeper  *booking.Sweeper
	backlog  *booking.Backlog
	node     *live.Node
	hub      *hub.Hub
	api      *api.API

	decided    *prometheus.CounterVec // bookings, by status and reason
	redis      redisAddress           // given, or those inside
	kafka      kafkaAddress
	runID      func(ctx context.Context) (string, error)
	signingKey []byte
	closers    []func(ctx context.Context) error
}

func (p *parts) onClose(f func(ctx context.Context) error) { p.closers = append(p.closers, f) }

func (p *parts) close(ctx context.Context) error {
	var err error
	for i := len(p.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, p.closers[i](ctx))
	}
	return err
}

// open starts or dials the servers and makes the parts. When it fails nothing is left running.
func (c *serveCmd) open(ctx context.Context, log *slog.Logger) (_ *parts, err error) {
	p := &parts{decided: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jari_bookings_total",
		Help: "Bookings that this worker has decided, by status and the reason of a rejection."}, []string{"status", "reason"})}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close(context.WithoutCancel(ctx)))
		}
	}()
	if err := c.openServers(ctx, p, log); err != nil {
		return nil, err
	}
	kafka, err := p.kafka.config(log)
	if err != nil {
		return nil, err
	}
	if p.servers != nil {
		if err := c.ensure(ctx, kafka); err != nil {
			return nil, err
		}
	}
	if p.producer, err = stream.OpenProducer(kafka); err != nil {
		return nil, err
	}
	p.onClose(p.producer.Close)
	quietRedis(log)
	relay, err := p.openRedis(ctx, log)
	if err != nil {
		return nil, err
	}
	p.openBooking(kafka, log)
	return p, p.openEdge(c, relay, log)
}

func (c *serveCmd) openServers(ctx context.Context, p *parts, log *slog.Logger) error {
	inside, err := c.embedded()
	if err != nil {
		return err
	}
	if p.signingKey, err = c.signingKey(); err != nil {
		return err
	}
	dsn := c.DatabaseDSN
	p.redis, p.kafka = c.redisAddress, c.kafkaAddress
	if inside {
		if p.servers, err = embedded.Start(ctx, embedded.Config{Dir: c.DataDir, Logger: log}); err != nil {
			return err
		}
		p.onClose(func(context.Context) error { p.servers.Close(); return nil })
		easeCollector()
		dsn, p.redis.RedisURL, p.kafka = p.servers.DatabaseDSN, "redis://"+p.servers.RedisAddr, p.kafka.inside(p.servers.KafkaBrokers)
		if p.signingKey == nil {
			p.signingKey = p.servers.SigningKey
		}
		p.runID = func(context.Context) (string, error) { return p.servers.RedisRunID, nil }
	}
	cfg, err := c.database.config(dsn, log)
	if err != nil {
		return err
	}
	if p.store, err = store.Open(ctx, cfg); err != nil {
		return err
	}
	p.onClose(func(context.Context) error { return p.store.Close() })
	if inside {
		_, err = p.store.Migrate(ctx)
		return err
	}
	if err := p.store.CheckSchema(ctx); err != nil {
		return err
	}
	return p.store.CheckWrites(ctx)
}

// embeddedGC is GOGC with embedded servers. Redis inside the process makes a Lua machine for each script, some 400 KB of garbage beside
// a small heap: at the usual 100 the collector runs all the time (2,000 holds in a second: 5.5 s of CPU; at 400: 4.0 s).
const embeddedGC = 400

// easeCollector lets the collector run less often, unless GOGC says otherwise.
func easeCollector() {
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(embeddedGC)
	}
}

func (p *parts) openBooking(kafka stream.Config, log *slog.Logger) {
	events := eventSource{p}
	p.worker = booking.NewWorker(booking.WorkerConfig{Store: p.store, Live: p.live, Producer: p.producer, Events: events,
		Stream: kafka, Group: consumerGroup, Logger: log, Decided: func(status, reason string) {
			p.decided.WithLabelValues(status, reason).Inc()
		}, Closed: func(event string) { p.node.Reopen(event) }})
	p.desk = booking.NewDesk(booking.DeskConfig{Store: p.store, Live: p.live, Producer: p.producer, Events: events, Nudge: p.worker.Nudge,
		Closed: func(event string) { p.node.Reopen(event) }})
	p.sweeper = booking.NewSweeper(booking.SweeperConfig{Live: p.live, Producer: p.producer, Events: p.unended, Over: p.over,
		Closed: func(event string) { p.node.Reopen(event) }, Logger: log})
	p.backlog = booking.NewBacklog(booking.BacklogConfig{Store: p.store, Logs: stream.OpenBounds(kafka, booking.TopicBookings), Logger: log})
}

// unended lists the events that have not ended.
func (p *parts) unended(ctx context.Context) []string {
	fences, err := p.store.Fences(ctx)
	if err != nil {
		return nil // the node's own watch reports it once a second
	}
	return slices.Collect(maps.Keys(fences))
}

// over lists those that ended so long ago that nobody looks after them.
func (p *parts) over(ctx context.Context) []string {
	events, err := p.store.Over(ctx)
	if err != nil {
		return nil // as above
	}
	return events
}

// eventSource gives the pipeline the node's cached events.
type eventSource struct{ p *parts }

func (s eventSource) Event(ctx context.Context, id string) (store.Event, *seatmap.Plan, error) {
	e, err := s.p.node.Event(ctx, id)
	if err != nil {
		return store.Event{}, nil, err
	}
	return e.Event, e.Plan, nil
}

// openEdge makes the node, the hub and the API, which know of one another.
func (p *parts) openEdge(c *serveCmd, relay *hub.Relay, log *slog.Logger) (err error) {
	var patience time.Duration // the usual one
	if p.servers != nil {
		patience = insidePatience
	}
	p.node = live.New(live.Config{HoldPatience: patience, Live: p.live, Store: p.store, Relay: relay, Rebuild: p.desk.Rebuild,
		Pending: func(ctx context.Context, buyer, event string) ([]protocol.Booking, error) {
			return p.desk.PendingOf(ctx, buyer, event)
		}, Decided: p.desk.DecidedOf, Logger: log})
	p.hub = hub.New(hub.Config{TickMin: c.TickMin, TickMax: c.TickMax, PerDelivery: c.DeliveryCost, MaxClients: c.MaxSockets,
		Wire: api.Wire, Source: p.node.Source})
	p.onClose(func(context.Context) error { p.node.Close(); return nil })
	p.onClose(func(context.Context) error { p.hub.Close(); return nil })
	p.onClose(func(context.Context) error { p.node.Stop(); return nil })
	p.node.Start(p.hub)

	page, err := fs.Sub(frontend.Files, "dist")
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		p.decided, p.outboxRows(), p.undecidedRecords(), p.undecidedOldest())
	p.api, err = api.New(api.Config{Node: p.node, Desk: p.desk, Store: p.store, Hub: p.hub, SigningKey: p.signingKey, Logger: log,
		Static: page, Metrics: registry, Ready: p.ready, AllowedOrigins: c.AllowedOrigins, Version: version,
		HealthOnly: c.Role == "worker", AdminElsewhere: c.AdminListen != "", Limits: c.limits.api()})
	if err != nil {
		return err
	}
	return p.openAdmin(c.admin, log)
}

// ready says what keeps this node from serving.
func (p *parts) ready(ctx context.Context) error {
	if err := p.store.Ping(ctx); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	// A cluster that lacks a master still serves the events of the others.
	if err := p.live.Refresh(ctx); err != nil && !errors.Is(err, seatmap.ErrPartAway) {
		return fmt.Errorf("redis: %w", err)
	}
	if !p.producer.Ready() {
		return errors.New("kafka: the producer is being replaced")
	}
	return nil
}
