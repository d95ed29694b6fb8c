// Package stream is Kafka: producing with a known fate, and consuming partitions in order. It is the only importer of confluent-kafka-go.
package stream

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// ErrUnknown: the record may or may not be in the log (error or timeout). The same record may be produced again.
var ErrUnknown = errors.New("fate of the record unknown")

// ErrRevoked may be wrapped by Reader.Read or Reader.Idle: start this partition over from Assigned.
var ErrRevoked = errors.New("partition is no longer ours")

// Config is what producers and consumers need.
type Config struct {
	Brokers        string        // host:port, comma separated
	TopicPrefix    string        // of topics and consumer groups at the brokers, so that installations can share them; nobody above sees it
	Access         Access        // default: plain connections, and nobody is asked who we are
	MessageTimeout time.Duration // until an unacknowledged record's fate is called unknown; default 10 s
	IdleEvery      time.Duration // between two calls of Reader.Idle; default 50 ms
	Logger         *slog.Logger  // default: nothing is logged
}

func (c Config) withDefaults() Config {
	if c.MessageTimeout <= 0 {
		c.MessageTimeout = 10 * time.Second
	}
	if c.IdleEvery <= 0 {
		c.IdleEvery = 50 * time.Millisecond
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// wire is what a topic or a group is called at the brokers.
func (c Config) wire(name string) string { return c.TopicPrefix + name }

// Record is one entry of a log.
type Record struct {
	Topic     string
	Partition int32
	Offset    int64
	Key       string
	Value     []byte
	Time      time.Time
}

// Log identifies one partition's log and its bounds. ID is the topic's id: another id is another log, its offsets mean nothing.
// The records are Low up to and without High.
type Log struct {
	Topic     string
	Partition int32
	ID        string
	Low, High int64
}

// Reader is told of partitions. Methods for one partition are called one after another, for different ones in parallel.
type Reader interface {
	// Assigned is called with a new partition and returns the offset to begin at. An error repeats it after a wait.
	Assigned(ctx context.Context, log Log) (offset int64, err error)
	// Read gets up to 500 records, or what came within 20 ms, in order. It returns when they are dealt with. An error pauses
	// the partition and repeats the same call after a wait; ErrRevoked inside drops the partition's batch and begins again at Assigned.
	Read(ctx context.Context, log Log, records []Record) error
	// Idle is called about every 50 ms while the partition is assigned and has nothing to read. An error repeats it after a wait.
	Idle(ctx context.Context, log Log) error
	// Revoked is called when the partition is gone; the ctx of a running call is cancelled before.
	Revoked(log Log)
}
