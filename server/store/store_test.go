package store

import (
	"path/filepath"
	"testing"
	"time"
)

// clock is what the tests' stores believe.
var clock = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func openSQLite(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{
		DSN: "sqlite://" + filepath.Join(t.TempDir(), "a b%20c.sqlite"), Now: func() time.Time { return clock },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) {
	s := openSQLite(t)
	conform(t, s)
}
