package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"

	"jari/migrations"
)

// mends is what an operator does about a schema that is not ours.
const mends = "run `jari migrate`"

func (s *Store) provider() (*goose.Provider, error) {
	dialect := goose.DialectMySQL
	if s.dialect == sqliteFile {
		dialect = goose.DialectSQLite3
	}
	p, err := goose.NewProvider(dialect, s.pools()[0], fs.FS(migrations.Files),
		goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

// Migrate applies the numbered SQL that is missing and returns how many files it applied. Several nodes may call it at once.
func (s *Store) Migrate(ctx context.Context) (applied int, err error) {
	if s.dialect == mariaDB {
		unlock, err := s.lockSchema(ctx)
		if err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, unlock()) }()
		// Tables take the database's default; CREATE TABLE itself names no collation, because SQLite would not know it.
		alter := s.w.WithContext(ctx).Exec("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE " + collation)
		if alter.Error != nil {
			return 0, fmt.Errorf("set the database's collation: %w", alter.Error)
		}
	}
	p, err := s.provider()
	if err != nil {
		return 0, err
	}
	results, err := p.Up(ctx)
	if err != nil {
		return len(results), fmt.Errorf("migrate: %w", err)
	}
	return len(results), nil
}

// lockSchema makes migrating nodes wait for each other; MariaDB commits DDL at once, so a transaction would not.
func (s *Store) lockSchema(ctx context.Context) (unlock func() error, err error) {
	conn, err := s.pools()[0].Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("lock schema: %w", err)
	}
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(CONCAT('jari-migrate-', DATABASE()), 25)").Scan(&got); err != nil {
		return nil, errors.Join(fmt.Errorf("lock schema: %w", err), conn.Close())
	}
	if got.Int64 != 1 {
		return nil, errors.Join(errors.New("lock schema: another node is migrating"), conn.Close())
	}
	return func() error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), "SELECT RELEASE_LOCK(CONCAT('jari-migrate-', DATABASE()))")
		return errors.Join(err, conn.Close())
	}, nil
}

// CheckSchema fails when the schema is not the one this binary knows, naming the command that mends it.
func (s *Store) CheckSchema(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	current, target, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read schema version: %w", err)
	case current < target:
		return fmt.Errorf("database schema is at version %d, this binary needs %d: %s", current, target, mends)
	case current > target:
		return fmt.Errorf("database schema is at version %d, this binary knows %d: install a newer jari", current, target)
	}
	if s.dialect != mariaDB {
		return nil
	}
	var wrong []string
	err = s.r.WithContext(ctx).Raw(`SELECT CONCAT(c.table_name, '.', c.column_name) FROM information_schema.columns c
		WHERE c.table_schema = DATABASE() AND c.collation_name IS NOT NULL AND c.collation_name <> ?
		AND c.table_name IN ('plans', 'venues', 'events', 'bookings', 'event_seats', 'log_offsets', 'outbox')
		ORDER BY 1`, collation).Scan(&wrong).Error
	if err != nil {
		return fmt.Errorf("read collations: %w", err)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("columns %v do not have collation %s, so that seats a1 and A1 would be one: "+
			"convert their tables with ALTER TABLE ... CONVERT TO CHARACTER SET utf8mb4 COLLATE %s", wrong, collation, collation)
	}
	return nil
}
