package live

import (
	"testing"
	"time"
)

// TestAskedAgain: what is asked for again and again is counted, and what was asked for long ago is not.
func TestAskedAgain(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000, 0)
	n := &Node{asked: map[string]asking{}, now: func() time.Time { return now }}
	for want := 1; want <= patientAsks+1; want++ {
		if got := n.askedAgain("e"); got != want {
			t.Fatalf("asked %d times, want %d", got, want)
		}
		now = now.Add(rebuildClaim)
	}
	if got := n.askedAgain("other"); got != 1 {
		t.Errorf("another event was asked for %d times", got)
	}
	now = now.Add(4 * rebuildClaim)
	if got := n.askedAgain("e"); got != 1 {
		t.Errorf("after a while: %d times", got)
	}
}
