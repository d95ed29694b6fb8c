package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"jari/seatmap"
	"jari/server/booking"
	"jari/server/embedded"
)

// auditCmd compares database, Redis and Kafka.
type auditCmd struct {
	addresses
	Event string `env:"-" placeholder:"ID" help:"Only this event."`
	JSON  bool   `env:"-" name:"json" help:"Print each difference as a line of JSON."`
}

// Validate is called by the command line.
func (c *auditCmd) Validate() error {
	if _, err := c.embedded(); err != nil {
		return err
	}
	return errors.Join(c.database.Validate(), c.redisAddress.Validate(), c.kafkaAddress.Validate())
}

// Run ends with 0 when all was compared and nothing differs, with 1 when something differs, and with 2 when something could not
// be compared.
func (c *auditCmd) Run(ctx context.Context) error {
	return c.run(ctx, os.Stdout, os.Stderr)
}

func (c *auditCmd) run(ctx context.Context, out, progress io.Writer) (err error) {
	b, err := openBeside(ctx, c.database, c.kafkaAddress)
	if b != nil {
		defer func() { err = errors.Join(err, b.close()) }()
	}
	inUse := errors.Is(err, embedded.ErrInUse)
	if err != nil && !inUse {
		return unjudged(err)
	}
	events, err := named(ctx, b.store, c.Event)
	if err != nil {
		return unjudged(err)
	}
	found := 0
	a := &booking.Auditor{Store: b.store, Events: storedEvents{b.store, map[string]*seatmap.Plan{}}, Stream: b.kafka,
		Note:     func(text string) { fmt.Fprintln(progress, text) },
		Progress: func(text string) { fmt.Fprintln(progress, text) },
		Found:    func(d booking.Difference) { found++; c.print(out, d) }}
	var away error
	if !b.inside {
		var end func() error
		if a.Live, end, err = dialLive(ctx, c.redisAddress); err != nil {
			away = err
		}
		defer func() { err = errors.Join(err, end()) }()
	}
	if inUse {
		away = errors.New("the server that uses the data folder keeps its Redis and its log to itself: stop it to have the log compared, too")
	}
	return verdict(progress, len(events), found, errors.Join(away, a.Audit(ctx, events...)))
}

// verdict says how an audit ends.
func verdict(progress io.Writer, events, found int, left error) error {
	differences := counted(found, "difference")
	switch {
	case found > 0 && left != nil:
		return ending{fmt.Errorf("%s; and not all could be compared: %w", differences, left), 1}
	case found > 0:
		return ending{errors.New(differences), 1}
	case left != nil:
		return unjudged(fmt.Errorf("no difference in what could be compared: %w", left))
	}
	fmt.Fprintf(progress, "%s compared, no difference\n", counted(events, "event"))
	return nil
}

func (c *auditCmd) print(out io.Writer, d booking.Difference) {
	if !c.JSON {
		fmt.Fprintln(out, d)
		return
	}
	line, _ := json.Marshal(d) // texts alone: never fails
	fmt.Fprintf(out, "%s\n", line)
}

// dialLive reaches the scripts' Redis. What it returns ends it, also after an error.
func dialLive(ctx context.Context, address redisAddress) (*seatmap.Live, func() error, error) {
	p := &parts{redis: address}
	end := func() error { return p.close(context.WithoutCancel(ctx)) }
	if _, err := p.openRedis(ctx, slog.New(slog.DiscardHandler)); err != nil {
		return nil, end, err
	}
	if err := p.live.Refresh(ctx); err != nil {
		return nil, end, fmt.Errorf("redis is not compared: %w", err)
	}
	return p.live, end, nil
}
