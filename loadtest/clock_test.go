package main

import (
	"testing"
	"time"
)

func TestClockBetweenReadings(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	start := time.Now()
	first := Clock{Offset: 100 * ms, Doubt: ms, Read: start}
	last := Clock{Offset: 110 * ms, Doubt: 2 * ms, Read: start.Add(10 * time.Second)}
	for at, want := range map[time.Duration]time.Duration{-time.Second: 100 * ms, 0: 100 * ms, 5 * time.Second: 105 * ms,
		10 * time.Second: 110 * ms, time.Minute: 110 * ms} {
		if c := between(first, last, start.Add(at)); c.Offset != want || c.Doubt != 2*ms {
			t.Errorf("at %s: %+v, want an offset of %s", at, c, want)
		}
	}
	if c := between(first, first, start.Add(time.Second)); c != first {
		t.Errorf("one reading: %+v", c)
	}
}

func TestClocksApart(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	sent := time.Now()
	c := Clock{Offset: time.Hour, Doubt: 2 * ms}
	for told, want := range map[time.Duration]time.Duration{ // told after sent by the server's clock; the answer took 10 ms
		-3 * ms: ms, -2 * ms: 0, 5 * ms: 0, 12 * ms: 0, 15 * ms: 3 * ms, -time.Hour: time.Hour - 2*ms,
	} {
		if got := c.apart(sent.Add(time.Hour+told), sent, sent.Add(10*ms)); got != want {
			t.Errorf("told %s after: %s apart, want %s", told, got, want)
		}
	}
}
