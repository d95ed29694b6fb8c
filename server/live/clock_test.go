package live

import (
	"testing"
	"time"

	"jari/server/redistest"
)

// open is how much is not known of the offset.
func (c *clock) open() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return time.Hour
	}
	return c.high - c.low
}

func TestClockBounds(t *testing.T) {
	t.Parallel()
	start := time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)
	const ms = time.Millisecond
	type answer struct{ at, trip, offset time.Duration } // received at; offset: what the answer says when it is made half way
	for name, test := range map[string]struct {
		answers      []answer
		want, within time.Duration
	}{
		"none":                      {nil, 0, 0},
		"one":                       {[]answer{{0, 10 * ms, 5000 * ms}}, 5000 * ms, 0},
		"a long one says no more":   {[]answer{{0, 2 * ms, 5000 * ms}, {time.Second, 900 * ms, 5300 * ms}}, 5000 * ms, ms},
		"a short one says more":     {[]answer{{0, 900 * ms, 5300 * ms}, {time.Second, 2 * ms, 5000 * ms}}, 5000 * ms, ms},
		"a clock that was set":      {[]answer{{0, 2 * ms, 5000 * ms}, {time.Second, 900 * ms, -3000 * ms}}, -3000 * ms, 0},
		"clocks that run apart":     {[]answer{{0, 2 * ms, 0}, {time.Hour, 2 * ms, 1500 * ms}}, 1500 * ms, 2 * ms},
		"two that leave a middle":   {[]answer{{0, 10 * ms, 0}, {0, 10 * ms, 6 * ms}}, 3 * ms, 0},
		"the own clock went back":   {[]answer{{time.Minute, 2 * ms, 0}, {0, 2 * ms, 60_000 * ms}}, 60_000 * ms, 0},
		"two that touch each other": {[]answer{{0, 10 * ms, 0}, {0, 10 * ms, 10 * ms}}, 5 * ms, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var c clock
			for _, a := range test.answers {
				received := start.Add(a.at)
				asked := received.Add(-a.trip)
				c.heard(asked, received, asked.Add(a.trip/2).Add(a.offset))
			}
			if got := c.offset(); (got - test.want).Abs() > test.within {
				t.Errorf("offset %s, want %s within %s", got, test.want, test.within)
			}
		})
	}
}

// The masters of a cluster have a clock each.
func TestClocksOfSeveralServers(t *testing.T) {
	t.Parallel()
	var c clocks
	if got := c.of(nil).offset(); got != 0 {
		t.Errorf("nobody was heard, and the offset is %s", got)
	}
	now := time.Now()
	c.heard("a", now, now, now.Add(-3*time.Second))
	never := func() string { t.Error("asked which of one"); return "" }
	if got := c.of(never).offset(); got != -3*time.Second {
		t.Errorf("of the only one: %s", got)
	}
	c.heard("b", now, now, now.Add(5*time.Second))
	for server, want := range map[string]time.Duration{"a": -3 * time.Second, "b": 5 * time.Second, "new": -3 * time.Second} {
		if got := c.of(func() string { return server }).offset(); got != want {
			t.Errorf("%s: %s, want %s", server, got, want)
		}
	}
	if got := c.of(nil).offset(); got != -3*time.Second {
		t.Errorf("of some: %s", got)
	}
	// A cluster's master that has gone for good is heard no more, and this node's clock may be set meanwhile.
	later := now.Add(time.Hour)
	c.heard("b", later, later, later.Add(7*time.Second))
	if got := c.of(nil).offset(); got != 7*time.Second {
		t.Errorf("of some, one of which has gone: %s", got)
	}
}

// What a node says of the time is what holds say: both are the time of Redis.
func TestTheTimeIsThatOfRedis(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, skew := range map[string]time.Duration{"ahead": 5 * time.Second, "behind": -5 * time.Second} {
		t.Run(name, func(t *testing.T) {
			n := h.nodeAt(func() time.Time { return time.Now().Add(skew) })
			n.open()
			// On a busy machine the first answer may be long on its way, and leaves as much open; one of those that follow is quicker.
			redistest.Until(t, "the node knows the time to a tenth of a second", func() bool { return n.clocks.of(nil).open() <= 100*time.Millisecond })
			before := n.Now()
			a, err := n.HoldOf(t.Context(), eventID, buyerA)
			if err != nil {
				t.Fatal(err)
			}
			if after := n.Now(); a.Now.Before(before.Add(-100*time.Millisecond)) || a.Now.After(after.Add(100*time.Millisecond)) {
				t.Errorf("a hold says %s, the node %s to %s", a.Now, before, after)
			}
		})
	}
}
