package redistest

import (
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
)

// Mini starts a Redis in the test's own process, on a port that the system gives to nobody before it is started again.
func Mini(t testing.TB) *miniredis.Miniredis {
	t.Helper()
	for range 20 {
		m := miniredis.NewMiniRedis()
		err := m.StartAddr(somePort())
		if err == nil {
			t.Cleanup(m.Close)
			return m
		}
		if !strings.Contains(err.Error(), "in use") {
			t.Fatal(err)
		}
	}
	t.Fatal("miniredis finds no port")
	return nil
}
