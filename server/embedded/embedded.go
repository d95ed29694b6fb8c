// Package embedded runs Redis, Kafka and SQL inside the process, behind the same clients as in production, for a start that
// needs nothing else. All that must last is in one folder. It is the only importer of miniredis and kfake.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
)

// Config says where the data is kept.
type Config struct {
	Dir    string       // created when missing; used by one process at a time
	Logger *slog.Logger // default: nothing is logged
}

// Servers are the running parts and how to reach them.
//
// Redis begins empty with each start, under a new run id: what it held is proposed, not decided. Kafka and SQL keep their data.
type Servers struct {
	RedisAddr    string // host:port
	RedisRunID   string // what INFO server would say, which this Redis cannot
	KafkaBrokers string // host:port
	DatabaseDSN  string // sqlite:// and an absolute path
	SigningKey   []byte // 32 bytes, the same at every start

	closers []func()
}

// Start starts all parts on ephemeral loopback ports. Topics are not created: stream.EnsureTopics does that, as for any Kafka.
// When it fails nothing is left running, and the error says what is wrong with which folder.
func Start(ctx context.Context, cfg Config) (_ *Servers, err error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("data folder %q: %w", cfg.Dir, err)
	}
	s := &Servers{DatabaseDSN: databaseDSN(dir)}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()

	unlock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, unlock)
	if err := checkDatabase(dir); err != nil {
		return nil, err
	}
	if s.SigningKey, err = signingKey(filepath.Join(dir, "signing.key")); err != nil {
		return nil, err
	}
	if err := s.startRedis(); err != nil {
		return nil, fmt.Errorf("start the embedded redis: %w", err)
	}
	if err := s.startKafka(filepath.Join(dir, "kafka"), cfg.Logger); err != nil {
		return nil, fmt.Errorf("start the embedded kafka: %w", err)
	}
	return s, ctx.Err()
}

// Close stops all parts, the last one started first. Their clients should be closed before.
func (s *Servers) Close() {
	for len(s.closers) > 0 {
		last := len(s.closers) - 1
		s.closers[last]()
		s.closers = s.closers[:last]
	}
}

// plainly takes the operation and path out of a file error: the message names the folder already.
func plainly(err error) error {
	var file *os.PathError
	if errors.As(err, &file) {
		return file.Err
	}
	return err
}
