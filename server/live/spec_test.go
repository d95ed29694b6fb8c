package live

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"jari/docs/spec"
)

// TestMain ends with what of the node's own messages no viewer was told; those of the edge are for the tests of server/api, bookings
// for those of server/booking.
func TestMain(m *testing.M) {
	code := m.Run()
	if s, err := spec.Load(); err == nil && code == 0 && spec.WholeRun() {
		elsewhere := regexp.MustCompile(` |^(authed|joined|left|held|refused|released|extended|pong|error|booking)$`)
		for _, what := range s.Unseen(elsewhere) {
			fmt.Fprintln(os.Stderr, "described, and told to no viewer:", what)
			code = 1
		}
	}
	os.Exit(code)
}

// checkMessage holds every message that any test's viewer is told to asyncapi.yaml.
func checkMessage(t *testing.T, b []byte) {
	t.Helper()
	s, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Said(b); err != nil {
		t.Error(err)
	}
}
