// Package store is the database, MariaDB or SQLite through GORM: it has the last word. It is the only importer of gorm.
package store

import (
	"context"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Config is what a Store needs.
type Config struct {
	DSN string // MariaDB: user:password@tcp(host:port)/name; SQLite: sqlite:///path/to/file (or sqlite:path)
	// Password goes before one in the DSN; CAs speak TLS with a server that they have signed for. Both are MariaDB's.
	Password string
	CAs      *x509.CertPool
	Existing bool // a file of SQLite that is missing is an error, not made
	// Now tells which events have ended; default time.Now.
	Now func() time.Time
	// ReadPatience bounds each read outside of transactions; default 2.5 s. Who asks for a page is told that the database hangs
	// while he still waits.
	ReadPatience time.Duration
	Logger       *slog.Logger // of what the driver says by itself; default: nothing is logged
}

// Store is the database.
type Store struct {
	dialect dialect
	now     func() time.Time
	log     *slog.Logger
	w       *gorm.DB // writes and transactions; in SQLite one connection
	r       *gorm.DB // reads outside of transactions, each bounded in time; on MariaDB the same connections as w
}

// Open dials the database. It does not migrate.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s := &Store{now: cfg.Now, log: cfg.Logger}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if cfg.ReadPatience == 0 {
		cfg.ReadPatience = 2500 * time.Millisecond
	}
	var err error
	if path, ok := sqlitePath(cfg.DSN); ok {
		err = s.openSQLite(ctx, path, cfg.Existing)
	} else {
		err = s.openMariaDB(ctx, cfg)
	}
	if err == nil {
		err = patient(s.r, cfg.ReadPatience)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// edge is a dialect whose errors say when the database is away. The dialects' own translation would hide their numbers.
type edge struct{ gorm.Dialector }

// Translate is called by GORM for every error of the driver.
func (edge) Translate(err error) error { return unavailable(err) }

func openGorm(d gorm.Dialector) (*gorm.DB, error) {
	db, err := gorm.Open(edge{d}, &gorm.Config{
		SkipDefaultTransaction: true, // transactions are ours to begin
		DisableAutomaticPing:   true,
		TranslateError:         true,
		Logger:                 logger.Discard, // errors are returned, and logged once at the edge
	})
	if err != nil {
		return nil, err
	}
	// Here alone GORM does not translate by itself.
	return db, db.Callback().Row().After("gorm:row").Register("jari:edge", func(db *gorm.DB) { db.Error = unavailable(db.Error) })
}

// patient bounds each query in time.
func patient(db *gorm.DB, patience time.Duration) error {
	const cancel = "jari:cancel"
	query := db.Callback().Query()
	begin := query.Before("gorm:query").Register("jari:patience", func(db *gorm.DB) {
		ctx, stop := context.WithTimeout(db.Statement.Context, patience)
		db.Statement.Context = ctx
		db.InstanceSet(cancel, stop)
	})
	end := query.After("gorm:query").Register("jari:done", func(db *gorm.DB) {
		if stop, ok := db.InstanceGet(cancel); ok {
			stop.(context.CancelFunc)()
		}
	})
	return errors.Join(begin, end)
}

// Ping answers within the context whether the database does.
func (s *Store) Ping(ctx context.Context) error {
	for _, db := range s.pools() {
		if err := db.PingContext(ctx); err != nil {
			return fmt.Errorf("ping database: %w", unavailable(err))
		}
	}
	return nil
}

// Close lets it go.
func (s *Store) Close() error {
	var err error
	for _, db := range s.pools() {
		err = errors.Join(err, db.Close())
	}
	return err
}

func (s *Store) pools() []*sql.DB {
	var pools []*sql.DB
	for _, g := range []*gorm.DB{s.w, s.r} {
		if g == nil {
			continue
		}
		db, ok := g.ConnPool.(*sql.DB)
		if ok && (len(pools) == 0 || pools[0] != db) {
			pools = append(pools, db)
		}
	}
	return pools
}

// ms is a time as it is stored: milliseconds since 1970, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMS(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

// chunks splits a list so that no statement has more values than both databases take.
func chunks[T any](list []T, size int) [][]T {
	return sized(list, size, func(*T) int { return 0 })
}

// maxStatement bounds the text of one INSERT in bytes, well below MariaDB's default max_allowed_packet of 16 MB.
const maxStatement = 2 << 20

// sized is chunks that also keeps the texts of each chunk together below maxStatement; one that is larger stands alone.
func sized[T any](list []T, size int, bytes func(*T) int) [][]T {
	var out [][]T
	from, sum := 0, 0
	for i := range list {
		n := bytes(&list[i])
		if i > from && (i-from == size || sum+n > maxStatement) {
			out = append(out, list[from:i])
			from, sum = i, 0
		}
		sum += n
	}
	if from < len(list) {
		out = append(out, list[from:])
	}
	return out
}
