package stream

import (
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
)

// TestBounds: who asks again is told what has come since, of each partition its own.
func TestBounds(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 3, "bookings")
		b := OpenBounds(cfg, "bookings")
		defer b.Close()
		p := producer(t, cfg)
		for n := range 3 {
			produce(t, p, "bookings", "event-01", numbers(0, 100)...)
			produce(t, p, "bookings", "event-02", "1")
			logs, err := b.Logs(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var highs []int64
			for i, log := range logs {
				if log.Topic != "bookings" || log.Partition != int32(i) || log.ID == "" || log.ID != logs[0].ID || log.Low != 0 {
					t.Errorf("log %d is %+v", i, log)
				}
				highs = append(highs, log.High)
			}
			slices.Sort(highs)
			if want := []int64{0, int64(n + 1), int64(100 * (n + 1))}; !slices.Equal(highs, want) {
				t.Errorf("the logs end at %d, want %d", highs, want)
			}
		}
	})
}

// TestLogsOfNoTopic: who asks is told what makes one, and not what a client library prints.
func TestLogsOfNoTopic(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 1, "others")
		_, err := Logs(t.Context(), cfg, "bookings")
		if err == nil || !strings.Contains(err.Error(), "bookings is missing: `jari migrate`") {
			t.Errorf("error is %v", err)
		}
	})
}

// TestBoundsWhileKafkaIsAway: an error, and the same Bounds answers when it is back.
func TestBoundsWhileKafkaIsAway(t *testing.T) {
	t.Parallel()
	port, dir := freePort(t), t.TempDir()
	c, cfg := cluster(t, kfake.Ports(port), kfake.DataDir(dir), kfake.SyncWrites())
	ensure(t, cfg, 1, "bookings")
	produce(t, producer(t, cfg), "bookings", "demo", "1")
	b := OpenBounds(cfg, "bookings")
	defer b.Close()
	if logs, err := b.Logs(t.Context()); err != nil || len(logs) != 1 || logs[0].High != 1 {
		t.Fatalf("the logs are %+v, %v", logs, err)
	}
	c.Close()
	if logs, err := b.Logs(t.Context()); err == nil {
		t.Errorf("while it is away the logs are %+v", logs)
	}
	cluster(t, kfake.Ports(port), kfake.DataDir(dir), kfake.SyncWrites())
	eventually(t, "the logs again", func() bool {
		logs, err := b.Logs(t.Context())
		return err == nil && len(logs) == 1 && logs[0].High == 1
	})
}
