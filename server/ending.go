package main

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// endsWithin is what stopping may take beside the drain: what waits longer, for a database or a broker that is away, is given up, as
// in a crash, and the next start makes it good. With the drain's 5 s it is within 30 s, after which many who start us kill us.
const endsWithin = 23 * time.Second

// endInTime calls exit when it was stopped and has not ended by itself in time; ended says that it has.
func endInTime(ctx context.Context, within time.Duration, log *slog.Logger, exit func(code int)) (ended func()) {
	done := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
		case <-done:
			return
		}
		late := time.NewTimer(within)
		defer late.Stop()
		select {
		case <-late.C:
			log.Error("stopping takes too long: ended with work under way", "after", within)
			exit(1)
		case <-done:
		}
	}()
	return sync.OnceFunc(func() { close(done) })
}
