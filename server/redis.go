package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jari/hub"
	"jari/seatmap"
)

// insidePatience is how long the Redis inside is waited for. It cannot be away while this process lives, only busy: it runs some thousand
// scripts a second, so a rush of buyers on a small machine takes seconds.
const insidePatience = 5 * time.Second

// openRedis makes the client of the scripts and, apart from it, the one of the relay.
func (p *parts) openRedis(ctx context.Context, log *slog.Logger) (*hub.Relay, error) {
	options, err := p.redis.options()
	if err != nil {
		return nil, err
	}
	scripts := *options
	scripts.MaxRetries, scripts.DialerRetries = 1, 1 // a hold without Redis is refused within a second
	var runs *seatmap.Runs
	if p.runID == nil {
		runs = seatmap.NewRuns()
	} else {
		scripts.ReadTimeout, scripts.WriteTimeout = insidePatience, insidePatience
	}
	client := dialRedis(p.redis.mode(), scripts, runs)
	p.onClose(func(context.Context) error { return client.Close() })
	p.live = seatmap.NewLive(seatmap.LiveConfig{Client: client, Runs: runs, RunID: p.runID})
	if p.runID == nil {
		if err := p.redis.check(ctx, client, p.live); err != nil {
			return nil, err
		}
	}
	listening := dialRedis(p.redis.mode(), *options, nil)
	p.onClose(func(context.Context) error { return listening.Close() })
	relay := hub.OpenRelay(hub.RelayConfig{Client: listening, Sharded: p.redis.mode() == "cluster", Log: log})
	p.onClose(func(context.Context) error { return relay.Close() })
	return relay, nil
}

// dialRedis makes a client, which connects when it is first used. Its connections are greeted by runs, if there are any.
func dialRedis(mode string, o redis.UniversalOptions, runs *seatmap.Runs) redis.UniversalClient {
	if runs != nil {
		o.OnConnect = runs.Greet("")
	}
	switch mode {
	case "sentinel":
		return redis.NewFailoverClient(o.Failover())
	case "cluster":
		cluster := o.Cluster()
		cluster.NewClient = func(node *redis.Options) *redis.Client {
			if runs != nil {
				node.OnConnect = runs.Greet(node.Addr)
			}
			return redis.NewClient(node)
		}
		return redis.NewClusterClient(cluster)
	}
	return redis.NewClient(o.Simple())
}

// checkTime is how long a start waits for Redis. One that does not answer is no reason not to start: maps are shown without it.
const checkTime = 2 * time.Second

// check looks for what no waiting mends: settings that Redis refuses, and those that say it is what it is not.
func (r redisAddress) check(ctx context.Context, client redis.UniversalClient, live *seatmap.Live) error {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	err := live.Refresh(ctx)
	if err == nil {
		var info string
		if info, err = client.Info(ctx, "server").Result(); err == nil {
			return r.checkInfo(info)
		}
	}
	var certificate *tls.CertificateVerificationError
	switch text := err.Error(); {
	case errors.As(err, &certificate):
		return fmt.Errorf("--redis-url: %w; --redis-ca-file names a private authority", certificate)
	case strings.Contains(text, "WRONGPASS"), strings.Contains(text, "NOAUTH"), strings.Contains(text, "AUTH <password> called without"):
		return errors.New("redis refuses the user or the password of --redis-url and --redis-password-file")
	case strings.Contains(text, "cluster support disabled"):
		return errors.New("--redis-mode cluster: this redis is not part of a cluster")
	case r.mode() == "sentinel" && errors.Is(err, redis.Nil):
		return fmt.Errorf("--redis-sentinel-master: the Sentinels know no master %q", r.RedisSentinelMaster)
	}
	return nil // the node's own watch says so once a second
}

func (r redisAddress) checkInfo(info string) error {
	switch {
	case strings.Contains(info, "redis_mode:sentinel"):
		return errors.New("--redis-url names a Sentinel: say so with --redis-mode sentinel")
	case strings.Contains(info, "redis_mode:cluster") && r.mode() != "cluster":
		return errors.New("--redis-url names a server of a cluster: say so with --redis-mode cluster")
	}
	return nil
}

// quietRedis takes the library's own lines, which are not ours: one for each dial that fails, many a second. What matters of them, who
// asked says.
func quietRedis(log *slog.Logger) { redis.SetLogger(redisLog{log}) }

// redisLog takes what the redis library has to say.
type redisLog struct{ *slog.Logger }

func (l redisLog) Printf(ctx context.Context, format string, values ...any) {
	l.DebugContext(ctx, "redis client", "text", fmt.Sprintf(format, values...))
}
