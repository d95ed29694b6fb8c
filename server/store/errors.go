package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/mattn/go-sqlite3"
)

var (
	ErrNotFound = errors.New("not found")
	ErrExists   = errors.New("exists already")
	// ErrNotOwner: another worker has moved the stored offset; drop the batch.
	ErrNotOwner = errors.New("not the owner of the partition any more")
	// ErrUnavailable: the database is away, or does not answer in time. The same call may succeed later.
	ErrUnavailable = errors.New("the database does not answer")
)

// Numbers of MariaDB's errors: https://mariadb.com/docs/server/reference/error-codes
const (
	errDuplicate   = 1062
	errLockWait    = 1205
	errDeadlock    = 1213
	errRowTooBig   = 1118
	errNotNull     = 1048
	errOutOfRange  = 1264
	errTruncated   = 1265
	errWrongString = 1366
	errTooLong     = 1406
	errChanged     = 1020 // record has changed since last read
	errPacketSize  = 1153

	errNoTable   = 1146
	errCollation = 1273

	errManyConnections     = 1040
	errShutdown            = 1053
	errManyUserConnections = 1203
	errConnectionKilled    = 1927
	errStatementTimeout    = 1969
)

// unavailable marks an error that says nothing about what was asked, only that the database is away. A caller who has gone away
// himself (context.Canceled) is not the database's doing.
func unavailable(err error) error {
	if err == nil || errors.Is(err, ErrUnavailable) || !away(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

func away(err error) bool {
	for _, known := range []error{context.DeadlineExceeded, driver.ErrBadConn, mysql.ErrInvalidConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, known) {
			return true
		}
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		switch e.Number {
		case errManyConnections, errShutdown, errManyUserConnections, errConnectionKilled, errStatementTimeout:
			return true
		}
	}
	return false
}

// missingTable reports whether a statement met a table that is not there.
func missingTable(err error) bool {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number == errNoTable
	}
	e, ok := errors.AsType[sqlite3.Error](err)
	return ok && e.Code == sqlite3.ErrError && strings.HasPrefix(e.Error(), "no such table")
}

func unknownCollation(err error) bool {
	e, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && e.Number == errCollation
}

// Duplicate reports whether a plain INSERT met a key that is taken.
func Duplicate(err error) bool {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number == errDuplicate
	}
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		return e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey || e.ExtendedCode == sqlite3.ErrConstraintUnique
	}
	return false
}

// Conflict reports whether the transaction lost against another one (deadlock, lock wait): it may be repeated from its reads.
func Conflict(err error) bool {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number == errDeadlock || e.Number == errLockWait || e.Number == errChanged
	}
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		return e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked
	}
	return false
}

// BadData reports whether the database refused the values themselves: no repetition helps.
func BadData(err error) bool {
	if errors.Is(err, mysql.ErrPktTooLarge) {
		return true
	}
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		switch e.Number {
		case errRowTooBig, errNotNull, errOutOfRange, errTruncated, errWrongString, errTooLong, errPacketSize:
			return true
		}
		return false
	}
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		switch e.Code {
		case sqlite3.ErrConstraint:
			return !Duplicate(err)
		case sqlite3.ErrTooBig, sqlite3.ErrMismatch, sqlite3.ErrRange:
			return true
		}
	}
	return false
}
