package seatmap

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
)

// recorder listens to every channel of a rig's event on one connection, so that what it has seen is in order.
type recorder struct {
	t      testing.TB
	client redis.UniversalClient
	rig    *rig
	marks  chan string

	mu      sync.Mutex
	steps   map[string][]Changes // by zone, guarded by mu
	notices []Notice             // guarded by mu
	bad     []error              // messages that do not parse, guarded by mu
	marked  int
}

func listen(r *rig) *recorder {
	rec := &recorder{t: r.t, client: r.client, rig: r, marks: make(chan string, 16), steps: map[string][]Changes{}}
	channels := []string{NoticeChannel(r.event), markChannel(r.event)}
	for _, z := range r.zones {
		channels = append(channels, ZoneChannel(r.event, z.Zone))
	}
	subscribe := r.client.Subscribe
	if r.live.cluster != nil {
		subscribe = r.client.SSubscribe
	}
	ps := subscribe(r.t.Context(), channels...)
	for range channels {
		if _, err := ps.Receive(r.t.Context()); err != nil {
			r.t.Fatal(err)
		}
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for m := range ps.Channel(redis.WithChannelSize(10_000)) {
			rec.take(m)
		}
	}()
	r.t.Cleanup(func() { _ = ps.Close(); <-stopped })
	return rec
}

func markChannel(event string) string { return "mark:{e" + event + "}" }

func (rec *recorder) take(m *redis.Message) {
	if strings.HasPrefix(m.Channel, "mark:") {
		rec.marks <- m.Payload
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if m.Channel == NoticeChannel(rec.rig.event) {
		n, err := ParseNotice(rec.rig.event, []byte(m.Payload))
		if err != nil {
			rec.bad = append(rec.bad, err)
		}
		rec.notices = append(rec.notices, n)
		return
	}
	d, err := ParseChanges([]byte(m.Payload))
	if err != nil {
		rec.bad = append(rec.bad, fmt.Errorf("%s: %w", m.Payload, err))
	}
	zone := strings.TrimPrefix(m.Channel, ZoneChannel(rec.rig.event, ""))
	rec.steps[zone] = append(rec.steps[zone], d)
}

// sync waits until everything told before it has been taken.
func (rec *recorder) sync() {
	rec.t.Helper()
	rec.marked++
	mark := fmt.Sprint(rec.marked)
	publish := rec.client.Publish
	if rec.rig.live.cluster != nil {
		publish = rec.client.SPublish
	}
	if err := publish(rec.t.Context(), markChannel(rec.rig.event), mark).Err(); err != nil {
		rec.t.Fatal(err)
	}
	if got := <-rec.marks; got != mark {
		rec.t.Fatalf("mark %s, want %s", got, mark)
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	for _, err := range rec.bad {
		rec.t.Error(err)
	}
	rec.bad = nil
}

// told returns what was told to a buyer since the last call, as "cause seat seat" or "booking <json>".
func (rec *recorder) told(buyer string) []string {
	rec.t.Helper()
	rec.sync()
	rec.mu.Lock()
	defer rec.mu.Unlock()
	var words []string
	rec.notices = slices.DeleteFunc(rec.notices, func(n Notice) bool {
		if n.Buyer != buyer {
			return false
		}
		if n.Booking != nil {
			words = append(words, "booking "+string(n.Booking))
		} else {
			words = append(words, strings.TrimSpace(string(n.Cause)+" "+strings.Join(held(n.Hold), " ")))
		}
		return true
	})
	return words
}

func (rec *recorder) wantTold(buyer string, want ...string) {
	rec.t.Helper()
	if got := rec.told(buyer); !slices.Equal(got, want) {
		rec.t.Errorf("%s was told %q, want %q", buyer, got, want)
	}
}

// changes returns and forgets a zone's steps.
func (rec *recorder) changes(zone string) []Changes {
	rec.t.Helper()
	rec.sync()
	rec.mu.Lock()
	defer rec.mu.Unlock()
	ds := rec.steps[zone]
	delete(rec.steps, zone)
	return ds
}
