package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"jari/seatmap"
	"jari/server/embedded"
	"jari/server/store"
	"jari/server/stream"
)

// beside is what a command works on beside the servers, or in a data folder that nobody serves from.
type beside struct {
	store   *store.Store
	kafka   stream.Config
	inside  bool // the parts of a data folder
	closers []func() error
}

func (b *beside) close() error {
	var err error
	for i := len(b.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, b.closers[i]())
	}
	return err
}

// openBeside opens the database and says where Kafka is. Of a data folder it starts Kafka, which a server that uses the folder keeps
// to itself: then the error is embedded.ErrInUse, and the database is there all the same.
func openBeside(ctx context.Context, db database, kafka kafkaAddress) (b *beside, err error) {
	b = &beside{inside: db.DatabaseDSN == "" && kafka.KafkaBrokers == ""}
	if !b.inside && (db.DatabaseDSN == "" || kafka.KafkaBrokers == "") {
		return nil, errors.New("give both --database-dsn and --kafka-brokers, or none for a data folder")
	}
	if b.store, err = db.open(ctx); err != nil {
		return nil, err
	}
	b.closers = append(b.closers, b.store.Close)
	if b.inside {
		servers, err := embedded.Start(ctx, embedded.Config{Dir: db.DataDir})
		if err != nil {
			return b, err
		}
		b.closers = append(b.closers, func() error { servers.Close(); return nil })
		kafka = kafka.inside(servers.KafkaBrokers)
	}
	if b.kafka, err = kafka.config(slog.New(slog.DiscardHandler)); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// storedEvents are the database's events with their plans, of which it keeps a few.
type storedEvents struct {
	store *store.Store
	plans map[string]*seatmap.Plan // by hash
}

func (s storedEvents) Event(ctx context.Context, id string) (store.Event, *seatmap.Plan, error) {
	e, err := s.store.Event(ctx, id)
	if err != nil {
		return store.Event{}, nil, err
	}
	plan := s.plans[e.PlanHash]
	if plan == nil {
		if plan, err = s.store.Plan(ctx, e.PlanHash); err != nil {
			return store.Event{}, nil, err
		}
		if len(s.plans) == 8 {
			clear(s.plans)
		}
		s.plans[e.PlanHash] = plan
	}
	return e, plan, nil
}

// ending is an error that says with which code the program ends.
type ending struct {
	error
	code int
}

func (e ending) Unwrap() error { return e.error }

// unjudged ends a command that could not find out what it was asked.
func unjudged(err error) error {
	if err == nil {
		return nil
	}
	return ending{err, 2}
}

// named returns the ids of all events, or of the one that is named.
func named(ctx context.Context, db *store.Store, event string) ([]string, error) {
	if event != "" {
		_, err := db.Event(ctx, event)
		if errors.Is(err, store.ErrNotFound) {
			return nil, fmt.Errorf("no event %q; `jari event list` shows them", event)
		}
		return []string{event}, err
	}
	var ids []string
	for after := ""; ; {
		events, next, err := db.Events(ctx, after, 1000)
		if err != nil {
			return nil, err
		}
		for i := range events {
			ids = append(ids, events[i].ID)
		}
		if after = next; after == "" {
			return ids, nil
		}
	}
}
