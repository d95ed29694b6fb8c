package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestANodeSaysThatNobodyDecides: on its metrics, while no worker runs, and until one has decided all.
func TestANodeSaysThatNobodyDecides(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	p := openParts(ctx, t)
	var running sync.WaitGroup
	running.Go(func() { p.backlog.Run(ctx) })
	defer func() {
		stop()
		running.Wait()
		if err := p.close(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	}()
	shows := func(want string) {
		t.Helper()
		page := ""
		for deadline := time.Now().Add(30 * time.Second); ; <-time.After(10 * time.Millisecond) {
			res := httptest.NewRecorder()
			p.api.Admin().ServeHTTP(res, httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil))
			if page = res.Body.String(); strings.Contains(page, want) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("not within 30 s: %s", want)
			}
		}
	}
	shows("\njari_undecided_records 0\n")
	shows("\njari_undecided_oldest_seconds 0\n")
	if err := p.desk.Rebuild(ctx, "demo"); err != nil {
		t.Fatal(err)
	}
	shows("\njari_undecided_records 1\n")
	shows("\njari_outbox_rows 0\n")
	running.Go(func() {
		if err := p.worker.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	shows("\njari_undecided_records 0\n")
	shows("\njari_undecided_oldest_seconds 0\n")
}
