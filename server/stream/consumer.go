package stream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

// Consume reads topic as a member of group until ctx ends, then leaves the group and returns nil, or what went wrong at leaving.
// Before that an error means that the configuration is wrong; brokers that cannot be reached are waited for.
//
// Nothing is ever committed to Kafka: the Reader keeps the offsets. Members rebalance cooperatively: a partition that stays is
// not interrupted when another one moves.
func Consume(ctx context.Context, cfg Config, group, topic string, r Reader) error {
	if group == "" {
		return errors.New("a kafka consumer needs a group") // the client would take none, and then never close
	}
	cfg = cfg.withDefaults()
	wait := newBackoff()
	for ctx.Err() == nil {
		m, err := join(cfg, group, topic, r)
		if err != nil {
			return err
		}
		started := time.Now()
		if err = m.run(ctx); err == nil || ctx.Err() != nil {
			return err
		}
		if time.Since(started) > time.Minute {
			wait.reset()
		}
		cfg.Logger.Error("kafka consumer is replaced after a fatal error", "topic", topic, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(wait.next()):
		}
	}
	return nil
}

// pollWait is how long one poll waits for an event, and so the most that an order of a partition waits.
const pollWait = 10 * time.Millisecond

// member is one consumer client: a member of the group. One goroutine polls it; only that one touches parts, fetched and paused.
type member struct {
	cfg      Config
	topic    string // as the reader knows it
	wire     string // as the brokers do
	reader   Reader
	consumer *kafka.Consumer
	admin    *kafka.AdminClient

	parts   map[int32]*partition
	fetched map[int32]string // partitions that the client fetches, and the id of their log: assigned by the group and given an offset by the reader
	paused  map[int32]bool
	leaving bool
	broken  error // set when a rebalance could not be acknowledged

	orders chan func() // run between two polls
	outage outage
}

func join(cfg Config, group, topic string, r Reader) (*member, error) {
	m := &member{
		cfg: cfg, topic: topic, wire: cfg.wire(topic), reader: r,
		parts: map[int32]*partition{}, fetched: map[int32]string{}, paused: map[int32]bool{},
		orders: make(chan func()),
	}
	consumer, err := kafka.NewConsumer(settings(cfg, kafka.ConfigMap{
		"group.id":                      cfg.wire(group),
		"partition.assignment.strategy": "cooperative-sticky",
		"enable.auto.commit":            false,
		"enable.auto.offset.store":      false,
		"auto.offset.reset":             "error",
		// The least a broker allows by default: so long the partitions of a killed worker stand still.
		"session.timeout.ms":    6_000,
		"heartbeat.interval.ms": 1_000,
		// Polling never stops but for readers that end their calls after a cancel. A member that cannot even do that is given up,
		// and a rebalance waits no longer for one that is gone.
		"max.poll.interval.ms": 30_000,
		// A fetch that is under way holds back partitions that were assigned or resumed meanwhile.
		"fetch.wait.max.ms":          100,
		"fetch.error.backoff.ms":     100,
		"fetch.queue.backoff.ms":     50,
		"queued.min.messages":        2 * pauseAt,
		"queued.max.messages.kbytes": 16 * 1024,
	}))
	if err != nil {
		return nil, fmt.Errorf("open kafka consumer: %w", err)
	}
	m.consumer = consumer
	go forward(cfg.Logger, consumer.Logs())
	if m.admin, err = kafka.NewAdminClientFromConsumer(consumer); err != nil {
		return nil, errors.Join(fmt.Errorf("open kafka admin client: %w", err), consumer.Close())
	}
	return m, nil
}

// run polls until ctx ends or the client has a fatal error, and leaves the group.
func (m *member) run(ctx context.Context) error {
	var watching sync.WaitGroup
	watched, cancel := context.WithCancel(ctx)
	watching.Go(func() { m.watch(watched) })
	err := m.consumer.Subscribe(m.wire, m.rebalance)
	for err == nil && ctx.Err() == nil {
		err = m.handle(m.consumer.Poll(int(pollWait / time.Millisecond)))
		if err == nil {
			err = m.broken
		}
		m.resume()
		m.obey()
	}
	m.leaving = true
	cancel()
	watching.Wait()
	m.drop(m.partitions())
	m.admin.Close()
	return errors.Join(err, m.consumer.Close())
}

// obey runs the orders that wait.
func (m *member) obey() {
	for {
		select {
		case order := <-m.orders:
			order()
		default:
			return
		}
	}
}

// handle returns an error when it is fatal for the client.
func (m *member) handle(event kafka.Event) error {
	switch e := event.(type) {
	case *kafka.Message:
		if e.TopicPartition.Error != nil {
			return m.failed(e.TopicPartition.Error)
		}
		m.deliver(e)
	case kafka.Error:
		return m.failed(e)
	}
	return nil
}

func (m *member) failed(err error) error {
	if e, ok := errors.AsType[kafka.Error](err); ok && e.IsFatal() {
		return err
	}
	switch code(err) {
	case kafka.ErrAutoOffsetReset, kafka.ErrOffsetOutOfRange, kafka.ErrLogTruncation:
		// The client does not say which partition's offset is outside its log. Beginning again is harmless for the others.
		m.cfg.Logger.Warn("kafka offset is outside the log: partitions begin again", "topic", m.topic, "error", err)
		for _, p := range m.parts {
			p.again(errOutside)
		}
	case kafka.ErrTransport, kafka.ErrAllBrokersDown, kafka.ErrResolve:
		// The client's log has said so.
	case kafka.ErrUnknownTopicOrPart:
		m.cfg.Logger.Warn("the kafka topic is missing: `jari migrate` creates it when it is given --kafka-brokers", "topic", m.wire, "error", err)
	default:
		m.cfg.Logger.Warn("kafka consumer", "topic", m.topic, "error", err)
	}
	return nil
}

func (m *member) deliver(e *kafka.Message) {
	n := e.TopicPartition.Partition
	p := m.parts[n]
	if p == nil || m.fetched[n] == "" {
		return
	}
	waiting := p.inbox.put(Record{
		Topic:     m.topic,
		Partition: n,
		Offset:    int64(e.TopicPartition.Offset),
		Key:       string(e.Key),
		Value:     e.Value,
		Time:      e.Timestamp,
	})
	if waiting >= pauseAt && !m.paused[n] {
		if err := m.consumer.Pause(m.position(n, 0)); err != nil {
			m.cfg.Logger.Warn("kafka partition cannot be paused", "topic", m.topic, "partition", n, "error", err)
			return
		}
		m.paused[n] = true
	}
}

// resume lets the paused partitions go on whose readers have caught up.
func (m *member) resume() {
	for n := range m.paused {
		if p := m.parts[n]; p != nil && p.inbox.len() >= resumeAt {
			continue
		}
		m.unpause(n)
	}
}

func (m *member) unpause(n int32) {
	if err := m.consumer.Resume(m.position(n, 0)); err != nil {
		m.cfg.Logger.Warn("kafka partition cannot be resumed", "topic", m.topic, "partition", n, "error", err)
		return
	}
	delete(m.paused, n)
}

func (m *member) position(n int32, offset int64) []kafka.TopicPartition {
	return []kafka.TopicPartition{{Topic: &m.wire, Partition: n, Offset: kafka.Offset(offset)}}
}

func (m *member) partitions() []int32 {
	var ns []int32
	for n := range m.parts {
		ns = append(ns, n)
	}
	return ns
}
