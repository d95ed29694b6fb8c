package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"jari/server/booking"
	"jari/server/stream"
)

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
