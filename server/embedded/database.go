package embedded

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// databaseFile is the database in a data folder.
const databaseFile = "jari.db"

func databaseDSN(dir string) string { return "sqlite://" + filepath.Join(dir, databaseFile) }

// DatabaseDSN is the database of a data folder, which is created when missing: for commands that need no other part. It may be
// used while another process serves from the folder.
func DatabaseDSN(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("data folder %q: %w", dir, err)
	}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return "", unwritable(abs, err)
	}
	return databaseDSN(abs), checkDatabase(abs)
}

// ExistingDatabaseDSN is DatabaseDSN for commands that begin nothing: a mistyped folder is an error, and is not created.
func ExistingDatabaseDSN(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("data folder %q: %w", dir, err)
	}
	if err := checkDatabase(abs); err != nil {
		return "", err
	}
	switch info, err := os.Stat(filepath.Join(abs, databaseFile)); {
	case errors.Is(err, os.ErrNotExist), err == nil && info.Size() == 0:
		return "", fmt.Errorf("no data in %s: start `jari serve` there first, or name the folder with --data-dir", dir)
	case err != nil:
		return "", fmt.Errorf("the data folder %s cannot be read: %w", dir, plainly(err))
	}
	return databaseDSN(abs), nil
}

// sqliteHeader begins every file of SQLite: https://www.sqlite.org/fileformat.html
const sqliteHeader = "SQLite format 3\x00"

// checkDatabase refuses a folder whose database was lost: served from as if it were new, it would sell again what is sold.
func checkDatabase(dir string) error {
	path := filepath.Join(dir, databaseFile)
	lost := func(how string) error {
		return fmt.Errorf("%s %s: put back a copy of it, or remove the whole folder %s to begin from nothing", path, how, dir)
	}
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) && hasLog(dir) {
		return lost("is missing, though a server has run here")
	}
	if err != nil {
		return nil // new, or whoever opens it says what is wrong
	}
	defer file.Close()
	header := make([]byte, len(sqliteHeader))
	switch n, err := io.ReadFull(file, header); {
	case n == 0 && errors.Is(err, io.EOF):
		if hasLog(dir) {
			return lost("is empty, though a server has run here")
		}
	case err == nil && string(header) != sqliteHeader, errors.Is(err, io.ErrUnexpectedEOF):
		return lost("is no database")
	}
	return nil
}

// hasLog reports whether the folder's Kafka has topics. They are made after the database.
func hasLog(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "kafka", "topics.json"))
	return err == nil
}
