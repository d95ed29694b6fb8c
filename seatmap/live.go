package seatmap

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// LiveConfig is what a Live needs.
type LiveConfig struct {
	Client redis.UniversalClient
	// RunID tells which Redis process answers (INFO server run_id; the embedded server says its own).
	// It is read by Refresh and passed to each script: another process has lost its memory.
	RunID   func(ctx context.Context) (string, error)
	Sharded bool          // publish with SPUBLISH (Redis Cluster)
	Grace   time.Duration // hold keys outlive their deadline by this; default 1 h
	LogSize int           // changes kept per zone for gap repair; default 10,000
}

const (
	defaultGrace   = time.Hour
	defaultLogSize = 10_000
	retryAfter     = time.Second // told with unavailable: a rebuild or a failover takes about this long
)

// Live is the live state of events in Redis. Every change is one script.
// All methods answer *Refusal{Code: unavailable} while the event is not open (no epoch, another run id) or Redis is away.
// A method may be repeated blindly when its answer was lost.
type Live struct {
	cfg     LiveConfig
	scripts scripts
	runID   atomic.Pointer[string] // nil until the first Refresh
}

// NewLive makes a Live; it dials nothing.
func NewLive(cfg LiveConfig) *Live {
	if cfg.Grace == 0 {
		cfg.Grace = defaultGrace
	}
	if cfg.LogSize == 0 {
		cfg.LogSize = defaultLogSize
	}
	return &Live{cfg: cfg, scripts: newScripts()}
}

// Refresh reads the run id; call it on every connect and once a second.
// When it fails the last one stays: a server that did not answer in time is not yet another server.
func (l *Live) Refresh(ctx context.Context) error {
	id, err := l.cfg.RunID(ctx)
	if err != nil {
		return fmt.Errorf("read the run id of redis: %w", err)
	}
	if id == "" {
		return errors.New("read the run id of redis: it is empty")
	}
	l.runID.Store(&id)
	return nil
}

// Meet takes the run id that a new connection has read of its server: until the next Refresh the scripts would take another
// process, which may remember an older state, for the one before it.
func (l *Live) Meet(runID string) { l.runID.Store(&runID) }

// ZoneChannel and NoticeChannel name the pub/sub channels of an event.
func ZoneChannel(event, zone string) string { return "zone:{e" + event + "}:" + zone }
func NoticeChannel(event string) string     { return "notices:{e" + event + "}" }

func metaKey(event string) string { return "meta:{e" + event + "}" }

// known returns the run id, or a refusal before the first Refresh.
func (l *Live) known() (string, error) {
	id := l.runID.Load()
	if id == nil {
		return "", unavailable("redis does not answer", errors.New("it has not been reached yet"))
	}
	return *id, nil
}

// call runs a script on an event. The first four arguments are those of prelude.lua; args follow from ARGV[5].
func (l *Live) call(ctx context.Context, s *redis.Script, event string, args ...any) (*answer, error) {
	run, err := l.known()
	if err != nil {
		return nil, err
	}
	publish := "PUBLISH"
	if l.cfg.Sharded {
		publish = "SPUBLISH"
	}
	all := make([]any, 0, 4+len(args))
	all = append(all, run, publish, l.cfg.LogSize, l.cfg.Grace.Milliseconds())
	reply, err := s.Run(ctx, l.cfg.Client, []string{metaKey(event)}, append(all, args...)...).Slice()
	if err != nil {
		return nil, away(err)
	}
	return readAnswer(reply)
}
