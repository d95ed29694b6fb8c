package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // a slim image has no zone files

	"golang.org/x/sync/errgroup"

	"jari/server/api"
)

// serveCmd runs a node.
type serveCmd struct {
	addresses
	logging
	Listen         string        `default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Address of HTTP and sockets (${env}; default ${default})."`
	Role           string        `default:"all" enum:"all,gateway,worker" placeholder:"ROLE" help:"gateway serves buyers, worker decides bookings and answers only /healthz, /readyz and /metrics, all does both; embedded servers need all (${env}; default ${default})."`
	Demo           bool          `default:"true" negatable:"" help:"Keep a demonstration event on sale when the servers are embedded (${env}; default ${default})."`
	AllowedOrigins []string      `placeholder:"ORIGIN" help:"Other origins whose pages may use the API and open sockets, such as https://tickets.example, comma separated; null for sandboxed frames, which is every site (${env})."`
	DeliveryCost   time.Duration `default:"20us" placeholder:"TIME" help:"What one frame to one client costs; the tick grows with the deliveries due (${env}; default ${default})."`
	TickMin        time.Duration `default:"20ms" placeholder:"TIME" help:"Shortest time between two frames of a room (${env}; default ${default})."`
	TickMax        time.Duration `default:"500ms" placeholder:"TIME" help:"Longest time between two frames of a room (${env}; default ${default})."`
	admin
	limits `group:"Limits of what strangers may take of this node; 0 is no limit:"`
	topics
	SigningKey     string        `placeholder:"HEX" help:"Key of the buyers' tokens, 64 hexadecimal digits, the same on all nodes; embedded servers have their own when none is given. Only from ${env}, never from the command line."`
	SigningKeyFile string        `placeholder:"FILE" help:"File that holds it (${env})."`
	DrainTime      time.Duration `default:"5s" placeholder:"TIME" help:"Over which time sockets are sent away at the end (${env}; default ${default})."`
}

// Run serves until the context ends, then sends the sockets away and finishes what is under way.
func (c *serveCmd) Run(ctx context.Context) (err error) {
	log := c.logger()
	defer endInTime(ctx, c.DrainTime+endsWithin, log, os.Exit)()
	// The port first: a mistake there shall not cost the start of everything else.
	listener, err := c.listen()
	if err != nil {
		return err
	}
	if slices.Contains(c.AllowedOrigins, api.NullOrigin) {
		log.Warn("--allowed-origins names null: every site's page can use the API and open sockets, from a sandboxed frame")
	}
	started := time.Now()
	p, err := c.open(ctx, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = errors.Join(err, p.close(ending))
	}()
	if p.servers != nil && c.Demo {
		if err := keepDemo(ctx, p.store, time.Now()); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	group, running := errgroup.WithContext(ctx)
	// Until the drain ends requests are served, and what they book is decided: there may be no other worker.
	deciding, drained := context.WithCancel(context.WithoutCancel(ctx))
	defer drained()
	group.Go(func() error { p.backlog.Run(deciding); return nil })
	if c.Role != "gateway" {
		group.Go(func() error { return ignoreEnd(deciding, p.worker.Run(deciding)) })
		group.Go(func() error { return ignoreEnd(deciding, p.sweeper.Run(deciding)) })
		group.Go(func() error { p.node.WatchHolds(deciding); return nil })
	}
	if p.servers != nil && c.Demo {
		group.Go(func() error { return demoDaily(running, p.store, log) })
	}
	group.Go(func() error { return p.api.Serve(listener) })
	group.Go(func() error {
		defer drained()
		<-running.Done()
		log.Info("stopping: sockets are sent away, what is under way is finished; stop it again to end at once", "over", c.DrainTime)
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.DrainTime+10*time.Second)
		defer cancel()
		return p.api.Drain(ending, c.DrainTime)
	})
	if p.servers != nil && c.Demo && c.Role != "gateway" {
		c.warm(running, p, log)
	}
	fmt.Printf("Jari %s is ready after %s: http://%s\n", version, time.Since(started).Round(time.Millisecond), listener.Addr())
	return group.Wait()
}

// warm waits until the demonstration event can be sold, so that whoever follows the printed address finds it live.
func (c *serveCmd) warm(ctx context.Context, p *parts, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := p.node.Warm(ctx, demoEvent); err != nil {
		log.Warn("the demonstration event is late", "error", err)
	}
}

// listen opens the port and explains the usual mistake.
func (c *serveCmd) listen() (net.Listener, error) {
	listener, err := net.Listen("tcp", c.Listen)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program; choose another address with --listen, such as --listen 127.0.0.1:0", c.Listen)
	case err != nil:
		return nil, fmt.Errorf("--listen %s: %s", c.Listen, strings.TrimPrefix(err.Error(), "listen "))
	}
	return listener, nil
}

// ignoreEnd is nil for an error that is only the end of the context.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}
