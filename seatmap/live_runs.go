package seatmap

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// Runs remembers which Redis process answers where: each connection is asked who it is before anything else is asked of it, so that
// a process which has taken the place of another is known at once. It is made before the client whose connections it greets.
type Runs struct {
	mu sync.Mutex                        // held by who replaces by
	by atomic.Pointer[map[string]string] // run id by address; never changed, only replaced: every script reads it
}

// NewRuns knows nobody yet.
func NewRuns() *Runs {
	r := &Runs{}
	r.by.Store(&map[string]string{})
	return r
}

// Greet returns the client's OnConnect. The address is that of a cluster's node, and empty where there is one server, or one at a time.
func (r *Runs) Greet(address string) func(ctx context.Context, c *redis.Conn) error {
	return func(ctx context.Context, c *redis.Conn) error {
		id, err := readRunID(ctx, c)
		if err == nil {
			r.met(address, id)
		}
		return err
	}
}

func (r *Runs) of(address string) (id string, known bool) {
	id, known = (*r.by.Load())[address]
	return id, known
}

func (r *Runs) met(address, id string) {
	if had, known := r.of(address); known && had == id {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	by := maps.Clone(*r.by.Load())
	by[address] = id
	r.by.Store(&by)
}

// answered takes an answer of who was asked when before was known. A connection that was made meanwhile has said who answers by now:
// the answer may be of the process before that one.
func (r *Runs) answered(address, before, id string) {
	if now, _ := r.of(address); now == before {
		r.met(address, id)
	}
}

// readRunID asks a server which process it is.
func readRunID(ctx context.Context, server interface {
	Info(ctx context.Context, sections ...string) *redis.StringCmd
}) (string, error) {
	info, err := server.Info(ctx, "server").Result()
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(info) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "run_id:"); ok {
			return id, nil
		}
	}
	return "", errors.New("redis does not tell its run id")
}
