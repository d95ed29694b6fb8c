package seatmap

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// LiveConfig is what a Live needs.
type LiveConfig struct {
	// Client of one server, also of whichever Sentinels say it is, or a *redis.ClusterClient. On a cluster what scripts tell is
	// published with SPUBLISH.
	Client redis.UniversalClient
	// Runs is what greets the client's connections; nil: only Refresh asks the servers who they are.
	Runs *Runs
	// RunID is asked instead of the servers, for those that have no INFO server.
	RunID   func(ctx context.Context) (string, error)
	Grace   time.Duration // hold keys outlive their deadline by this; default 1 h
	LogSize int           // changes kept per zone for gap repair; default 10,000
}

const (
	defaultGrace   = time.Hour
	defaultLogSize = 10_000
	retryAfter     = time.Second // told with unavailable: a rebuild or a failover takes about this long
)

// Live is the live state of events in Redis. Every change is one script.
// All methods answer *Refusal{Code: unavailable} while the event is not open (no epoch, another run id) or the Redis that holds it is away.
// A method may be repeated blindly when its answer was lost.
type Live struct {
	cfg     LiveConfig
	cluster *redis.ClusterClient // nil: one server holds all events
	publish string
	scripts scripts
	runs    *Runs

	reloading chan struct{} // capacity 1; who has put something in may touch the following, of a cluster, and ask it meanwhile
	reloaded  time.Time
	nodes     map[string]*redis.Client // by address, as of then
}

// NewLive makes a Live; it dials nothing.
func NewLive(cfg LiveConfig) *Live {
	if cfg.Grace == 0 {
		cfg.Grace = defaultGrace
	}
	if cfg.LogSize == 0 {
		cfg.LogSize = defaultLogSize
	}
	if cfg.Runs == nil {
		cfg.Runs = NewRuns()
	}
	l := &Live{cfg: cfg, publish: "PUBLISH", scripts: newScripts(), runs: cfg.Runs, reloading: make(chan struct{}, 1)}
	if cluster, ok := cfg.Client.(*redis.ClusterClient); ok {
		l.cluster, l.publish = cluster, "SPUBLISH"
	}
	return l
}

// ZoneChannel and NoticeChannel name the pub/sub channels of an event.
func ZoneChannel(event, zone string) string { return "zone:{e" + event + "}:" + zone }
func NoticeChannel(event string) string     { return "notices:{e" + event + "}" }

func metaKey(event string) string { return "meta:{e" + event + "}" }

// call runs a script on an event. The first four arguments are those of prelude.lua; args follow from ARGV[5].
func (l *Live) call(ctx context.Context, s *redis.Script, event string, args ...any) (*answer, error) {
	all := make([]any, 0, 4+len(args))
	all = append(all, "", l.publish, l.cfg.LogSize, l.cfg.Grace.Milliseconds())
	all = append(all, args...)
	var reply []any
	err := l.on(ctx, event, func(at server) (err error) {
		all[0] = at.id
		reply, err = s.Run(ctx, at, []string{metaKey(event)}, all...).Slice()
		return err
	})
	if err != nil {
		return nil, err
	}
	return readAnswer(reply)
}
