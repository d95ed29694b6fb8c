package main

import (
	"context"
	"sync"
	"time"
)

// arrivals is an open loop: visitor i comes at i/rate whether or not those before have been served, so a slow server cannot
// slow its own load down. Each visit is told when it was due; latencies are counted from there. It returns when all have ended.
func arrivals(ctx context.Context, rate float64, total int, visit func(i int, due time.Time)) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	began := time.Now()
	for i := range total {
		due := began.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		if d := time.Until(due); d > 0 {
			if err := wait(ctx, d); err != nil {
				return err
			}
		} else if ctx.Err() != nil {
			return ctx.Err()
		}
		wg.Go(func() { visit(i, due) })
	}
	return nil
}
