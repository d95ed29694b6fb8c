package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"jari/server/embedded"
	"jari/server/store"
)

// kafkaPatience is how long migrate waits for brokers: they may be starting, but nobody shall wait for a wrong address.
const kafkaPatience = 30 * time.Second

// migrateCmd brings the schema to this version, and the topics where Kafka's address is given.
type migrateCmd struct {
	addresses
	topics
}

// Validate is called by the command line.
func (c *migrateCmd) Validate() error {
	return errors.Join(c.database.Validate(), c.kafkaAddress.Validate(), c.topics.Validate())
}

func (c *migrateCmd) Run(ctx context.Context) error {
	dsn := c.DatabaseDSN
	if dsn == "" {
		var err error
		if dsn, err = embedded.DatabaseDSN(c.DataDir); err != nil {
			return err
		}
	}
	cfg, err := c.database.config(dsn, nil)
	if err != nil {
		return err
	}
	cfg.Existing = false
	db, err := store.Open(ctx, cfg)
	if err != nil {
		return err
	}
	applied, err := db.Migrate(ctx)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	fmt.Printf("%s applied; the schema is up to date\n", counted(applied, "migration"))
	if c.KafkaBrokers == "" {
		return nil
	}
	fmt.Fprintf(os.Stderr, "waiting for kafka at %s (up to %s)\n", c.KafkaBrokers, kafkaPatience)
	if err := c.makeTopics(ctx); err != nil {
		return err
	}
	fmt.Println("the topics are there")
	return nil
}

func (c *migrateCmd) makeTopics(ctx context.Context) error {
	asking, cancel := context.WithTimeout(ctx, kafkaPatience)
	defer cancel()
	cfg, err := c.kafkaAddress.config(nil)
	if err != nil {
		return err
	}
	err = c.ensure(asking, cfg)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("kafka at %s does not answer within %s; the schema is done, run migrate again when it does: %w", c.KafkaBrokers, kafkaPatience, err)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("stopped while waiting for kafka at %s; the schema is done, run migrate again for the topics", c.KafkaBrokers)
	}
	return err
}
