package booking

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"

	"jari/server/kafkatest"
	"jari/server/stream"
)

const partitions = 4

// sharedKafka is the address of the Kafka that all tests share; without one the test is skipped.
func sharedKafka(t *testing.T) string {
	t.Helper()
	brokers := os.Getenv("JARI_TEST_KAFKA_BROKERS")
	if brokers == "" && os.Getenv("JARI_REQUIRE_SERVICES") == "1" {
		t.Fatal("JARI_TEST_KAFKA_BROKERS is empty and JARI_REQUIRE_SERVICES=1")
	}
	if brokers == "" {
		t.Skip("no kafka: JARI_TEST_KAFKA_BROKERS names none; make services starts one")
	}
	return brokers
}

// brokerLogs are topics at brokers, under a prefix that is theirs alone.
type brokerLogs struct {
	*stream.Producer
	t   *testing.T
	cfg stream.Config
}

func openLogs(t *testing.T, brokers string) *brokerLogs {
	t.Helper()
	l := &brokerLogs{t: t, cfg: stream.Config{Brokers: brokers, TopicPrefix: fmt.Sprintf("test-%016x.", rand.Uint64())}}
	topics := []string{TopicBookings, TopicOutcomes, TopicDeadLetters}
	if err := stream.EnsureTopics(t.Context(), l.cfg, partitions, 1, -1, topics...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kafkatest.Delete(t, brokers, l.cfg.TopicPrefix, topics...) })
	var err error
	if l.Producer, err = stream.OpenProducer(l.cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := l.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return l
}

func (l *brokerLogs) run(cfg WorkerConfig) (stop func()) {
	cfg.Stream = l.cfg
	ctx, cancel := context.WithCancel(l.t.Context())
	done := make(chan error, 1)
	go func() { done <- NewWorker(cfg).Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			l.t.Error(err)
		}
	}
}

func (l *brokerLogs) bounds(topic string) []stream.Log {
	l.t.Helper()
	logs, _ := l.look(topic)
	return logs
}

func (l *brokerLogs) records(topic string) []stream.Record {
	l.t.Helper()
	_, records := l.look(topic)
	return records
}

// look reads a topic in a group of its own.
func (l *brokerLogs) look(topic string) ([]stream.Log, []stream.Record) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), patience)
	defer cancel()
	tape := &tape{next: map[int32]int64{}, logs: map[int32]stream.Log{}, done: cancel}
	if err := stream.Consume(ctx, l.cfg, fmt.Sprintf("look-%016x", rand.Uint64()), topic, tape); err != nil {
		l.t.Fatal(err)
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		l.t.Fatalf("topic %s cannot be read within %v", topic, patience)
	}
	var logs []stream.Log
	for n := range int32(partitions) {
		logs = append(logs, tape.logs[n])
	}
	slices.SortStableFunc(tape.records, func(a, b stream.Record) int { return int(a.Partition - b.Partition) })
	return logs, tape.records
}

func (l *brokerLogs) anew() logs {
	l.t.Helper()
	other := openLogs(l.t, l.cfg.Brokers)
	if err := other.ProduceAll(l.t.Context(), l.records(TopicBookings)); err != nil {
		l.t.Fatal(err)
	}
	return other
}

// tape takes what all partitions had when they were assigned.
type tape struct {
	mu      sync.Mutex
	next    map[int32]int64      // guarded by mu
	logs    map[int32]stream.Log // guarded by mu
	records []stream.Record      // guarded by mu
	done    func()
}

func (t *tape) Assigned(_ context.Context, log stream.Log) (int64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, again := t.logs[log.Partition]; again {
		return 0, errors.New("it is read once")
	}
	t.logs[log.Partition], t.next[log.Partition] = log, log.Low
	t.endLocked()
	return log.Low, nil
}

func (t *tape) Read(_ context.Context, log stream.Log, records []stream.Record) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.records = append(t.records, records...)
	t.next[log.Partition] = records[len(records)-1].Offset + 1
	t.endLocked()
	return nil
}

func (t *tape) endLocked() {
	for n := range int32(partitions) {
		if log, known := t.logs[n]; !known || t.next[n] < log.High {
			return
		}
	}
	t.done()
}

func (t *tape) Idle(context.Context, stream.Log) error { return nil }
func (t *tape) Revoked(stream.Log)                     {}

var _ Producer = (*stream.Producer)(nil)
