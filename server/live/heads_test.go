package live

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"

	"jari/server/redistest"
	"jari/server/store"
)

// records keeps what is logged.
type records struct {
	mu  sync.Mutex
	all bytes.Buffer // guarded by mu
}

func (r *records) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.Write(b)
}

// count is how often a text was logged at a level.
func (r *records) count(t *testing.T, level, text string) int {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for line := range bytes.Lines(r.all.Bytes()) {
		var said struct{ Level, Msg string }
		if err := json.Unmarshal(line, &said); err != nil {
			t.Fatal(err)
		}
		if said.Level == level && said.Msg == text {
			n++
		}
	}
	return n
}

// TestAnOutageIsSaidOnce: and not for each event and second.
func TestAnOutageIsSaidOnce(t *testing.T) {
	t.Parallel()
	h := newHastyHouse(t)
	said := &records{}
	h.log = slog.New(slog.NewJSONHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug}))
	n := h.node()
	n.open()
	if _, err := n.Event(t.Context(), eventID); err != nil {
		t.Fatal(err)
	}
	h.redis.Close()
	h.db.change(func(e *store.Event) { e.Sale = store.SalePaused })
	const begins, ends = "redis cannot be told of changed events: they are told once a second", "redis has been told of changed events"
	redistest.Until(t, "some seconds without redis", func() bool { return said.count(t, "DEBUG", begins) >= 2 })
	if err := h.redis.Restart(); err != nil {
		t.Fatal(err)
	}
	redistest.Until(t, "the end is said", func() bool { return said.count(t, "INFO", ends) == 1 })
	if warned := said.count(t, "WARN", begins); warned != 1 {
		t.Errorf("the outage was said %d times", warned)
	}
}
