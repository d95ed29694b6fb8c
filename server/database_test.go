package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// run runs a command as main does.
func run(t *testing.T, args ...string) error {
	t.Helper()
	line, err := parse(t, args...)
	if err != nil {
		return err
	}
	line.BindTo(t.Context(), (*context.Context)(nil))
	return line.Run()
}

// TestAMistypedFileIsNotMade: only migrate makes a database at an address.
func TestAMistypedFileIsNotMade(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "jari.db")
	dsn := "--database-dsn=sqlite://" + file
	for _, args := range [][]string{{"event", "list"}, {"event", "open", "demo"}, {"venue", "list"}} {
		if err := run(t, append(args, dsn)...); err == nil || !strings.Contains(err.Error(), "jari migrate") {
			t.Errorf("%q: %v", args, err)
		}
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Fatalf("%q made the file: %v", args, err)
		}
	}
}

// TestSettingsOfMariaDB that cannot be meant; a password is in one place.
func TestSettingsOfMariaDB(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dsn, flag, words string // words of the error; empty: accepted
	}{
		{"jari@tcp(h)/d", "--database-password-file=" + file, ""},
		{"jari:geheim@tcp(h)/d", "--database-password-file=" + file, "not both"},
		{"jari@tcp(h)/d", "--database-password-file=" + file + "x", "no such file"},
		{"jari@tcp(h)/d", "--database-ca-file=" + file, "no certificate"},
		{"sqlite:///x", "--database-password-file=" + file, "only with MariaDB"},
		{"", "--database-ca-file=" + file, "only with MariaDB"},
	} {
		t.Setenv("JARI_DATABASE_DSN", c.dsn)
		for _, command := range []string{"event", "migrate"} {
			args := []string{command, c.flag}
			if command == "event" {
				args = []string{"event", "list", c.flag}
			}
			_, err := parse(t, args...)
			if (err == nil) != (c.words == "") || err != nil && (!strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "geheim")) {
				t.Errorf("%q with %s: %v, want %q", args, c.dsn, err, c.words)
			}
		}
	}
	d := database{DatabaseDSN: "jari@tcp(h)/d", DatabasePasswordFile: file}
	if cfg, err := d.config(d.DatabaseDSN, nil); err != nil || cfg.Password != "geheim" || !cfg.Existing {
		t.Errorf("the database is opened with %+v, %v", cfg, err)
	}
}
