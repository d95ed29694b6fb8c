package embedded

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jari/server/stream"
)

const patience = 20 * time.Second

func start(t *testing.T, dir string) *Servers {
	t.Helper()
	s, err := Start(t.Context(), Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(s.Close)
	path := strings.TrimPrefix(s.DatabaseDSN, "sqlite://")
	if _, err := os.Stat(path); err != nil { // as a server has it before it makes topics
		if err := os.WriteFile(path, []byte(sqliteHeader), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestAllPartsAnswerOnLoopback(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := start(t, dir)
	for _, addr := range []string{s.RedisAddr, s.KafkaBrokers} {
		host, _, err := net.SplitHostPort(addr)
		if err != nil || host != "127.0.0.1" {
			t.Errorf("address %q: %v", addr, err)
		}
	}
	if want := "sqlite://" + dir + "/jari.db"; s.DatabaseDSN != want || !filepath.IsAbs(dir) {
		t.Errorf("dsn %q, want %q", s.DatabaseDSN, want)
	}
	if len(s.RedisRunID) != 40 {
		t.Errorf("run id %q", s.RedisRunID)
	}
	redisOf(t, s)
	book(t, s, "1")
}

func redisOf(t *testing.T, s *Servers) *redis.Client {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.RedisAddr})
	t.Cleanup(func() { c.Close() })
	if err := c.Ping(t.Context()).Err(); err != nil {
		t.Fatalf("ping: %v", err)
	}
	return c
}

func config(s *Servers) stream.Config { return stream.Config{Brokers: s.KafkaBrokers} }

// book produces one record and waits for its acknowledgement.
func book(t *testing.T, s *Servers, value string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := stream.EnsureTopics(ctx, config(s), 3, 1, -1, "bookings"); err != nil {
		t.Fatal(err)
	}
	p, err := stream.OpenProducer(config(s))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Produce(ctx, "bookings", "demo", []byte(value)); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestTimesToLivePass(t *testing.T) {
	t.Parallel()
	c := redisOf(t, start(t, t.TempDir()))
	const ttl = 500 * time.Millisecond
	began := time.Now()
	if err := c.Set(t.Context(), "hold", "x", ttl).Err(); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for c.Exists(t.Context(), "hold").Val() == 1 {
		if time.Since(began) > patience {
			t.Fatal("the key does not end")
		}
		<-tick.C
	}
	if lived := time.Since(began); lived < ttl-agePeriod {
		t.Errorf("the key ended after %v", lived)
	}
	now, err := c.Time(t.Context()).Result()
	if err != nil || time.Since(now).Abs() > time.Second {
		t.Errorf("TIME says %v, %v", now, err)
	}
}

func TestARestartKeepsKafkaAndTheKeyAndForgetsRedis(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := start(t, dir)
	book(t, first, "before")
	redisOf(t, first).Set(t.Context(), "k", "v", 0)
	first.Close()

	second := start(t, dir)
	if !bytes.Equal(first.SigningKey, second.SigningKey) || len(second.SigningKey) != 32 {
		t.Error("the signing key changed")
	}
	if first.RedisRunID == second.RedisRunID {
		t.Error("the run id of another redis is the same")
	}
	if n := redisOf(t, second).Exists(t.Context(), "k").Val(); n != 0 {
		t.Error("redis kept a key")
	}
	book(t, second, "after")
	if got := read(t, second, 2); got != "before after" {
		t.Errorf("the log has %q", got)
	}
}

func TestAnotherFoldersKeyIsAnother(t *testing.T) {
	t.Parallel()
	a, b := start(t, t.TempDir()), start(t, t.TempDir())
	if bytes.Equal(a.SigningKey, b.SigningKey) {
		t.Error("two folders have one key")
	}
}

func TestTheKeyIsForItsOwnerOnlyAndWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, dir)
	s.Close()
	path := filepath.Join(dir, "signing.key")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != 32 {
		t.Errorf("the key is %v, %v", info, err)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := os.Truncate(path, 7); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, path, "has 7 bytes, not 32")
}

func TestAFolderInUseIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := start(t, dir)
	refused(t, dir, dir, "in use by another jari (process", "--data-dir")
	first.Close()
	start(t, dir)
}

func TestAFolderThatCannotBeWrittenIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	// Root writes everywhere, but not below a file.
	for _, dir := range []string{file, filepath.Join(file, "data")} {
		refused(t, dir, dir, "cannot be written: not a directory", "--data-dir")
	}
	locked := filepath.Join(t.TempDir(), "data")
	if err := os.MkdirAll(filepath.Join(locked, "lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	refused(t, locked, locked, "cannot be written: is a directory")
}

// refused starts in dir, which must fail with all the words.
func refused(t *testing.T, dir string, words ...string) {
	t.Helper()
	s, err := Start(t.Context(), Config{Dir: dir})
	if err == nil {
		s.Close()
		t.Errorf("no error, want one with %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q, want one with %q", err, w)
		}
	}
}

// read gives the first n values of the demonstration event.
func read(t *testing.T, s *Servers, n int) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r := &collector{values: make(chan string)}
	done := make(chan error, 1)
	go func() { done <- stream.Consume(ctx, config(s), "workers", "bookings", r) }()
	var values []string
	for len(values) < n && ctx.Err() == nil {
		select {
		case v := <-r.values:
			values = append(values, v)
		case <-ctx.Done():
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	return strings.Join(values, " ")
}

type collector struct{ values chan string }

func (c *collector) Assigned(context.Context, stream.Log) (int64, error) { return 0, nil }
func (c *collector) Idle(context.Context, stream.Log) error              { return nil }
func (c *collector) Revoked(stream.Log)                                  {}

func (c *collector) Read(ctx context.Context, _ stream.Log, records []stream.Record) error {
	for _, r := range records {
		select {
		case c.values <- string(r.Value):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
