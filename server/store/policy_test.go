package store

import (
	"testing"
	"time"
)

// TestPolicyClosesWithTheEvent: nobody buys a seat of a performance that is over.
func TestPolicyClosesWithTheEvent(t *testing.T) {
	end := time.Date(2027, 5, 1, 22, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ closes, ends, want time.Time }{
		"no bounds":             {},
		"no close of its own":   {ends: end, want: end},
		"a close before":        {closes: end.Add(-time.Hour), ends: end, want: end.Add(-time.Hour)},
		"a close after the end": {closes: end.Add(time.Hour), ends: end, want: end},
		"no end":                {closes: end, want: end},
	} {
		t.Run(name, func(t *testing.T) {
			e := Event{Sale: SaleOpen, ClosesAt: c.closes, EndsAt: c.ends}
			if got := e.Policy().ClosesAt; !got.Equal(c.want) {
				t.Errorf("closes at %s, want %s", got, c.want)
			}
		})
	}
}
