package stream

import (
	"context"
	"fmt"
	"time"
)

// Logs tells which logs the partitions of a topic are and how far they reach, in the order of partitions.
func Logs(ctx context.Context, cfg Config, topic string) ([]Log, error) {
	asking, err := openAdmin(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer asking.close()
	return asking.logs(asking.ctx, cfg, topic)
}

func (a *admin) logs(ctx context.Context, cfg Config, topic string) ([]Log, error) {
	logs, err := logsOf(ctx, a.client, cfg.wire(topic))
	if err != nil {
		return nil, a.explain(err)
	}
	for i := range logs {
		logs[i].Topic = topic
	}
	return logs, nil
}

// Bounds is Logs for who asks again and again: it keeps its connections. One call at a time.
type Bounds struct {
	cfg    Config
	topic  string
	asking *admin // nil until it is asked, and after brokers have refused it
}

// OpenBounds dials nothing yet.
func OpenBounds(cfg Config, topic string) *Bounds {
	return &Bounds{cfg: cfg.withDefaults(), topic: topic}
}

// Logs is an error within some seconds when the brokers do not answer.
func (b *Bounds) Logs(ctx context.Context) ([]Log, error) {
	if b.asking == nil {
		asking, err := openAdmin(context.WithoutCancel(ctx), b.cfg)
		if err != nil {
			return nil, err
		}
		b.asking = asking
	}
	logs, err := b.look(ctx)
	if b.asking.ctx.Err() != nil {
		b.Close() // another password may be accepted
	}
	return logs, err
}

func (b *Bounds) look(ctx context.Context) ([]Log, error) {
	// Asked for a description while no broker can be reached the client dials as fast as it can; see member.watch.
	if _, err := b.asking.client.GetMetadata(nil, false, int(answerWait/time.Millisecond)); err != nil {
		return nil, fmt.Errorf("ask the kafka brokers: %w", b.asking.explain(err))
	}
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	return b.asking.logs(ctx, b.cfg, b.topic)
}

// Close ends the connections; the next look opens others.
func (b *Bounds) Close() {
	if b.asking != nil {
		b.asking.close()
		b.asking = nil
	}
}
