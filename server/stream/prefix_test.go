package stream

import (
	"slices"
	"testing"
)

// TestInstallationsShareBrokers: two installations with the same topics and the same group see nothing of one another.
func TestInstallationsShareBrokers(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		north, south := cfg, cfg
		north.TopicPrefix, south.TopicPrefix = cfg.TopicPrefix+"north.", cfg.TopicPrefix+"south."
		readers := map[string]*recorder{}
		for name, cfg := range map[string]Config{"north": north, "south": south} {
			ensure(t, cfg, 2, "bookings")
			r := newRecorder()
			readers[name] = r
			consume(t, cfg, "bookings", r)
			produce(t, producer(t, cfg), "bookings", "event", name)
		}
		for name, r := range readers {
			// One group would give each only one of the two partitions.
			eventually(t, "both partitions and the record of "+name, func() bool { return len(r.owned()) == 2 && r.count() > 0 })
			if got := r.values(); len(got) != 1 || got[0] != name {
				t.Errorf("%s has read %q", name, got)
			}
			for _, rec := range look(r, func() []Record { return r.records }) {
				if rec.Topic != "bookings" {
					t.Errorf("%s is told of the topic %q", name, rec.Topic)
				}
			}
			for _, log := range look(r, func() []Log { return r.logs }) {
				if log.Topic != "bookings" {
					t.Errorf("%s is given the topic %q", name, log.Topic)
				}
			}
		}
		got, want := topics(t, cfg), []string{cfg.TopicPrefix + "north.bookings", cfg.TopicPrefix + "south.bookings"}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("the topics at the brokers are %q, want %q", got, want)
		}
	})
}
