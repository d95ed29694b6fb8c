package stream

import (
	"context"
	"fmt"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

// rebalance is called by the client inside Poll and Close.
//
// What the group assigns is not fetched at once: the reader says first where to begin, and its answer may take long. So an
// assignment is acknowledged without its partitions, and each is added to what the client fetches when its offset is known.
//
// The client waits for the acknowledgement for ever: when it refuses ours, it is of no use any more. What is returned it ignores.
func (m *member) rebalance(c *kafka.Consumer, event kafka.Event) error {
	if err := m.acknowledge(c, event); err != nil {
		m.broken = fmt.Errorf("acknowledge %s: %w", event, err)
	}
	return m.broken
}

func (m *member) acknowledge(c *kafka.Consumer, event kafka.Event) error {
	switch e := event.(type) {
	case kafka.AssignedPartitions:
		if !m.leaving {
			for _, tp := range e.Partitions {
				m.add(tp.Partition)
			}
		}
		return c.IncrementalAssign(nil)
	case kafka.RevokedPartitions:
		var gone []int32
		for _, tp := range e.Partitions {
			gone = append(gone, tp.Partition)
		}
		m.drop(gone)
		var stopped []kafka.TopicPartition
		for _, n := range gone {
			if m.fetched[n] != "" {
				delete(m.fetched, n)
				stopped = append(stopped, m.position(n, 0)...)
			}
		}
		return c.IncrementalUnassign(stopped)
	}
	return nil
}

func (m *member) add(n int32) {
	if m.parts[n] != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &partition{m: m, n: n, inbox: newInbox(), restart: make(chan error, 1), cancel: cancel, done: make(chan struct{})}
	m.parts[n] = p
	go p.run(ctx)
}

// drop ends partitions: first all are told, then each is waited for.
func (m *member) drop(gone []int32) {
	for _, n := range gone {
		if p := m.parts[n]; p != nil {
			p.cancel()
		}
	}
	for _, n := range gone {
		p := m.parts[n]
		if p == nil {
			continue
		}
		<-p.done
		delete(m.parts, n)
		if m.paused[n] {
			m.unpause(n)
		}
		if p.told {
			m.reader.Revoked(p.log)
		}
	}
}

// order runs f in the polling goroutine and returns when it is done, or the error of ctx when it never ran.
func (m *member) order(ctx context.Context, f func() error) error {
	result := make(chan error, 1)
	select {
	case m.orders <- func() { result <- f() }:
		// The polling goroutine runs it at once: there is nothing to cancel any more.
		return <-result
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fetch begins to fetch a partition's log at offset. It runs in the polling goroutine.
func (m *member) fetch(n int32, log string, offset int64) error {
	if err := m.consumer.IncrementalAssign(m.position(n, offset)); err != nil {
		return err
	}
	m.fetched[n] = log
	return nil
}

// unfetch ends it and forgets what is not read. It runs in the polling goroutine.
//
// Should the group be taking partitions away in this very moment, the client takes this for the answer and may go on some
// milliseconds before the reader of those has stopped. The stored offset, which a reader moves from an expected value, decides then.
func (m *member) unfetch(p *partition) error {
	if m.paused[p.n] {
		m.unpause(p.n)
	}
	if m.fetched[p.n] == "" {
		return nil
	}
	if err := m.consumer.IncrementalUnassign(m.position(p.n, 0)); err != nil {
		return err
	}
	delete(m.fetched, p.n)
	p.inbox.clear()
	return nil
}
