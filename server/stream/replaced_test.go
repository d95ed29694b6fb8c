package stream

import (
	"slices"
	"testing"
)

// TestALogThatIsReplacedUnseen: the topic is made anew while the member fetches nothing, and its offset is within the other log too,
// so that no broker refuses it.
func TestALogThatIsReplacedUnseen(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 1, "bookings")
		produce(t, producer(t, cfg), "bookings", "demo", numbers(0, 5)...)
		r := newRecorder()
		r.onAssigned = r.fromStored
		m := runMember(t, cfg, r)
		eventually(t, "the first log read", func() bool { return r.count() == 5 })
		if err := m.order(t.Context(), func() error { return m.consumer.Pause(m.position(0, 0)) }); err != nil {
			t.Fatal(err)
		}
		deleteTopics(t, cfg, cfg.wire("bookings"))
		eventually(t, "the topic gone", func() bool { return len(topics(t, cfg)) == 0 })
		ensure(t, cfg, 1, "bookings")
		produce(t, producer(t, cfg), "bookings", "demo", numbers(0, 25)...)
		if err := m.order(t.Context(), func() error { return m.consumer.Resume(m.position(0, 0)) }); err != nil {
			t.Fatal(err)
		}
		eventually(t, "all of the second log read", func() bool {
			got := r.values()
			return len(got) >= 30 && slices.Equal(got[len(got)-25:], numbers(0, 25))
		})
	})
}
