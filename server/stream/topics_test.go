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
	t.Parallel()
	c, cfg := cluster(t)
	ensure(t, cfg, 3, "bookings")
	ensure(t, cfg, 3, "bookings", "bookings.dead-letter", "booking-outcomes")
	ensure(t, cfg, 3, "bookings", "bookings.dead-letter", "booking-outcomes")
	for _, topic := range []string{"bookings", "bookings.dead-letter", "booking-outcomes"} {
		info := c.TopicInfo(topic)
		if info == nil {
			t.Fatalf("topic %s is missing", topic)
		}
		if r := info.Configs["retention.ms"]; r == nil || *r != "-1" {
			t.Errorf("topic %s has the retention %v, want -1", topic, r)
		}
	}
	err := EnsureTopics(t.Context(), cfg, 4, 1, -1, "bookings")
	if err == nil || !strings.Contains(err.Error(), "has 3 partitions, not 4") {
		t.Errorf("another number of partitions: %v", err)
	}
	if err := EnsureTopics(t.Context(), cfg, 3, 1, time.Hour, "short"); err != nil {
		t.Fatal(err)
	}
	if r := c.TopicInfo("short").Configs["retention.ms"]; r == nil || *r != "3600000" {
		t.Errorf("the retention is %v, want an hour", r)
	}
	if err := EnsureTopics(t.Context(), cfg, 3, 2, -1, "wide"); err == nil {
		t.Error("no error with more replicas than brokers")
	}
}

func TestNodesEnsureTopicsTogether(t *testing.T) {
	t.Parallel()
	_, cfg := cluster(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := EnsureTopics(t.Context(), cfg, 3, 1, -1, "a", "b", "c"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
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
