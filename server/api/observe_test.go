package api

import (
	"log/slog"
	"net/http"
	"testing"
	"time"
)

// TestWhatTheLogSaysOfRequests: at the usual level only what somebody should look at.
func TestWhatTheLogSaysOfRequests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		took   time.Duration
		want   slog.Level
	}{
		{http.StatusOK, time.Millisecond, slog.LevelDebug},
		{http.StatusConflict, time.Millisecond, slog.LevelDebug},
		{http.StatusOK, 2 * time.Second, slog.LevelInfo},
		{http.StatusServiceUnavailable, time.Millisecond, slog.LevelDebug}, // an outage is told once, not for each request
		{http.StatusServiceUnavailable, 2 * time.Second, slog.LevelInfo},
		{http.StatusInternalServerError, time.Millisecond, slog.LevelError},
	} {
		if got := levelOf(c.status, c.took); got != c.want {
			t.Errorf("%d after %s: %s, want %s", c.status, c.took, got, c.want)
		}
	}
}
