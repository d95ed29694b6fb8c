package store

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
)

// Tx is one transaction. On MariaDB it is READ COMMITTED: with a repeatable-read snapshot, a read after waiting for a lock would not
// show what the other owner of the lock has written. On SQLite it is immediate: it holds the write lock from its beginning.
type Tx struct{ db *gorm.DB }

// InTx runs fn in a transaction, once. An error rolls it back; Duplicate and Conflict errors may be repeated from the reads.
func (s *Store) InTx(ctx context.Context, fn func(*Tx) error) error {
	return s.inTx(ctx, func(db *gorm.DB) error { return fn(&Tx{db}) })
}

func (s *Store) inTx(ctx context.Context, fn func(*gorm.DB) error) error {
	return s.w.WithContext(ctx).Transaction(fn, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
}

// Attempts is how often a transaction that lost against another one is repeated.
const Attempts = 5

// InTxAgain is InTx that repeats what lost against another transaction.
func (s *Store) InTxAgain(ctx context.Context, fn func(*Tx) error) error {
	return s.retry(ctx, func(db *gorm.DB) error { return fn(&Tx{db}) })
}

func (s *Store) retry(ctx context.Context, fn func(*gorm.DB) error) error {
	for attempt := 1; ; attempt++ {
		err := s.inTx(ctx, fn)
		if err == nil || attempt == Attempts || !Duplicate(err) && !Conflict(err) {
			return err
		}
	}
}
