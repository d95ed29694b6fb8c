//go:build !failpoints

// Package failpoint lets a test kill the process at a named place. Without the build tag "failpoints" it is nothing at all.
package failpoint

// Hit marks a place between two steps where a crash must do no harm.
func Hit(string) {}
