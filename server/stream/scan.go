package stream

import (
	"context"
	"fmt"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

// scanPatience is how long a scan waits for its next record.
const scanPatience = 30 * time.Second

// Scan reads a log from its Low up to its High and hands the records to f in their order, up to 500 at a time. It is no member of
// any group and leaves nothing at the brokers. It ends with the first error of f, and when no record comes for 30 s.
func Scan(ctx context.Context, cfg Config, log Log, f func([]Record) error) error {
	if log.Low >= log.High {
		return nil
	}
	cfg = cfg.withDefaults()
	consumer, err := kafka.NewConsumer(settings(cfg, kafka.ConfigMap{
		"group.id":                   cfg.wire("jari-scan"), // asked for, and never used
		"enable.auto.commit":         false,
		"enable.auto.offset.store":   false,
		"auto.offset.reset":          "error",
		"enable.partition.eof":       true, // the last offsets may be no records
		"queued.max.messages.kbytes": 16 * 1024,
	}))
	if err != nil {
		return fmt.Errorf("open kafka consumer: %w", err)
	}
	logging := make(chan struct{})
	go func() { forward(cfg.Logger, consumer.Logs()); close(logging) }()
	err = (&scan{log: log, wire: cfg.wire(log.Topic), consumer: consumer, f: f}).run(ctx)
	if closing := consumer.Close(); err == nil {
		err = closing
	}
	<-logging
	return err
}

// scan is one scan under way.
type scan struct {
	log      Log
	wire     string
	consumer *kafka.Consumer
	f        func([]Record) error
	batch    []Record
	next     int64 // the offset after the last record
	last     error // the last trouble with the brokers
}

func (s *scan) run(ctx context.Context) error {
	s.next = s.log.Low
	at := []kafka.TopicPartition{{Topic: &s.wire, Partition: s.log.Partition, Offset: kafka.Offset(s.log.Low)}}
	if err := s.consumer.Assign(at); err != nil {
		return s.failed(err)
	}
	heard := time.Now()
	for s.next < s.log.High {
		before := s.next
		if err := s.take(s.consumer.Poll(100)); err != nil {
			return err
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case s.next > before:
			heard = time.Now()
		case time.Since(heard) > scanPatience:
			return s.silent()
		}
	}
	return s.hand()
}

// take deals with an event of the client.
func (s *scan) take(event kafka.Event) error {
	switch e := event.(type) {
	case *kafka.Message:
		if e.TopicPartition.Error != nil {
			return s.failed(e.TopicPartition.Error)
		}
		offset := int64(e.TopicPartition.Offset)
		s.next = offset + 1
		if offset >= s.log.High {
			return nil
		}
		s.batch = append(s.batch, Record{Topic: s.log.Topic, Partition: s.log.Partition, Offset: offset, Key: string(e.Key),
			Value: e.Value, Time: e.Timestamp})
		if len(s.batch) == batchSize {
			return s.hand()
		}
	case kafka.PartitionEOF:
		s.next = max(s.next, int64(e.Offset))
	case kafka.Error:
		s.last = e
		switch e.Code() {
		case kafka.ErrAutoOffsetReset, kafka.ErrOffsetOutOfRange:
			return s.failed(fmt.Errorf("its beginning was removed while it was read: %w", e))
		}
		if e.IsFatal() || refused(e) {
			return s.failed(e)
		}
	}
	return nil
}

func (s *scan) hand() error {
	if len(s.batch) == 0 {
		return nil
	}
	batch := s.batch
	s.batch = nil
	return s.f(batch)
}

// silent ends a scan whose records do not come, with the reason if the brokers have told one.
func (s *scan) silent() error {
	err := fmt.Errorf("no record within %s", scanPatience)
	if s.last != nil {
		err = fmt.Errorf("%w: %w", err, s.last)
	}
	return s.failed(err)
}

func (s *scan) failed(err error) error {
	return fmt.Errorf("read %s[%d] at %d: %w", s.wire, s.log.Partition, s.next, err)
}
