package stream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

// Producer is idempotent with acks=all. A fatal error replaces the client behind it; Ready is false meanwhile.
type Producer struct {
	cfg Config

	mu     sync.RWMutex    // held for reading while a record is handed over, so that no client is closed under one
	client *kafka.Producer // nil while it is replaced and after Close
	closed bool

	background sync.WaitGroup
	stop       chan struct{} // closed by Close
}

// OpenProducer does not wait for a broker: records wait for one, as long as their message timeout.
func OpenProducer(cfg Config) (*Producer, error) {
	p := &Producer{cfg: cfg.withDefaults(), stop: make(chan struct{})}
	client, err := p.open()
	if err != nil {
		return nil, fmt.Errorf("open kafka producer: %w", err)
	}
	p.client = client
	return p, nil
}

// open starts a client and the one goroutine that reads its delivery reports for as long as it lives.
func (p *Producer) open() (*kafka.Producer, error) {
	client, err := kafka.NewProducer(settings(p.cfg, kafka.ConfigMap{
		"enable.idempotence": true,
		"acks":               "all",
		"message.timeout.ms": int(p.cfg.MessageTimeout / time.Millisecond),
		"linger.ms":          2,
		// The Java client's default, so that any producer puts an event on the same partition. It is fixed here and nowhere else.
		"partitioner":               "murmur2_random",
		"go.delivery.report.fields": "none",
		"go.events.channel.size":    10_000,
		"go.produce.channel.size":   0,
	}))
	if err != nil {
		return nil, err
	}
	p.background.Go(func() { forward(p.cfg.Logger, client.Logs()) })
	p.background.Go(func() { p.reports(client) })
	return client, nil
}

// reports hands each delivery report to who waits for it, until the client is closed.
func (p *Producer) reports(client *kafka.Producer) {
	away := false
	for event := range client.Events() {
		switch e := event.(type) {
		case *kafka.Message:
			if away && e.TopicPartition.Error == nil {
				away = false
				p.cfg.Logger.Info("kafka answers again: records are acknowledged")
			}
			// Buffered for one report each: this never waits for a caller that has gone.
			e.Opaque.(chan error) <- e.TopicPartition.Error
		case kafka.Error:
			if e.Code() == kafka.ErrAllBrokersDown && !away {
				away = true
				p.cfg.Logger.Warn("kafka does not answer: nothing can be booked until it does", "brokers", p.cfg.Brokers)
			}
			if !e.IsFatal() {
				p.cfg.Logger.Debug("kafka producer", "error", e)
				continue
			}
			p.cfg.Logger.Error("kafka producer is replaced after a fatal error", "error", e)
			p.replace(client)
		}
	}
}

// replace puts a new client in the place of a broken one, in the background.
func (p *Producer) replace(broken *kafka.Producer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.client != broken {
		return
	}
	p.client = nil
	p.background.Go(func() {
		p.reopen()
		p.discard(broken)
	})
}

func (p *Producer) reopen() {
	wait := newBackoff()
	for {
		client, err := p.open()
		if err == nil {
			p.mu.Lock()
			defer p.mu.Unlock()
			if p.closed {
				p.background.Go(func() { p.discard(client) })
				return
			}
			p.client = client
			return
		}
		p.cfg.Logger.Error("kafka producer cannot be opened again", "error", err)
		select {
		case <-time.After(wait.next()):
		case <-p.stop:
			return
		}
	}
}

// discard closes a client after all its records got their report, so that nobody waits for one in vain.
func (p *Producer) discard(client *kafka.Producer) {
	if err := client.Purge(kafka.PurgeQueue | kafka.PurgeInFlight); err != nil {
		// Its records then get their report when their message timeout has passed.
		p.cfg.Logger.Warn("kafka producer cannot be purged", "error", err)
	}
	drain(context.Background(), client)
	client.Close()
}

// drain waits until all records have their report or ctx ends, and returns how many have none. The client's own Flush would leave
// a call behind that may still run when the client is closed, and with so short a linger it would win nothing.
func drain(ctx context.Context, client *kafka.Producer) int {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for client.Len() > 0 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return client.Len()
		}
	}
	return 0
}

// Produce returns nil when the record is in the log, else an error that wraps ErrUnknown. key decides the partition.
func (p *Producer) Produce(ctx context.Context, topic, key string, value []byte) error {
	return p.ProduceAll(ctx, []Record{{Topic: topic, Key: key, Value: value}})
}

// ProduceAll is Produce for many; it returns when all are acknowledged, or the first error. Of each record only topic, key and
// value are read. Records of one key get into the log in their order, unless there is an error.
func (p *Producer) ProduceAll(ctx context.Context, records []Record) error {
	reports := make([]chan error, len(records))
	for i, r := range records {
		reports[i] = make(chan error, 1)
		if err := p.send(r, reports[i]); err != nil {
			return fmt.Errorf("produce to %s: %w", r.Topic, unknown(err))
		}
	}
	for i, report := range reports {
		select {
		case err := <-report:
			if err != nil {
				return fmt.Errorf("produce to %s: %w", records[i].Topic, unknown(err))
			}
		case <-ctx.Done():
			return fmt.Errorf("produce to %s: %w", records[i].Topic, unknown(ctx.Err()))
		}
	}
	return nil
}

var errNotReady = errors.New("kafka producer is not ready")

func (p *Producer) send(r Record, report chan error) error {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.client == nil {
		return errNotReady
	}
	topic := p.cfg.wire(r.Topic)
	return p.client.Produce(&kafka.Message{
		TopicPartition: kafka.TopicPartition{Topic: &topic, Partition: kafka.PartitionAny},
		Key:            []byte(r.Key),
		Value:          r.Value,
		Opaque:         report,
	}, nil)
}

func unknown(err error) error { return fmt.Errorf("%w: %w", ErrUnknown, err) }

// Ready reports whether producing can be tried.
func (p *Producer) Ready() bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.client != nil
}

// Close flushes within the context and lets it go. What is not acknowledged by then has an unknown fate; the error says how many.
func (p *Producer) Close(ctx context.Context) error {
	p.mu.Lock()
	client := p.client
	p.client = nil
	if !p.closed {
		p.closed = true
		close(p.stop)
	}
	p.mu.Unlock()

	var err error
	if client != nil {
		if left := drain(ctx, client); left > 0 {
			err = fmt.Errorf("close kafka producer with %d records unacknowledged: %w", left, ctx.Err())
		}
		p.discard(client)
	}
	p.background.Wait()
	return err
}
