package store

import (
	"strings"
	"testing"
)

// conform is the suite that every database must pass. It is given an empty one.
func conform(t *testing.T, s *Store) {
	ctx := t.Context()
	if err := s.CheckSchema(ctx); err == nil || !strings.Contains(err.Error(), "jari migrate") {
		t.Fatalf("check of an empty database: %v", err)
	}
	n, err := s.Migrate(ctx)
	if err != nil || n == 0 {
		t.Fatalf("migrate: %d, %v", n, err)
	}
	if n, err := s.Migrate(ctx); err != nil || n != 0 {
		t.Fatalf("migrate again: %d, %v", n, err)
	}
	if err := s.CheckSchema(ctx); err != nil {
		t.Fatal(err)
	}
}
