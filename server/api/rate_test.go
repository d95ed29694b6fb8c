package api

import (
	"net/netip"
	"testing"
	"time"
)

func TestRates(t *testing.T) {
	now := testNow
	r := newRates[string](2, func() time.Time { return now })
	take := func(key string, want bool) time.Duration {
		t.Helper()
		wait, ok := r.take(key)
		if ok != want {
			t.Fatalf("%s is allowed: %v", key, ok)
		}
		return wait
	}
	take("a", true)
	take("a", true)
	if wait := take("a", false); wait != 30*time.Second {
		t.Errorf("told to wait %s", wait)
	}
	take("b", true)
	now = now.Add(20 * time.Second)
	if wait := take("a", false); wait.Round(time.Millisecond) != 10*time.Second {
		t.Errorf("then told to wait %s", wait)
	}
	now = now.Add(10 * time.Second)
	take("a", true)
	take("a", false)
	now = now.Add(time.Hour)
	take("a", true)
	take("a", true)
	take("a", false) // an hour's are not saved up

	for range 1000 {
		if _, ok := newRates[string](0, time.Now).take("a"); !ok {
			t.Fatal("without a limit there is one")
		}
	}
}

// TestRatesForget: memory has a bound, and who comes all the time is not forgotten by it.
func TestRatesForget(t *testing.T) {
	now := testNow
	r := newRates[int](1, func() time.Time { return now })
	for i := range 3 * keysKept {
		r.take(i)
		if i%1000 == 0 {
			if _, ok := r.take(-1); ok != (i == 0) {
				t.Fatalf("after %d others, the busy one is allowed: %v", i, ok)
			}
		}
		if n := len(r.young) + len(r.old); n > keysKept {
			t.Fatalf("%d keys are kept", n)
		}
	}
}

func TestCounts(t *testing.T) {
	c := newCounts[string](2)
	for i, want := range []bool{true, true, false} {
		if c.look("a") != want || c.enter("a") != want {
			t.Errorf("number %d is let in: %v", i, !want)
		}
	}
	if !c.enter("b") {
		t.Error("others count for b")
	}
	c.leave("a")
	if !c.enter("a") || c.enter("a") {
		t.Error("a place that was left is not given again, once")
	}
	c.leave("a")
	c.leave("a")
	c.leave("b")
	if len(c.n) != 0 {
		t.Errorf("who has none is remembered: %v", c.n)
	}
	free := newCounts[string](0)
	for range 1000 {
		if !free.look("a") || !free.enter("a") {
			t.Fatal("without a limit there is one")
		}
	}
}

func TestWhoIsOne(t *testing.T) {
	g := newGuard(Limits{AddressRequests: 1, BuyerRequests: 1, AddressSockets: 1, BuyerSockets: 1, Exempt: prefixes("10.0.0.0/8", "2001:db8:1::/48")},
		func() time.Time { return testNow }, func(string) {})
	for _, c := range []struct {
		address string
		ok      bool
	}{
		{"192.0.2.1", true}, {"192.0.2.1", false}, {"192.0.2.2", true},
		{"2001:db8::1", true}, {"2001:db8::2", false}, {"2001:db8:0:1::1", true},
		{"172.16.0.1", true}, {"172.16.0.1", false}, // a private address is an address
		{"127.0.0.1", true}, {"127.0.0.1", true}, {"127.9.9.9", true}, {"127.9.9.9", true}, {"::1", true}, {"::1", true},
		{"10.1.1.1", true}, {"10.1.1.1", true}, {"2001:db8:1::1", true}, {"2001:db8:1::1", true},
	} {
		if err := g.request(netip.MustParseAddr(c.address)); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.address, err)
		}
	}
	near, far := netip.MustParseAddr("10.1.1.1"), netip.MustParseAddr("192.0.2.1")
	for range 3 {
		if err := g.buyer(near, "b"); err != nil {
			t.Error(err)
		}
		if _, err := g.openSocket(near); err != nil {
			t.Error(err)
		}
		if _, err := g.buyerSocket(near, "b"); err != nil {
			t.Error(err)
		}
	}
	if g.buyer(far, "b") != nil || g.buyer(far, "b") == nil || g.buyer(netip.MustParseAddr("192.0.2.9"), "b") == nil {
		t.Error("a buyer's requests are not counted, or by address")
	}
}
