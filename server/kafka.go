package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"

	"jari/server/booking"
	"jari/server/stream"
)

// kafkaAddress says where Kafka is.
type kafkaAddress struct {
	KafkaBrokers     string `name:"kafka-brokers" placeholder:"HOSTS" help:"Kafka, such as localhost:9092,localhost:9093 (${env})."`
	KafkaTopicPrefix string `name:"kafka-topic-prefix" placeholder:"TEXT" help:"What the names of topics and of the consumer group begin with, so that installations can share brokers; never change it once bookings exist (${env}; default none)."`
}

// topicPrefix leaves room for our own names in the 249 characters that Kafka allows.
var topicPrefix = regexp.MustCompile(`^[a-zA-Z0-9._-]{0,200}$`)

// Validate is called by the command line.
func (k kafkaAddress) Validate() error {
	if !topicPrefix.MatchString(k.KafkaTopicPrefix) {
		return fmt.Errorf("--kafka-topic-prefix %q: want up to 200 letters, digits, dots, hyphens and underscores", k.KafkaTopicPrefix)
	}
	return nil
}

// config is what every client of these brokers is made with.
func (k kafkaAddress) config(log *slog.Logger) stream.Config {
	return stream.Config{Brokers: k.KafkaBrokers, TopicPrefix: k.KafkaTopicPrefix, Logger: log}
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
