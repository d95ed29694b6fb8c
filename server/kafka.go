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
	KafkaBrokers       string `name:"kafka-brokers" placeholder:"HOSTS" help:"Kafka, such as localhost:9092,localhost:9093 (${env})."`
	KafkaTLS           bool   `name:"kafka-tls" help:"Speak TLS with Kafka (${env})."`
	KafkaCAFile        string `name:"kafka-ca-file" placeholder:"FILE" help:"Certificates in PEM that sign those of Kafka's brokers (${env}; default those of the system)."`
	KafkaUsername      string `name:"kafka-username" placeholder:"NAME" help:"Who we are at Kafka, by SASL (${env}; default nobody)."`
	KafkaPassword      string `name:"kafka-password" placeholder:"TEXT" help:"The password; only from ${env}, never from the command line."`
	KafkaPasswordFile  string `name:"kafka-password-file" placeholder:"FILE" help:"File that holds it (${env})."`
	KafkaSASLMechanism string `name:"kafka-sasl-mechanism" default:"SCRAM-SHA-512" enum:"PLAIN,SCRAM-SHA-256,SCRAM-SHA-512" placeholder:"NAME" help:"PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512 (${env}; default ${default})."`
	KafkaTopicPrefix   string `name:"kafka-topic-prefix" placeholder:"TEXT" help:"What the names of topics and of the consumer group begin with, so that installations can share brokers; never change it once bookings exist (${env}; default none)."`
}

// topicPrefix leaves room for our own names in the 249 characters that Kafka allows.
var topicPrefix = regexp.MustCompile(`^[a-zA-Z0-9._-]{0,200}$`)

// Validate is called by the command line.
func (k kafkaAddress) Validate() error {
	if !topicPrefix.MatchString(k.KafkaTopicPrefix) {
		return fmt.Errorf("--kafka-topic-prefix %q: want up to 200 letters, digits, dots, hyphens and underscores", k.KafkaTopicPrefix)
	}
	switch {
	case k.KafkaCAFile != "" && !k.KafkaTLS:
		return errors.New("--kafka-ca-file is of use only with --kafka-tls")
	case k.KafkaUsername == "" && (k.KafkaPassword != "" || k.KafkaPasswordFile != ""):
		return errors.New("a password for Kafka is given and nobody's: give --kafka-username")
	}
	if _, err := certificates("--kafka-ca-file", k.KafkaCAFile); err != nil {
		return err
	}
	password, err := k.password()
	if err == nil && k.KafkaUsername != "" && password == "" {
		err = errors.New("--kafka-username needs a password: give JARI_KAFKA_PASSWORD or --kafka-password-file")
	}
	return err
}

func (k kafkaAddress) password() (string, error) {
	return fromFile("JARI_KAFKA_PASSWORD", k.KafkaPassword, "--kafka-password-file", k.KafkaPasswordFile)
}

// config is what every client of these brokers is made with.
func (k kafkaAddress) config(log *slog.Logger) (stream.Config, error) {
	password, err := k.password()
	return stream.Config{Brokers: k.KafkaBrokers, TopicPrefix: k.KafkaTopicPrefix, Logger: log, Access: stream.Access{
		TLS: k.KafkaTLS, CAFile: k.KafkaCAFile, Username: k.KafkaUsername, Password: password, Mechanism: k.KafkaSASLMechanism}}, err
}

// inside is the same for the brokers of this process, who ask nobody who he is.
func (k kafkaAddress) inside(brokers string) kafkaAddress {
	return kafkaAddress{KafkaBrokers: brokers, KafkaTopicPrefix: k.KafkaTopicPrefix}
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
