package store

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"
	"gorm.io/driver/mysql"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

type dialect int

const (
	mariaDB dialect = iota
	sqliteFile
)

// collation tells a1, A1 and "A1 " apart; MariaDB's default takes them for one key.
const collation = "utf8mb4_nopad_bin"

// sqlitePath returns the file of a SQLite DSN.
func sqlitePath(dsn string) (string, bool) {
	if path, ok := strings.CutPrefix(dsn, "sqlite://"); ok {
		return path, true
	}
	return strings.CutPrefix(dsn, "sqlite:")
}

// openSQLite opens the file with one connection that writes and several that read. SQLite lets one transaction write at a time:
// with one connection they queue here, in order, and never meet SQLITE_BUSY. synchronous=FULL makes a commit outlive a power cut.
func (s *Store) openSQLite(ctx context.Context, path string, existing bool) error {
	s.dialect = sqliteFile
	if path == "" {
		return fmt.Errorf("database address names no file: want sqlite:///path/to/file")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("database file %s: %w", path, err)
	}
	if _, err := os.Stat(path); existing && errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no database at %s: name another file, or %s to make it", path, mends)
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_busy_timeout=10000&_foreign_keys=0&"
	open := func(options string, conns int) (*sql.DB, error) {
		db, err := sql.Open(sqlite.DriverName, file+options)
		if err != nil {
			return nil, fmt.Errorf("open database %s: %w", path, err)
		}
		db.SetMaxOpenConns(conns)
		db.SetMaxIdleConns(conns)
		if err := db.PingContext(ctx); err != nil {
			_ = db.Close() // the ping's error says why
			return nil, fmt.Errorf("open database %s: %w", path, err)
		}
		return db, nil
	}
	w, err := open("_journal_mode=WAL&_synchronous=FULL&_txlock=immediate", 1)
	if err != nil {
		return err
	}
	if s.w, err = openGorm(sqlite.New(sqlite.Config{Conn: w})); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	r, err := open("_query_only=1", 4)
	if err != nil {
		return err
	}
	if s.r, err = openGorm(sqlite.New(sqlite.Config{Conn: r})); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	return nil
}

// openMariaDB opens a pool. Timeouts that the address does not set are set here: without them a silent network holds a worker for ever.
func (s *Store) openMariaDB(ctx context.Context, given Config) error {
	s.dialect = mariaDB
	cfg, err := parseDSN(given)
	if err != nil {
		return err
	}
	mariaDBDefaults(cfg)
	cfg.Logger = driverLog{s.log}
	connector, err := mysqldriver.NewConnector(cfg)
	if err != nil {
		return fmt.Errorf("database address: %w", err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(32)
	db.SetMaxIdleConns(16)
	db.SetConnMaxLifetime(3 * time.Minute) // below wait_timeout and proxies' idle limits
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close() // the ping's error says why
		return fmt.Errorf("connect to database at %s: %w", cfg.Addr, explained(err, cfg.DBName))
	}
	// RETURNING would turn plain INSERTs into queries whose affected rows are not counted.
	for _, g := range []**gorm.DB{&s.w, &s.r} {
		if *g, err = openGorm(mysql.New(mysql.Config{Conn: db, SkipInitializeWithVersion: true, DisableWithReturning: true})); err != nil {
			return fmt.Errorf("connect to database at %s: %w", cfg.Addr, err)
		}
	}
	return nil
}

// noSuchDatabase is MariaDB's number for a database that is not there.
const noSuchDatabase = 1049

// explained adds what to do: Jari makes its tables, and never the database that they are in.
func explained(err error, name string) error {
	if e, ok := errors.AsType[*mysqldriver.MySQLError](err); ok && e.Number == noSuchDatabase {
		return fmt.Errorf("%w: create it with CREATE DATABASE `%s`, then run `jari migrate`", err, name)
	}
	return err
}

// dsnForm is said of an address that is none.
const dsnForm = "want user@tcp(host:port)/name, or sqlite:///path/to/file"

// parseDSN reads an address. What the driver says of one that it cannot read may repeat parts of it, and so the password: only its
// fixed sentences are passed on.
func parseDSN(given Config) (*mysqldriver.Config, error) {
	cfg, err := mysqldriver.ParseDSN(given.DSN)
	switch {
	case err != nil && strings.HasPrefix(err.Error(), "invalid DSN: "):
		return nil, fmt.Errorf("database address: %w: %s", err, dsnForm)
	case err != nil:
		return nil, fmt.Errorf("database address cannot be read: %s", dsnForm)
	case cfg.DBName == "":
		return nil, fmt.Errorf("database address names no database: %s", dsnForm)
	}
	if given.Password != "" {
		cfg.Passwd = given.Password
	}
	if given.CAs != nil {
		cfg.TLS = &tls.Config{RootCAs: given.CAs, MinVersion: tls.VersionTLS12} // the driver adds the host's name
	}
	return cfg, nil
}

// driverLog takes what the driver says by itself: a line for each connection that has died, many in an outage. What matters of
// them, who asked says.
type driverLog struct{ log *slog.Logger }

func (l driverLog) Print(values ...any) {
	l.log.Debug("database driver", "text", fmt.Sprint(values...))
}

func mariaDBDefaults(cfg *mysqldriver.Config) {
	if cfg.Timeout == 0 {
		cfg.Timeout = 5 * time.Second
	}
	if cfg.ReadTimeout == 0 {
		cfg.ReadTimeout = 30 * time.Second
	}
	if cfg.WriteTimeout == 0 {
		cfg.WriteTimeout = 10 * time.Second
	}
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	// Strict: a value that does not fit is an error, never shortened. A lock is not waited for longer than the read timeout.
	cfg.Params["sql_mode"] = "'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"
	cfg.Params["innodb_lock_wait_timeout"] = "10"
	cfg.ClientFoundRows = true // affected rows are matched rows, as in SQLite
	cfg.InterpolateParams = true
	cfg.MultiStatements = false
	cfg.RejectReadOnly = true // after a failover, leave the old primary
	// The driver knows collations of the handshake only. The connection's own does not matter: a column's goes before a literal's.
	_ = cfg.Apply(mysqldriver.Charset("utf8mb4", "")) // never fails: it only sets the two fields
}
