package stream

import (
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
)

// lines is what a logger wrote, for tests that read it while it goes on.
type lines struct {
	mu   sync.Mutex
	text strings.Builder // guarded by mu
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// count is of the lines that hold a text.
func (l *lines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

// TestKafkaAway: the client's own lines say what a socket did. One of ours says what that means, and one that it is over.
func TestKafkaAway(t *testing.T) {
	t.Parallel()
	port, dir := freePort(t), t.TempDir()
	c, cfg := cluster(t, kfake.Ports(port), kfake.DataDir(dir), kfake.SyncWrites())
	ensure(t, cfg, 1, "bookings")
	log := &lines{}
	cfg.Logger = slog.New(slog.NewTextHandler(log, nil))
	p := producer(t, cfg)
	produce(t, p, "bookings", "demo", "1")
	r := newRecorder()
	runMember(t, cfg, r)
	eventually(t, "the record read", func() bool { return r.count() == 1 })

	c.Close()
	eventually(t, "the outage told by both", func() bool { return log.count("kafka does not answer") >= 2 })
	cluster(t, kfake.Ports(port), kfake.DataDir(dir), kfake.SyncWrites())
	produce(t, p, "bookings", "demo", "2")
	eventually(t, "its end told by both", func() bool { return log.count("kafka answers again") >= 2 })
	if n := log.count("kafka does not answer"); n != 2 {
		t.Errorf("the outage is told %d times, want once by the producer and once by the member", n)
	}
}
