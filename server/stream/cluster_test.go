package stream

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// TestMain lets more tests run at the same time than there are processors: they wait for brokers more than they compute.
func TestMain(m *testing.M) {
	flag.Parse()
	if runtime.GOMAXPROCS(0) < 8 {
		_ = flag.Set("test.parallel", "8")
	}
	os.Exit(m.Run())
}

// patience is how long a test waits for something that must happen.
const patience = 20 * time.Second

// cluster starts a broker of its own for a test.
func cluster(t *testing.T, opts ...kfake.Opt) (*kfake.Cluster, Config) {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1)}, opts...)...)
	if err != nil {
		t.Fatalf("start a cluster: %v", err)
	}
	t.Cleanup(c.Close)
	return c, config(t, c)
}

func config(t *testing.T, c *kfake.Cluster) Config {
	return Config{Brokers: strings.Join(c.ListenAddrs(), ","), Logger: testLogger(t)}
}

// testLogger shows what clients log when a test fails, and is silent after it.
func testLogger(t *testing.T) *slog.Logger {
	w := &testWriter{t: t}
	t.Cleanup(w.end)
	return slog.New(slog.NewTextHandler(w, nil))
}

type testWriter struct {
	mu sync.Mutex
	t  *testing.T // guarded by mu; nil after the test
}

func (w *testWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.t != nil {
		w.t.Log(strings.TrimSpace(string(b)))
	}
	return len(b), nil
}

func (w *testWriter) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.t = nil
}

func ensure(t *testing.T, cfg Config, partitions int, topics ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := EnsureTopics(ctx, cfg, partitions, 1, -1, topics...); err != nil {
		t.Fatalf("ensure topics: %v", err)
	}
}

func producer(t *testing.T, cfg Config) *Producer {
	t.Helper()
	p, err := OpenProducer(cfg)
	if err != nil {
		t.Fatalf("open producer: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		p.Close(ctx)
	})
	return p
}

func produce(t *testing.T, p *Producer, topic, key string, values ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var records []Record
	for _, v := range values {
		records = append(records, Record{Topic: topic, Key: key, Value: []byte(v)})
	}
	if err := p.ProduceAll(ctx, records); err != nil {
		t.Fatalf("produce: %v", err)
	}
}

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline.C:
			t.Fatalf("waited %v in vain for: %s", patience, what)
		case <-tick.C:
		}
	}
}
