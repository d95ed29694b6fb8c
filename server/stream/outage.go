package stream

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// outageReminder is how long an outage goes on before the log names it again.
const outageReminder = 30 * time.Second

// outage is the time in which the reader fails. All partitions usually fail for one reason, such as a database that is away, so
// the log names it once and not for each of them.
type outage struct {
	mu      sync.Mutex
	failing map[int32]bool // guarded by mu
	told    time.Time      // when the log last named it; guarded by mu
}

// failed notes that the reader failed for a partition, and logs it if that is news.
func (o *outage) failed(log *slog.Logger, now time.Time, topic string, partition int32, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	level := slog.LevelDebug
	if len(o.failing) == 0 || now.Sub(o.told) >= outageReminder {
		level, o.told = slog.LevelWarn, now
	}
	if o.failing == nil {
		o.failing = map[int32]bool{}
	}
	o.failing[partition] = true
	log.Log(context.Background(), level, "records cannot be dealt with; the same ones are tried again", "topic", topic, "partition", partition,
		"failing_partitions", len(o.failing), "error", err)
}

// ended notes that a partition is dealt with again or is somebody else's, and logs the end of the outage.
func (o *outage) ended(log *slog.Logger, topic string, partition int32) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.failing[partition] {
		return
	}
	delete(o.failing, partition)
	if len(o.failing) == 0 {
		log.Info("records are dealt with again", "topic", topic)
	}
}
