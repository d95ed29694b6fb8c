package stream

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestOutageIsToldOnce(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	log := slog.New(slog.NewTextHandler(&text, nil))
	said := func() string {
		defer text.Reset()
		return text.String()
	}
	var o outage
	now := time.Unix(0, 0)
	away := errors.New("database is away")
	for n := range int32(12) {
		o.failed(log, now, "bookings", n, away)
	}
	if got := said(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "level=WARN") || !strings.Contains(got, "database is away") {
		t.Errorf("12 partitions fail: %s", got)
	}
	o.failed(log, now.Add(outageReminder-1), "bookings", 3, away)
	if got := said(); got != "" {
		t.Errorf("soon after: %s", got)
	}
	o.failed(log, now.Add(outageReminder), "bookings", 3, away)
	if got := said(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "failing_partitions=12") {
		t.Errorf("much later: %s", got)
	}
	for n := range int32(11) {
		o.ended(log, "bookings", n)
		o.ended(log, "bookings", n)
	}
	if got := said(); got != "" {
		t.Errorf("one still fails: %s", got)
	}
	o.ended(log, "bookings", 11)
	if got := said(); strings.Count(got, "again") != 1 {
		t.Errorf("it is over: %s", got)
	}
}
