// Package stream is Kafka: producing with a known fate, and consuming partitions in order. It is the only importer of confluent-kafka-go.
package stream

import (
	"context"
	"errors"
	"time"
)

// ErrUnknown: the record may or may not be in the log (error or timeout). The same record may be produced again.
var ErrUnknown = errors.New("fate of the record unknown")

// Config is what producers and consumers need.
type Config struct {
	Brokers        string        // host:port, comma separated
	MessageTimeout time.Duration // default 10 s
}

// Record is one entry of a log.
type Record struct {
	Topic     string
	Partition int32
	Offset    int64
	Key       string
	Value     []byte
	Time      time.Time
}

// Producer is idempotent with acks=all. A fatal error replaces the client behind it; Ready is false meanwhile.
type Producer struct{}

func OpenProducer(cfg Config) (*Producer, error) { panic("not yet") }

// Produce returns nil when the record is in the log, else an error that wraps ErrUnknown. key decides the partition.
func (p *Producer) Produce(ctx context.Context, topic, key string, value []byte) error {
	panic("not yet")
}

// ProduceAll is Produce for many; it returns when all are acknowledged, or the first error.
func (p *Producer) ProduceAll(ctx context.Context, records []Record) error { panic("not yet") }

// Ready reports whether producing can be tried.
func (p *Producer) Ready() bool { panic("not yet") }

// Close flushes within the context and lets it go.
func (p *Producer) Close(ctx context.Context) error { panic("not yet") }

// Log identifies one partition's log and its bounds. ID is the topic's id: another id is another log, its offsets mean nothing.
type Log struct {
	Topic     string
	Partition int32
	ID        string
	Low, High int64
}

// Reader is told of partitions. Methods for one partition are called one after another, for different ones in parallel.
type Reader interface {
	// Assigned is called with a new partition and returns the offset to begin at.
	Assigned(ctx context.Context, log Log) (offset int64, err error)
	// Read gets up to 500 records, or what came within 20 ms, in order. It returns when they are dealt with. An error pauses
	// the partition and repeats the same call after a wait; ErrRevoked inside drops the partition's batch and begins again at Assigned.
	Read(ctx context.Context, log Log, records []Record) error
	// Idle is called about every 50 ms while the partition is assigned and has nothing to read.
	Idle(ctx context.Context, log Log) error
	// Revoked is called when the partition is gone; the ctx of a running call is cancelled before.
	Revoked(log Log)
}

// ErrRevoked may be wrapped by Reader.Read: start this partition over from Assigned.
var ErrRevoked = errors.New("partition is no longer ours")

// Consume reads topic as a member of group until ctx ends.
func Consume(ctx context.Context, cfg Config, group, topic string, r Reader) error { panic("not yet") }

// EnsureTopics creates the topics that are missing, with that many partitions, and checks the number of those that exist.
func EnsureTopics(ctx context.Context, cfg Config, partitions, replication int, retention time.Duration, topics ...string) error {
	panic("not yet")
}
