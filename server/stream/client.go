package stream

import (
	"context"
	"errors"
	"log/slog"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

// settings are those of every client, with extra ones over them.
func settings(cfg Config, extra kafka.ConfigMap) *kafka.ConfigMap {
	m := kafka.ConfigMap{
		"bootstrap.servers":    cfg.Brokers,
		"client.id":            "jari",
		"socket.nagle.disable": true,
		"socket.timeout.ms":    10_000,
		// 10 s by default, which is long once a broker is back.
		"reconnect.backoff.ms":     50,
		"reconnect.backoff.max.ms": 1_000,
		"enable.metrics.push":      false,
		"go.logs.channel.enable":   true, // else librdkafka writes to stderr
	}
	for _, more := range []kafka.ConfigMap{cfg.Access.settings(), extra} {
		for key, value := range more {
			m[key] = value
		}
	}
	return &m
}

// forward hands on what a client logs until the client is closed.
func forward(log *slog.Logger, events <-chan kafka.LogEvent) {
	for e := range events {
		log.LogAttrs(context.Background(), severity(e.Level), "kafka client",
			slog.String("client", e.Name), slog.String("tag", e.Tag), slog.String("text", e.Message))
	}
}

// severity maps syslog levels. A broker that cannot be reached is level 3 there; here that is a warning, for clients try again.
func severity(syslog int) slog.Level {
	switch {
	case syslog <= 2:
		return slog.LevelError
	case syslog <= 4:
		return slog.LevelWarn
	case syslog <= 6:
		return slog.LevelInfo
	default:
		return slog.LevelDebug
	}
}

// code is the kafka error code inside err, or ErrNoError.
func code(err error) kafka.ErrorCode {
	if e, ok := errors.AsType[kafka.Error](err); ok {
		return e.Code()
	}
	return kafka.ErrNoError
}
