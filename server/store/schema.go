package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

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
		if unknownCollation(alter.Error) {
			return 0, fmt.Errorf("MariaDB 10.11 or later is needed: %w", alter.Error)
		}
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
	sources := p.ListSources()
	target := sources[len(sources)-1].Version
	current, err := s.schemaVersion(ctx)
	switch {
	case missingTable(err):
		return fmt.Errorf("the database has no tables of jari yet: %s", mends)
	case err != nil:
		return fmt.Errorf("read schema version: %w", err)
	case current < target:
		return fmt.Errorf("database schema is at version %d, this binary needs %d: %s", current, target, mends)
	case current > target:
		return fmt.Errorf("database schema is at version %d, this binary knows %d: install a newer jari (its `jari migrate` has been here)", current, target)
	}
	if s.dialect != mariaDB {
		return nil
	}
	return s.checkCollations(ctx)
}

// schemaVersion reads what the migrations have written; goose itself would begin by making its table, which not everybody may.
func (s *Store) schemaVersion(ctx context.Context) (int64, error) {
	var version sql.NullInt64
	err := s.r.WithContext(ctx).Raw("SELECT MAX(version_id) FROM " + goose.DefaultTablename + " WHERE is_applied").Scan(&version).Error
	return version.Int64, err
}

// ours are the tables whose texts must be told apart to the last character.
var ours = []string{"plans", "venues", "events", "bookings", "booking_links", "event_seats", "log_offsets", "outbox"}

func (s *Store) checkCollations(ctx context.Context) error {
	var wrong []struct{ Tab, Col, Has string }
	err := s.r.WithContext(ctx).Raw(`SELECT c.table_name AS tab, c.column_name AS col, c.collation_name AS has
		FROM information_schema.columns c WHERE c.table_schema = DATABASE() AND c.collation_name <> ? AND c.table_name IN ?
		ORDER BY 1, 2`, collation, ours).Scan(&wrong).Error
	if err != nil {
		return fmt.Errorf("read collations: %w", err)
	}
	if len(wrong) == 0 {
		return nil
	}
	var what, mend []string
	for _, w := range wrong {
		what = append(what, fmt.Sprintf("%s.%s is %s", w.Tab, w.Col, w.Has))
		alter := fmt.Sprintf("ALTER TABLE %s CONVERT TO CHARACTER SET utf8mb4 COLLATE %s;", w.Tab, collation)
		if !slices.Contains(mend, alter) {
			mend = append(mend, alter)
		}
	}
	return fmt.Errorf("columns have another collation than %s, so that seats a1 and A1 would be one: %s. Mend it with: %s",
		collation, strings.Join(what, ", "), strings.Join(mend, " "))
}

// CheckWrites fails when the database lets us read only. It changes nothing.
func (s *Store) CheckWrites(ctx context.Context) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		for _, nothing := range []string{
			"INSERT INTO outbox (event_id, revision, kind, body, created_at) SELECT id, 0, '', '', 0 FROM events WHERE 1 = 0",
			"UPDATE log_offsets SET next_offset = 0 WHERE 1 = 0",
			"DELETE FROM outbox WHERE 1 = 0",
		} {
			if err := tx.Exec(nothing).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("the database cannot be written; its user needs SELECT, INSERT, UPDATE and DELETE: %w", err)
	}
	return nil
}
