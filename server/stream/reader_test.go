package stream

import (
	"context"
	"slices"
	"sync"
	"testing"
)

// recorder is a Reader that remembers all it was told, and the next offset of each partition as a database would.
type recorder struct {
	mu       sync.Mutex
	next     map[int32]int64
	records  []Record
	batches  []int
	logs     []Log // of each Assigned
	revoked  []int32
	idles    int
	running  map[int32]int // calls under way
	overlaps int           // calls for one partition at the same time

	// Each may be nil. They are called without the lock.
	onAssigned func(ctx context.Context, log Log) (int64, error)
	onRead     func(ctx context.Context, log Log, records []Record) error
	onIdle     func(ctx context.Context, log Log) error
}

func newRecorder() *recorder {
	return &recorder{next: map[int32]int64{}, running: map[int32]int{}}
}

// fromStored begins where it has read to, if the log is the one that it read first: what is stored belongs to the log it came from.
func (r *recorder) fromStored(_ context.Context, log Log) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if log.ID != r.logs[0].ID {
		return 0, nil
	}
	return r.next[log.Partition], nil
}

func (r *recorder) enter(p int32) func() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running[p]++
	if r.running[p] > 1 {
		r.overlaps++
	}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.running[p]--
	}
}

func (r *recorder) Assigned(ctx context.Context, log Log) (int64, error) {
	defer r.enter(log.Partition)()
	r.mu.Lock()
	r.logs = append(r.logs, log)
	next, on := r.next[log.Partition], r.onAssigned
	r.mu.Unlock()
	if on != nil {
		return on(ctx, log)
	}
	return next, nil
}

func (r *recorder) Read(ctx context.Context, log Log, records []Record) error {
	defer r.enter(log.Partition)()
	if r.onRead != nil {
		if err := r.onRead(ctx, log, records); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.records = append(r.records, records...)
	r.batches = append(r.batches, len(records))
	r.next[log.Partition] = records[len(records)-1].Offset + 1
	return nil
}

func (r *recorder) Idle(ctx context.Context, log Log) error {
	defer r.enter(log.Partition)()
	r.mu.Lock()
	r.idles++
	on := r.onIdle
	r.mu.Unlock()
	if on != nil {
		return on(ctx, log)
	}
	return nil
}

func (r *recorder) Revoked(log Log) {
	defer r.enter(log.Partition)()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.revoked = append(r.revoked, log.Partition)
}

func (r *recorder) values() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var vs []string
	for _, rec := range r.records {
		vs = append(vs, string(rec.Value))
	}
	return vs
}

// look runs f with the recorder locked.
func look[T any](r *recorder, f func() T) T {
	r.mu.Lock()
	defer r.mu.Unlock()
	return f()
}

func (r *recorder) count() int { return look(r, func() int { return len(r.records) }) }

// owned are the partitions that were assigned and not revoked since, in order.
func (r *recorder) owned() []int32 {
	return look(r, func() []int32 {
		n := map[int32]int{}
		for _, l := range r.logs {
			n[l.Partition]++
		}
		for _, p := range r.revoked {
			n[p]--
		}
		var ps []int32
		for p, k := range n {
			if k > 0 {
				ps = append(ps, p)
			}
		}
		slices.Sort(ps)
		return ps
	})
}

// consume runs a consumer until the test ends or the returned function is called, which waits for it.
func consume(t *testing.T, cfg Config, topic string, r Reader) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Consume(ctx, cfg, "workers", topic, r) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("consume: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}
