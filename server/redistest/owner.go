package redistest

import (
	"os"
	"testing"
)

// owner stands for a test to what outlives it.
type owner struct {
	testing.TB // the test that needed it first
	closers    []func()
}

// Cleanup is called by Main.
func (o *owner) Cleanup(f func()) { o.closers = append(o.closers, f) }

// TempDir ends with Main too.
func (o *owner) TempDir() string {
	o.Helper()
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		o.Fatal(err)
	}
	o.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
