package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"jari/server/booking"
	"jari/server/embedded"
	"jari/server/store"
	"jari/server/stream"
)

// addresses say where the servers are; with none of them given they run inside the process.
type addresses struct {
	DataDir      string `default:"./data" placeholder:"DIR" help:"Folder of the embedded servers (${env}; default ${default})."`
	RedisURL     string `name:"redis-url" placeholder:"URL" help:"Redis, such as redis://localhost:6379/0 (${env})."`
	DatabaseDSN  string `name:"database-dsn" placeholder:"DSN" help:"MariaDB, such as user:password@tcp(localhost:3306)/jari, or sqlite:///file (${env})."`
	KafkaBrokers string `name:"kafka-brokers" placeholder:"HOSTS" help:"Kafka, such as localhost:9092,localhost:9093 (${env})."`
}

// embedded reports whether the servers run inside the process. Some addresses without the others are a mistake.
func (a addresses) embedded() (bool, error) {
	given := 0
	for _, address := range []string{a.RedisURL, a.DatabaseDSN, a.KafkaBrokers} {
		if address != "" {
			given++
		}
	}
	switch given {
	case 0:
		return true, nil
	case 3:
		return false, nil
	}
	return false, errors.New("give all of --redis-url, --database-dsn and --kafka-brokers, or none to run embedded")
}

// openStore opens the database of a command that needs nothing else. On an embedded one it migrates by itself.
func (a addresses) openStore(ctx context.Context) (*store.Store, error) {
	if a.DatabaseDSN != "" {
		db, err := store.Open(ctx, store.Config{DSN: a.DatabaseDSN})
		if err != nil {
			return nil, err
		}
		if err := db.CheckSchema(ctx); err != nil {
			return nil, errors.Join(err, db.Close())
		}
		return db, nil
	}
	dsn, err := embedded.DatabaseDSN(a.DataDir)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, store.Config{DSN: dsn})
	if err != nil {
		return nil, err
	}
	if _, err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// logging is how the program speaks.
type logging struct {
	LogLevel  slog.Level `default:"info" placeholder:"LEVEL" help:"debug, info, warn or error (${env}; default ${default})."`
	LogFormat string     `default:"text" enum:"text,json" placeholder:"FORMAT" help:"text or json (${env}; default ${default})."`
}

func (l logging) logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: l.LogLevel}
	if l.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// topics say how the log is laid out. It must be the same at every start.
type topics struct {
	Partitions  int `default:"12" placeholder:"N" help:"Partitions of the bookings topic; never change it once bookings exist (${env}; default ${default})."`
	Replication int `default:"1" placeholder:"N" help:"Copies that Kafka keeps of each record when topics are made (${env}; default ${default})."`
}

// Validate is called by the command line.
func (t topics) Validate() error {
	if t.Partitions < 1 || t.Replication < 1 {
		return errors.New("--partitions and --replication are at least 1")
	}
	return nil
}

// ensure creates the topics that are missing.
func (t topics) ensure(ctx context.Context, kafka stream.Config) error {
	return stream.EnsureTopics(ctx, kafka, t.Partitions, t.Replication, keepForever,
		booking.TopicBookings, booking.TopicOutcomes, booking.TopicDeadLetters)
}

// kafkaPatience is how long migrate waits for brokers: they may be starting, but nobody shall wait for a wrong address.
const kafkaPatience = 30 * time.Second

// migrateCmd brings the schema to this version, and the topics where Kafka's address is given.
type migrateCmd struct {
	addresses
	topics
}

func (c *migrateCmd) Run(ctx context.Context) error {
	dsn := c.DatabaseDSN
	if dsn == "" {
		var err error
		if dsn, err = embedded.DatabaseDSN(c.DataDir); err != nil {
			return err
		}
	}
	db, err := store.Open(ctx, store.Config{DSN: dsn})
	if err != nil {
		return err
	}
	applied, err := db.Migrate(ctx)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	fmt.Printf("%d migrations applied; the schema is up to date\n", applied)
	if c.KafkaBrokers == "" {
		return nil
	}
	asking, cancel := context.WithTimeout(ctx, kafkaPatience)
	defer cancel()
	if err := c.ensure(asking, stream.Config{Brokers: c.KafkaBrokers}); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("kafka at %s does not answer within %s; the schema is done, run migrate again when it does: %w", c.KafkaBrokers, kafkaPatience, err)
		}
		return err
	}
	fmt.Println("the topics are there")
	return nil
}
