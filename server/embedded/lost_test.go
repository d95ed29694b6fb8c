package embedded

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDatabaseDSNIsTheServersAndMakesTheFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	dsn, err := DatabaseDSN(dir)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v", info, err)
	}
	if s := start(t, dir); s.DatabaseDSN != dsn {
		t.Errorf("the server's database is %s, not %s", s.DatabaseDSN, dsn)
	}
}

// TestAFolderWithoutDataIsNotMade: a mistyped folder must not look like an empty house.
func TestAFolderWithoutDataIsNotMade(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "nothere")
	_, err := ExistingDatabaseDSN(dir)
	if err == nil || !strings.Contains(err.Error(), "no data in "+dir) || !strings.Contains(err.Error(), "--data-dir") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is there: %v", err)
	}
	s := start(t, dir)
	if dsn, err := ExistingDatabaseDSN(dir); err != nil || dsn != s.DatabaseDSN {
		t.Errorf("database %q, %v", dsn, err)
	}
}

// TestALostDatabaseIsNotANewOne: what was sold would be sold again.
func TestALostDatabaseIsNotANewOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, dir)
	book(t, s, "sold")
	s.Close()
	path := filepath.Join(dir, "jari.db")
	for how, lose := range map[string]func() error{
		"is empty":       func() error { return os.Truncate(path, 0) },
		"is missing":     func() error { return os.Remove(path) },
		"is no database": func() error { return os.WriteFile(path, []byte("garbage, and enough of it to be a file"), 0o600) },
	} {
		if err := lose(); err != nil {
			t.Fatal(err)
		}
		refused(t, dir, path, how, "put back a copy", "remove the whole folder "+dir)
		for _, open := range []func(string) (string, error){DatabaseDSN, ExistingDatabaseDSN} {
			if _, err := open(dir); err == nil || !strings.Contains(err.Error(), how) {
				t.Errorf("a command opens it: %v, want %q", err, how)
			}
		}
		if err := os.WriteFile(path, []byte(sqliteHeader), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	start(t, dir).Close()
	// A server that died before it had a database has sold nothing.
	empty := t.TempDir()
	if err := os.WriteFile(filepath.Join(empty, "jari.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, empty)
}

// TestALogThatCannotBeReadIsRefusedAndMayBeRemoved: the message says what is lost by it, and the log that then begins is another
// one, so that no stored offset is taken for its own.
func TestALogThatCannotBeReadIsRefusedAndMayBeRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, dir)
	book(t, s, "before")
	before := topicsOf(t, dir)
	s.Close()
	kafka := filepath.Join(dir, "kafka")
	for _, name := range []string{"topics.json", "meta.json"} { // the later one is read first
		if err := os.WriteFile(filepath.Join(kafka, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, dir, kafka, name, "remove "+kafka, "jari.db", "put back a copy")
	}
	if err := os.RemoveAll(kafka); err != nil {
		t.Fatal(err)
	}
	s = start(t, dir)
	book(t, s, "after")
	if after := topicsOf(t, dir); after == before {
		t.Errorf("the new log has the old one's identity: %s", after)
	}
}

// topicsOf is what the log's folder says of its topics, their ids among it.
func topicsOf(t *testing.T, dir string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "kafka", "topics.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
