package booking

import (
	"context"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"jari/server/protocol"
	"jari/server/stream"
)

// TestRun takes bookings through a broker, by two workers of which one leaves.
func TestRun(t *testing.T) {
	r := newRig(t)
	broker, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(broker.Close)
	cfg := stream.Config{Brokers: strings.Join(broker.ListenAddrs(), ",")}
	if err := stream.EnsureTopics(t.Context(), cfg, 4, 1, -1, TopicBookings, TopicOutcomes, TopicDeadLetters); err != nil {
		t.Fatal(err)
	}
	producer, err := stream.OpenProducer(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := producer.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	r.desk.cfg.Producer = producer
	e, err := r.store.Event(t.Context(), testEvent)
	if err != nil {
		t.Fatal(err)
	}
	events := []string{testEvent, "b", "c", "d", "e", "f"} // on several partitions
	for _, e.ID = range events[1:] {
		if err := r.store.CreateEvent(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	start := func() (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		worker := r.worker.cfg
		worker.Producer, worker.Stream = producer, cfg
		go func() { done <- NewWorker(worker).Run(ctx) }()
		return func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
	bookAll := func(seat string) {
		buyer, ids := newBuyer(), map[string]string{}
		for _, event := range events {
			rec := r.bookRecord(buyer, "k", seat)
			rec.Event, rec.Booking = event, ID(buyer, event, "k")
			value, err := rec.encode()
			if err != nil {
				t.Fatal(err)
			}
			if err := producer.Produce(t.Context(), TopicBookings, event, value); err != nil {
				t.Fatal(err)
			}
			ids[event] = rec.Booking
		}
		for event, id := range ids {
			r.eventually("seat "+seat+" is shown as sold in "+event, func() bool {
				zone, index, _ := r.plan.Find(seat)
				s, err := r.live.Snapshot(t.Context(), event, zone.ID)
				return err == nil && s.States[index] == '2'
			})
			r.wantStatus(buyer, id, protocol.StatusConfirmed, "")
		}
	}
	stopFirst := start()
	if err := r.live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, event := range events {
		if err := r.desk.Rebuild(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	bookAll("a1")
	stopSecond := start()
	bookAll("A1")
	stopFirst()
	bookAll("A1 ")
	r.eventually("the outbox is empty", func() bool {
		n, err := r.store.OutboxSize(t.Context())
		return err == nil && n == 0
	})
	stopSecond()
	for _, event := range events {
		a, found := r.auditor()
		a.logs, a.Stream = nil, cfg
		if err := a.Audit(t.Context(), event); err != nil || len(found()) > 0 {
			t.Errorf("event %s: %q, %v", event, found(), err)
		}
	}
	var next int64
	for partition := range int32(4) {
		at, err := r.store.Offset(t.Context(), TopicBookings, partition)
		if err != nil {
			t.Fatal(err)
		}
		next += at.Next
	}
	if want := int64(4 * len(events)); next != want {
		t.Errorf("%d records are decided, want %d", next, want)
	}
}

// TestZoneThatRedisDoesNotKnow: a decision about it is shown by loading the database's plan.
func TestZoneThatRedisDoesNotKnow(t *testing.T) {
	r := newRig(t)
	if err := r.live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.open()
	r.redis.HDel("meta:{e"+testEvent+"}", "z:floor")
	buyer := newBuyer()
	r.put(testEvent, r.bookRecord(buyer, "k", "floor:1", "a1"))
	r.work()
	r.wantStatus(buyer, ID(buyer, testEvent, "k"), protocol.StatusConfirmed, "")
	r.wantStates("floor", "20000")
	r.wantStates("main", "20000000")
}

var _ EventSource = (*rig)(nil)
var _ Producer = (*stream.Producer)(nil)
