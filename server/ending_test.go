package main

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

func TestAnEndThatTakesTooLongIsCutShort(t *testing.T) {
	for name, c := range map[string]struct {
		stopped bool
		takes   time.Duration
		exits   int
	}{
		"in time":       {true, endsWithin - time.Second, 0},
		"too long":      {true, endsWithin + time.Second, 1},
		"never stopped": {false, time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				exits := 0
				ended := endInTime(ctx, endsWithin, slog.New(slog.DiscardHandler), func(code int) { exits += code })
				if c.stopped {
					stop()
				}
				time.Sleep(c.takes)
				ended()
				time.Sleep(time.Hour)
				synctest.Wait()
				if exits != c.exits {
					t.Errorf("exited %d times", exits)
				}
			})
		})
	}
}
