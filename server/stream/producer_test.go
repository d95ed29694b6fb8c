package stream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
	"github.com/twmb/franz-go/pkg/kfake"
)

func TestProduceAcknowledges(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 3, "bookings")
		p := producer(t, cfg)
		if !p.Ready() {
			t.Error("a new producer is not ready")
		}
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() { produce(t, p, "bookings", fmt.Sprintf("event-%d", i%5), numbers(0, 20)...) })
		}
		all.Wait()
		r := newRecorder()
		consume(t, cfg, "bookings", r)
		eventually(t, "all records read", func() bool { return r.count() == 1000 })
		partitionOf := map[string]int32{}
		for _, rec := range look(r, func() []Record { return r.records }) {
			if p, seen := partitionOf[rec.Key]; seen && p != rec.Partition {
				t.Fatalf("key %s is on partitions %d and %d", rec.Key, p, rec.Partition)
			}
			partitionOf[rec.Key] = rec.Partition
			if rec.Topic != "bookings" || time.Since(rec.Time).Abs() > time.Minute {
				t.Fatalf("record %+v has a wrong topic or time", rec)
			}
		}
	})
}

// murmur2 as in org.apache.kafka.common.utils.Utils: what decides a key's partition must never change.
func murmur2(data []byte) uint32 {
	const m, shift = 0x5bd1e995, 24
	h := uint32(0x9747b28c) ^ uint32(len(data))
	for len(data) >= 4 {
		k := uint32(data[0]) | uint32(data[1])<<8 | uint32(data[2])<<16 | uint32(data[3])<<24
		k *= m
		k ^= k >> shift
		k *= m
		h = h*m ^ k
		data = data[4:]
	}
	for i := len(data) - 1; i >= 0; i-- {
		h ^= uint32(data[i]) << (8 * i)
	}
	if len(data) > 0 {
		h *= m
	}
	h ^= h >> 13
	h *= m
	return h ^ h>>15
}

func TestAKeysPartitionIsThatOfTheJavaClient(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		const partitions = 12
		ensure(t, cfg, partitions, "bookings")
		p := producer(t, cfg)
		keys := []string{"demo", "a", "gala-2026", "demo-2", "0", "abcd", "a-much-longer-event-identifier-1"}
		for _, key := range keys {
			produce(t, p, "bookings", key, "x")
		}
		r := newRecorder()
		consume(t, cfg, "bookings", r)
		eventually(t, "all records read", func() bool { return r.count() == len(keys) })
		for _, rec := range look(r, func() []Record { return r.records }) {
			if want := int32(murmur2([]byte(rec.Key))&0x7fffffff) % partitions; rec.Partition != want {
				t.Errorf("key %s is on partition %d, want %d", rec.Key, rec.Partition, want)
			}
		}
	})
}

func TestFateIsUnknownWithoutABroker(t *testing.T) {
	t.Parallel()
	c, cfg := cluster(t)
	ensure(t, cfg, 1, "bookings")
	cfg.MessageTimeout = 2 * time.Second
	p := producer(t, cfg)
	// The first record waits for the producer's id, which on a busy machine takes longer than a record may.
	eventually(t, "a record is taken", func() bool { return p.Produce(t.Context(), "bookings", "demo", []byte("before")) == nil })
	c.Close()

	err := p.Produce(t.Context(), "bookings", "demo", []byte("after"))
	if !errors.Is(err, ErrUnknown) {
		t.Errorf("produce without a broker: %v, want ErrUnknown", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err = p.Produce(ctx, "bookings", "demo", []byte("after"))
	if !errors.Is(err, ErrUnknown) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("produce until a deadline: %v, want ErrUnknown and the deadline", err)
	}
}

func TestFateIsUnknownOfATopicThatDoesNotExist(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		cfg.MessageTimeout = 300 * time.Millisecond
		err := producer(t, cfg).Produce(t.Context(), "nowhere", "demo", nil)
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("produce to no topic: %v, want ErrUnknown", err)
		}
	})
}

func TestAProducerGoesOnWhenTheBrokerIsBack(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	dir := t.TempDir()
	c, cfg := cluster(t, kfake.Ports(port), kfake.DataDir(dir), kfake.SyncWrites())
	ensure(t, cfg, 1, "bookings")
	p := producer(t, cfg)
	produce(t, p, "bookings", "demo", "before")
	c.Close()
	result := make(chan error, 1)
	go func() { result <- p.Produce(t.Context(), "bookings", "demo", []byte("meanwhile")) }()
	cluster(t, kfake.Ports(port), kfake.DataDir(dir), kfake.SyncWrites())
	if err := <-result; err != nil {
		t.Errorf("produce over a restart: %v", err)
	}
	produce(t, p, "bookings", "demo", "after")
}

func TestAFatalErrorReplacesTheClient(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 1, "bookings")
		p := producer(t, cfg)
		p.mu.RLock()
		broken := p.client
		p.mu.RUnlock()
		if c := broken.TestFatalError(kafka.ErrOutOfOrderSequenceNumber, "for the test"); c != kafka.ErrNoError {
			t.Fatalf("raise a fatal error: %v", c)
		}
		eventually(t, "another client", func() bool {
			p.mu.RLock()
			defer p.mu.RUnlock()
			return p.client != nil && p.client != broken
		})
		if !p.Ready() {
			t.Error("not ready with the new client")
		}
		produce(t, p, "bookings", "demo", "x")
		eventually(t, "the old client closed", broken.IsClosed)
	})
}

func TestWhileAClientIsReplacedNothingCanBeProduced(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		p := producer(t, cfg)
		p.mu.Lock()
		client := p.client
		p.client = nil
		p.mu.Unlock()
		if p.Ready() {
			t.Error("ready without a client")
		}
		if err := p.Produce(t.Context(), "bookings", "demo", nil); !errors.Is(err, ErrUnknown) {
			t.Errorf("produce without a client: %v, want ErrUnknown", err)
		}
		p.mu.Lock()
		p.client = client
		p.mu.Unlock()
	})
}

func TestCloseWaitsForWhatIsUnderWay(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 1, "bookings")
		p := producer(t, cfg)
		report := make(chan error, 1)
		if err := p.send(Record{Topic: "bookings", Key: "demo", Value: []byte("x")}, report); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if err := p.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := <-report; err != nil {
			t.Errorf("a record under way at close: %v", err)
		}
		if p.Ready() {
			t.Error("ready after close")
		}
		if err := p.Produce(ctx, "bookings", "demo", nil); !errors.Is(err, ErrUnknown) {
			t.Errorf("produce after close: %v, want ErrUnknown", err)
		}
		if err := p.Close(ctx); err != nil {
			t.Errorf("close again: %v", err)
		}
	})
}

func TestCloseGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	cfg := Config{Brokers: fmt.Sprintf("127.0.0.1:%d", freePort(t)), Logger: testLogger(t)}
	p := producer(t, cfg)
	report := make(chan error, 1)
	if err := p.send(Record{Topic: "bookings", Key: "demo"}, report); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := p.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("close: %v, want the deadline", err)
	}
	if err := <-report; err == nil {
		t.Error("a record given up is acknowledged")
	}
}

// freePort is a port on which nothing listens now.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
