package seatmap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
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

// onBothServers runs a test on miniredis and on redis-server.
func onBothServers(t *testing.T, test func(t *testing.T, client *redis.Client)) {
	t.Parallel()
	t.Run("miniredis", func(t *testing.T) {
		t.Parallel()
		m := miniredis.RunT(t)
		m.ClockTTL(true)
		test(t, dial(t, m.Addr()))
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		test(t, dial(t, redisServer(t)))
	})
}

func dial(t testing.TB, addr string) *redis.Client {
	c := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: 1, ReadTimeout: 5 * time.Second})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// redisServer starts a redis-server for this test, with more arguments when given, and returns its address.
func redisServer(t testing.TB, more ...string) string {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("JARI_REQUIRE_SERVICES") == "1" {
			t.Fatal("redis-server is not installed and JARI_REQUIRE_SERVICES=1")
		}
		t.Skip("redis-server is not installed: this half of the test needs it")
	}
	// The port is free when it is chosen, not when the server binds it: try again when another process was quicker.
	for range 5 {
		addr, ok := startRedis(t, path, more...)
		if ok {
			return addr
		}
	}
	t.Fatal("redis-server does not start")
	return ""
}

func startRedis(t testing.TB, path string, more ...string) (addr string, ok bool) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr = l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	args := []string{"--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", t.TempDir()}
	cmd := exec.Command(path, append(args, more...)...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }() // it is killed: its exit status says nothing
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-exited
	})
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); <-time.After(5 * time.Millisecond) {
		select {
		case <-exited:
			t.Logf("redis-server on port %s: %s", port, out.String())
			return "", false
		default:
		}
		if answersPing(addr) {
			return addr, true
		}
	}
	return "", false
}

func answersPing(addr string) bool {
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return false
	}
	answer := make([]byte, len("+PONG"))
	if _, err := c.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	_, err = io.ReadFull(c, answer)
	return err == nil && string(answer) == "+PONG"
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
	if err := r.client.Del(r.t.Context(), r.client.Keys(r.t.Context(), "*{e"+r.event+"}*").Val()...).Err(); err != nil {
		r.t.Fatal(err)
	}
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

// until polls a condition that Redis's clock will make true.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); <-time.After(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}
