package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jari/hub"
	"jari/seatmap"
)

// redisAddress says where Redis is.
type redisAddress struct {
	RedisURL string `name:"redis-url" placeholder:"URL" help:"Redis, such as redis://localhost:6379/0 (${env})."`
}

// openRedis makes the client of the scripts and, apart from it, the one of the relay.
func (p *parts) openRedis(log *slog.Logger) (*hub.Relay, error) {
	options, err := redis.ParseURL(p.redis.RedisURL)
	if err != nil {
		return nil, fmt.Errorf("--redis-url: %w", err)
	}
	// The library's own lines are not ours: one for each dial that fails, many a second. What matters of them, who asked says.
	redis.SetLogger(redisLog{log})
	scripts := *options
	scripts.ReadTimeout, scripts.WriteTimeout, scripts.DialTimeout = 500*time.Millisecond, 500*time.Millisecond, time.Second
	scripts.MaxRetries, scripts.DialerRetries = 1, 1 // a hold without Redis is refused within a second
	scripts.ContextTimeoutEnabled = true
	if p.runID == nil {
		scripts.OnConnect = func(ctx context.Context, c *redis.Conn) error {
			id, err := readRunID(ctx, c)
			if err == nil {
				p.live.Meet(id)
			}
			return err
		}
	}
	client := redis.NewClient(&scripts)
	p.onClose(func(context.Context) error { return client.Close() })
	if p.runID == nil {
		p.runID = func(ctx context.Context) (string, error) { return readRunID(ctx, client) }
	}
	p.redisTime = func(ctx context.Context) (time.Time, error) { return client.Time(ctx).Result() }
	p.live = seatmap.NewLive(seatmap.LiveConfig{Client: client, RunID: p.runID})
	listening := redis.NewClient(options)
	p.onClose(func(context.Context) error { return listening.Close() })
	relay := hub.OpenRelay(hub.RelayConfig{Client: listening, Log: log})
	p.onClose(func(context.Context) error { return relay.Close() })
	return relay, nil
}

// redisLog takes what the redis library has to say.
type redisLog struct{ *slog.Logger }

func (l redisLog) Printf(ctx context.Context, format string, values ...any) {
	l.DebugContext(ctx, "redis client", "text", fmt.Sprintf(format, values...))
}

// readRunID asks the server which process it is.
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
