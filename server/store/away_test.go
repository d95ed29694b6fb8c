package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"

	"jari/server/store/storetest"
)

// TestAway: only what says nothing about the question itself is the database's absence.
func TestAway(t *testing.T) {
	t.Parallel()
	_, refused := net.Dial("tcp", "127.0.0.1:1")
	for _, c := range []struct {
		err  error
		away bool
	}{
		{refused, true},
		{driver.ErrBadConn, true},
		{mysql.ErrInvalidConn, true},
		{context.DeadlineExceeded, true},
		{fmt.Errorf("read: %w", &net.DNSError{Err: "no such host"}), true},
		{&mysql.MySQLError{Number: errManyConnections}, true},
		{&mysql.MySQLError{Number: errShutdown}, true},
		{&mysql.MySQLError{Number: errDuplicate}, false},
		{context.Canceled, false},
		{gorm.ErrRecordNotFound, false},
		{nil, false},
	} {
		got := unavailable(c.err)
		if errors.Is(got, ErrUnavailable) != c.away || !errors.Is(got, c.err) {
			t.Errorf("%v became %v", c.err, got)
		}
		if again := unavailable(got); fmt.Sprint(again) != fmt.Sprint(got) {
			t.Errorf("%v became %v", got, again)
		}
	}
}

// TestEveryWayToTheDatabaseSaysThatItIsAway: queries, rows, statements and transactions.
func TestEveryWayToTheDatabaseSaysThatItIsAway(t *testing.T) {
	t.Parallel()
	s := openStore(t, "sqlite:"+filepath.Join(t.TempDir(), "jari.db"))
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	late, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	_, err := s.Venues(late)
	wantErr(t, err, ErrUnavailable)
	var n int
	wantErr(t, s.r.WithContext(late).Raw("SELECT 1").Scan(&n).Error, ErrUnavailable)
	wantErr(t, s.SetSale(late, "gala", SaleOpen), ErrUnavailable)
	wantErr(t, s.InTx(late, func(*Tx) error { return nil }), ErrUnavailable)
	wantErr(t, s.Ping(late), ErrUnavailable)
}

// TestAReadWaitsNoLongerThanItsPatience: a locked table is like a server that hangs.
func TestAReadWaitsNoLongerThanItsPatience(t *testing.T) {
	t.Parallel()
	dsn := storetest.Shared(t).Database(t)
	if _, err := openStore(t, dsn).Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := openStore(t, dsn)
	conn, err := other.pools()[0].Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), "LOCK TABLES events WRITE, venues WRITE"); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Config{DSN: dsn, ReadPatience: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	_, _, err = s.Events(within(t), "", 1)
	wantErr(t, err, ErrUnavailable)
	_, err = s.Event(within(t), "gala")
	wantErr(t, err, ErrUnavailable)
	if _, err := conn.ExecContext(t.Context(), "UNLOCK TABLES"); err != nil {
		t.Fatal(err)
	}
	_, err = s.Event(within(t), "gala")
	wantErr(t, err, ErrNotFound)
}

// TestADatabaseThatIsNotThere: whoever starts says what to do about it, and of other refusals nothing that may be wrong.
func TestADatabaseThatIsNotThere(t *testing.T) {
	t.Parallel()
	for number, want := range map[uint16]bool{noSuchDatabase: true, errManyConnections: false} {
		err := explained(&mysql.MySQLError{Number: number, Message: "Unknown database 'jari'"}, "jari")
		if got := strings.Contains(err.Error(), "CREATE DATABASE `jari`"); got != want {
			t.Errorf("%d: %v", number, err)
		}
	}
}
