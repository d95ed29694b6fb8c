package seatmap

import (
	"errors"
	"testing"
)

// TestARefusalTellsTheLogItsCause: whoever reads the log must see what was away.
func TestARefusalTellsTheLogItsCause(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]*Refusal{
		"hold_limit": {Code: CodeHoldLimit},
		"unavailable: redis does not answer: connection refused": {Code: CodeUnavailable, Detail: "redis does not answer", Err: errors.New("connection refused")},
	} {
		if got := r.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
