package stream

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

func numbers(from, to int) []string {
	var vs []string
	for i := from; i < to; i++ {
		vs = append(vs, fmt.Sprint(i))
	}
	return vs
}

func TestRecordsOfAKeyAreReadInOrderAndInBatches(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 4, "bookings")
		want := numbers(0, 3000)
		produce(t, producer(t, cfg), "bookings", "demo", want...)

		r := newRecorder()
		consume(t, cfg, "bookings", r)
		eventually(t, "all records read", func() bool { return r.count() >= len(want) })
		eventually(t, "all partitions assigned", func() bool { return slices.Equal(r.owned(), []int32{0, 1, 2, 3}) })
		if got := r.values(); !slices.Equal(got, want) {
			t.Errorf("read %d records, not the %d in their order", len(got), len(want))
		}
		batches := look(r, func() []int { return r.batches })
		if largest := slices.Max(batches); largest > batchSize || len(batches) > len(want)/10 {
			t.Errorf("read in batches of %v", batches)
		}
		for _, log := range look(r, func() []Log { return r.logs }) {
			if high := look(r, func() int64 { return r.next[log.Partition] }); log.ID == "" || log.Topic != "bookings" || log.Low != 0 || log.High != high {
				t.Errorf("assigned %+v, want high %d", log, high)
			}
		}
	})
}

func TestReadingBeginsWhereTheReaderSays(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 1, "bookings")
		produce(t, producer(t, cfg), "bookings", "demo", numbers(0, 10)...)
		r := newRecorder()
		r.next[0] = 7
		consume(t, cfg, "bookings", r)
		eventually(t, "the rest read", func() bool { return r.count() >= 3 })
		if got := r.values(); !slices.Equal(got, numbers(7, 10)) {
			t.Errorf("read %v", got)
		}
	})
}

func TestAFailedBatchIsRepeatedAsItIsAndHoldsBackNoOtherPartition(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 2, "bookings")
		p := producer(t, cfg)
		produce(t, p, "bookings", "demo", numbers(0, 5)...) // one partition
		produce(t, p, "bookings", "a", "other")             // the other one

		r := newRecorder()
		var failed [][]Record
		var times []time.Time
		other := make(chan struct{})
		r.onRead = func(ctx context.Context, log Log, records []Record) error {
			if records[0].Key != "demo" {
				close(other)
				return nil
			}
			if len(failed) == 3 {
				<-other
				return nil
			}
			failed, times = append(failed, slices.Clone(records)), append(times, time.Now())
			return errors.New("the database is away")
		}
		consume(t, cfg, "bookings", r)
		eventually(t, "all records read", func() bool { return r.count() == 6 })
		for i, batch := range failed {
			if !slices.EqualFunc(batch, failed[0], func(a, b Record) bool { return a.Offset == b.Offset }) {
				t.Errorf("attempt %d got other records than the first", i)
			}
		}
		for i := 1; i < len(times); i++ {
			if waited := times[i].Sub(times[i-1]); waited < shortestWait<<(i-1) {
				t.Errorf("attempt %d came after %v", i, waited)
			}
		}
	})
}

func TestErrRevokedBeginsAgain(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 1, "bookings")
		produce(t, producer(t, cfg), "bookings", "demo", numbers(0, 1200)...)
		r := newRecorder()
		var reads atomic.Int32
		r.onRead = func(ctx context.Context, log Log, records []Record) error {
			if reads.Add(1) == 2 {
				return fmt.Errorf("offset moved by another: %w", ErrRevoked)
			}
			return nil
		}
		consume(t, cfg, "bookings", r)
		eventually(t, "all records read", func() bool { return r.count() >= 1200 })
		if got := r.values(); !slices.Equal(got, numbers(0, 1200)) {
			t.Errorf("read %d records, not all in their order", len(got))
		}
		if n := look(r, func() int { return len(r.logs) }); n != 2 {
			t.Errorf("assigned %d times, want 2", n)
		}
	})
}

func TestAnOffsetOutsideTheLogBeginsAgain(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 2, "bookings")
		p := producer(t, cfg)
		produce(t, p, "bookings", "demo", "0", "1")
		r := newRecorder()
		var wrong atomic.Int32
		r.onAssigned = func(ctx context.Context, log Log) (int64, error) {
			if log.High > 0 && wrong.Add(1) == 1 {
				return log.High + 100, nil
			}
			return look(r, func() int64 { return r.next[log.Partition] }), nil
		}
		consume(t, cfg, "bookings", r)
		eventually(t, "all records read", func() bool { return r.count() == 2 })
		produce(t, p, "bookings", "a", "2") // the partition beside it is still read
		eventually(t, "the other partition read", func() bool { return r.count() == 3 })
	})
}

func TestAnOffsetOfDeletedRecordsBeginsAgain(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 1, "bookings")
		produce(t, producer(t, cfg), "bookings", "demo", numbers(0, 10)...)
		deleteRecords(t, cfg, "bookings", 6)
		r := newRecorder()
		var asked atomic.Int32
		r.onAssigned = func(ctx context.Context, log Log) (int64, error) {
			if asked.Add(1) == 1 {
				return 2, nil
			}
			return log.Low, nil
		}
		consume(t, cfg, "bookings", r)
		eventually(t, "the rest read", func() bool { return r.count() >= 4 })
		if got := r.values(); !slices.Equal(got, numbers(6, 10)) {
			t.Errorf("read %v", got)
		}
	})
}

func TestAMemberThatIsOfNoUseLetsGoOfAll(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 2, "bookings")
		r := newRecorder()
		m, err := join(cfg.withDefaults(), "workers", "bookings", r)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- m.run(t.Context()) }()
		eventually(t, "partitions", func() bool { return len(r.owned()) == 2 })
		useless := errors.New("the group is in disorder")
		if err := m.order(t.Context(), func() error { m.broken = useless; return nil }); err != nil {
			t.Fatal(err)
		}
		if err := <-done; !errors.Is(err, useless) {
			t.Errorf("run: %v", err)
		}
		if len(r.owned()) != 0 {
			t.Errorf("partitions %v were not revoked", r.owned())
		}
	})
}

func TestAssignedIsRepeatedUntilItAnswers(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 1, "bookings")
		produce(t, producer(t, cfg), "bookings", "demo", "0")
		r := newRecorder()
		var asked atomic.Int32
		r.onAssigned = func(ctx context.Context, log Log) (int64, error) {
			if asked.Add(1) < 3 {
				return 0, errors.New("the database is away")
			}
			return 0, nil
		}
		consume(t, cfg, "bookings", r)
		eventually(t, "the record read", func() bool { return r.count() == 1 })
	})
}

func TestIdleIsCalledOnlyWhenThereIsNothingToRead(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		cfg.IdleEvery = 10 * time.Millisecond
		ensure(t, cfg, 1, "bookings")
		r := newRecorder()
		release := make(chan struct{})
		reading := make(chan struct{})
		r.onRead = func(ctx context.Context, log Log, records []Record) error {
			close(reading)
			<-release
			return nil
		}
		consume(t, cfg, "bookings", r)
		eventually(t, "idle calls", func() bool { return look(r, func() int { return r.idles }) > 5 })
		p := producer(t, cfg)
		produce(t, p, "bookings", "demo", "0")
		<-reading
		before := look(r, func() int { return r.idles })
		close(release)
		eventually(t, "idle again", func() bool { return look(r, func() int { return r.idles }) > before+3 })
		if n := look(r, func() int { return r.overlaps }); n > 0 {
			t.Errorf("%d calls overlapped", n)
		}
	})
}

func TestIdleErrorsSlowItDownAndDoNotHoldBackRecords(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		cfg.IdleEvery = time.Millisecond
		ensure(t, cfg, 1, "bookings")
		r := newRecorder()
		r.onIdle = func(context.Context, Log) error { return errors.New("redis is away") }
		consume(t, cfg, "bookings", r)
		eventually(t, "two idle calls", func() bool { return look(r, func() int { return r.idles }) >= 2 })
		p := producer(t, cfg)
		produce(t, p, "bookings", "demo", "0")
		eventually(t, "the record read", func() bool { return r.count() == 1 })
		// 100, 200, 400, 800 ms: a thousand calls a second without it.
		if n := look(r, func() int { return r.idles }); n > 20 {
			t.Errorf("%d idle calls", n)
		}
	})
}

func TestConsumeWaitsForABroker(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	dir := t.TempDir()
	r := newRecorder()
	consume(t, Config{Brokers: fmt.Sprintf("127.0.0.1:%d", port), Logger: testLogger(t)}, "bookings", r)
	for round := range 3 {
		c, cfg := cluster(t, kfake.Ports(port), kfake.DataDir(dir), kfake.SyncWrites())
		ensure(t, cfg, 1, "bookings")
		produce(t, producer(t, cfg), "bookings", "demo", fmt.Sprint(round))
		eventually(t, "the record read", func() bool { return r.count() > round })
		c.Close()
	}
	if got := r.values(); !slices.Equal(got, numbers(0, 3)) {
		t.Errorf("read %v", got)
	}
}

func TestConsumeRefusesAWrongConfiguration(t *testing.T) {
	t.Parallel()
	err := Consume(t.Context(), Config{Brokers: "127.0.0.1:1"}, "", "bookings", newRecorder())
	if err == nil {
		t.Error("no error without a group")
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	// Not parallel: it counts goroutines.
	_, cfg := cluster(t)
	cfg.Logger = nil
	ensure(t, cfg, 3, "bookings")
	before := runtime.NumGoroutine()
	for range 3 {
		r := newRecorder()
		stop := consume(t, cfg, "bookings", r)
		p := producer(t, cfg)
		produce(t, p, "bookings", "demo", "0")
		eventually(t, "a record read", func() bool { return r.count() > 0 })
		stop()
		if err := p.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if len(r.owned()) != 0 {
			t.Errorf("partitions %v were not revoked", r.owned())
		}
	}
	eventually(t, fmt.Sprintf("goroutines back at %d", before), func() bool { return runtime.NumGoroutine() <= before })
}
