package seatmap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"jari/server/redistest"
)

// rig is a Live on a server of its own event, with everything that its scripts tell.
type rig struct {
	t      testing.TB
	live   *Live
	client redis.UniversalClient
	event  string
	epoch  int64
	zones  []ZoneLoad
	policy Policy
}

var eventNumber atomic.Int64

const testRun = "run-1"

func TestMain(m *testing.M) { os.Exit(redistest.Main(m)) }

// onEveryServer runs a test on miniredis, on redis-server and on a cluster of three masters.
func onEveryServer(t *testing.T, test func(t *testing.T, client redis.UniversalClient)) {
	t.Parallel()
	t.Run("miniredis", func(t *testing.T) {
		t.Parallel()
		m := miniredis.RunT(t)
		m.ClockTTL(true)
		test(t, dial(t, m.Addr()))
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		test(t, dial(t, redistest.Start(t).Addr))
	})
	t.Run("cluster", func(t *testing.T) {
		t.Parallel()
		test(t, dialCluster(t, redistest.SharedCluster(t)))
	})
}

func dial(t testing.TB, addr string) *redis.Client {
	c := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: 1, ReadTimeout: 5 * time.Second})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func dialCluster(t testing.TB, cluster *redistest.Cluster) *redis.ClusterClient {
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: cluster.Addrs(), MaxRetries: 1, ReadTimeout: 5 * time.Second})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func testPolicy() Policy {
	return Policy{Fence: 1, OnSale: true, Hold: time.Minute, Ceiling: 3 * time.Minute, MaxSeats: 4}
}

// newRig opens an event with zones A and B of 10 seats and the general zone G of 6 places.
func newRig(t testing.TB, client redis.UniversalClient, policy Policy) *rig {
	t.Helper()
	return newRigOf(t, client, LiveConfig{}, policy, ZoneLoad{"A", free(10)}, ZoneLoad{"B", free(10)}, ZoneLoad{"G", free(6)})
}

func newRigOf(t testing.TB, client redis.UniversalClient, cfg LiveConfig, policy Policy, zones ...ZoneLoad) *rig {
	t.Helper()
	cfg.Client = client
	cfg.RunID = func(context.Context) (string, error) { return testRun, nil }
	r := &rig{
		t: t, client: client, live: NewLive(cfg), event: fmt.Sprintf("t%d", eventNumber.Add(1)),
		epoch: 1, zones: zones, policy: policy,
	}
	if err := r.live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.load(EventLoad{})
	return r
}

func free(n int) []byte { return bytes.Repeat([]byte{byte(Available)}, n) }

// load opens the rig's event under its next epoch; what e leaves out is as at first.
func (r *rig) load(e EventLoad) {
	r.t.Helper()
	e.Event, e.Epoch = r.event, r.epoch
	r.epoch++
	if e.Zones == nil {
		e.Zones = r.zones
	}
	if e.Policy == (Policy{}) {
		e.Policy = r.policy
	}
	loaded, err := r.live.Load(r.t.Context(), e)
	if err != nil || !loaded {
		r.t.Fatalf("load: %v, %v", loaded, err)
	}
}

// forget makes Redis know nothing of the event.
func (r *rig) forget() {
	r.t.Helper()
	if err := r.client.Del(r.t.Context(), r.keys("")...).Err(); err != nil {
		r.t.Fatal(err)
	}
}

// keys are those of the event with such an end.
func (r *rig) keys(end string) []string {
	r.t.Helper()
	client, _, err := r.live.locate(r.t.Context(), r.event)
	if err != nil {
		r.t.Fatal(err)
	}
	keys, err := client.Keys(r.t.Context(), "*{e"+r.event+"}*"+end).Result()
	if err != nil {
		r.t.Fatal(err)
	}
	return keys
}

func (r *rig) configure(change func(p *Policy)) {
	r.t.Helper()
	r.policy.Fence++
	change(&r.policy)
	if err := r.live.Configure(r.t.Context(), r.event, r.policy); err != nil {
		r.t.Fatal(err)
	}
}

// pick names seat i of a zone; its price tells where it came from.
func pick(zone string, i int) Pick {
	return Pick{Zone: zone, Index: i, Seat: fmt.Sprintf("%s-%d", zone, i), Price: int64(1000 + i)}
}

func picks(zone string, indexes ...int) []Pick {
	ps := make([]Pick, len(indexes))
	for n, i := range indexes {
		ps[n] = pick(zone, i)
	}
	return ps
}

func (r *rig) hold(buyer string, seats ...Pick) (HoldView, error) {
	return r.live.Hold(r.t.Context(), HoldRequest{Event: r.event, Buyer: buyer, Seats: seats})
}

func (r *rig) mustHold(buyer string, seats ...Pick) HoldView {
	r.t.Helper()
	v, err := r.hold(buyer, seats...)
	if err != nil {
		r.t.Fatalf("hold for %s: %v", buyer, err)
	}
	return v
}

func (r *rig) mustBook(buyer, booking string) PendingBooking {
	r.t.Helper()
	p, err := r.live.Book(r.t.Context(), r.event, buyer, booking, time.Minute)
	if err != nil {
		r.t.Fatalf("book %s for %s: %v", booking, buyer, err)
	}
	return p
}

func (r *rig) mustApply(d Decision, want Applied) {
	r.t.Helper()
	d.Event = r.event
	got, err := r.live.Apply(r.t.Context(), d)
	if err != nil || got != want {
		r.t.Fatalf("apply revision %d: %v, %v; want %v", d.Revision, got, err, want)
	}
}

func (r *rig) states(zone string) string {
	r.t.Helper()
	return string(r.snapshot(zone).States)
}

func (r *rig) snapshot(zone string) Snapshot {
	r.t.Helper()
	s, err := r.live.Snapshot(r.t.Context(), r.event, zone)
	if err != nil {
		r.t.Fatalf("snapshot of %s: %v", zone, err)
	}
	return s
}

func (r *rig) wantStates(zone, want string) {
	r.t.Helper()
	if got := r.states(zone); got != want {
		r.t.Errorf("zone %s is %s, want %s", zone, got, want)
	}
}

// wantHeld compares the seats of a buyer's hold, in order.
func (r *rig) wantHeld(buyer string, want ...string) {
	r.t.Helper()
	v, err := r.live.HoldOf(r.t.Context(), r.event, buyer)
	if err != nil {
		r.t.Fatal(err)
	}
	if got := held(v.Hold); fmt.Sprint(got) != fmt.Sprint(want) {
		r.t.Errorf("%s holds %v, want %v", buyer, got, want)
	}
}

func held(h *Hold) []string {
	var ids []string
	if h != nil {
		for _, p := range h.Seats {
			ids = append(ids, p.Seat)
		}
	}
	return ids
}

func wantCode(t testing.TB, err error, want Code) *Refusal {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) || r.Code != want {
		t.Fatalf("got %v, want the refusal %s", err, want)
	}
	return r
}
