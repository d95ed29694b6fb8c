package stream

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestEnsureTopics(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 3, "bookings")
		ensure(t, cfg, 3, "bookings", "bookings.dead-letter", "booking-outcomes")
		ensure(t, cfg, 3, "bookings", "bookings.dead-letter", "booking-outcomes")
		for _, topic := range []string{"bookings", "bookings.dead-letter", "booking-outcomes"} {
			if r := setting(t, cfg, topic, "retention.ms"); r != "-1" {
				t.Errorf("topic %s has the retention %q, want -1", topic, r)
			}
		}
		err := EnsureTopics(t.Context(), cfg, 4, 1, -1, "bookings")
		if err == nil || !strings.Contains(err.Error(), "partition count of 3, not 4") {
			t.Errorf("another number of partitions: %v", err)
		}
		if err := EnsureTopics(t.Context(), cfg, 3, 1, time.Hour, "short"); err != nil {
			t.Fatal(err)
		}
		if r := setting(t, cfg, "short", "retention.ms"); r != "3600000" {
			t.Errorf("the retention is %q, want an hour", r)
		}
		if err := EnsureTopics(t.Context(), cfg, 3, 2, -1, "wide"); err == nil {
			t.Error("no error with more replicas than brokers")
		}
	})
}

func TestNodesEnsureTopicsTogether(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := EnsureTopics(t.Context(), cfg, 3, 1, -1, "a", "b", "c"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

func TestEnsureTopicsSaysThatThereIsNoBroker(t *testing.T) {
	t.Parallel()
	cfg := Config{Brokers: fmt.Sprintf("127.0.0.1:%d", freePort(t))}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := EnsureTopics(ctx, cfg, 3, 1, -1, "bookings"); err == nil {
		t.Error("no error without a broker")
	}
}
