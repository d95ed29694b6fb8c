package api

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

// TestLargeRequestsAreFew: bodies that come slowly take no more memory than their places, however they are sent; the small ones of others
// are read meanwhile.
func TestLargeRequestsAreFew(t *testing.T) {
	s := start(t, withLimits(Limits{LargeRequests: 1}))
	token := s.token()
	hold := base + "/events/demo/hold"
	for name, slow := range map[string]string{
		"length":       "Content-Length: 65536\r\n\r\n{",
		"a chunk":      "Transfer-Encoding: chunked\r\n\r\n8000\r\n{",
		"small chunks": "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("400\r\n"+strings.Repeat("a", 1<<10)+"\r\n", 17) + "4",
		"after 100":    "Expect: 100-continue\r\nContent-Length: 65536\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			c := s.raw("POST " + hold + " HTTP/1.1\r\nHost: x\r\n" + slow)
			eventually(t, "it has a place", func() bool { return s.api.large.taken.Load() == 1 })
			a := s.ask("POST", hold, "Content-Length: 65536")
			if p := s.wantProblem(503, "unavailable", a); p.Detail != errCrowded.Error() || a.header.Get("Retry-After") != "5" {
				t.Errorf("%+v %v", p, a.header)
			}
			got := s.rest(s.raw("POST " + hold + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 20000\r\n\r\n"))
			if !strings.HasPrefix(got, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 ") {
				t.Errorf("after 100: answered %.200s", got)
			}
			s.want(200, s.do("POST", hold, token, `{"zone":"A","seats":["A-7"],"pad":"`+strings.Repeat("a", 8<<10)+`"}`))
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "its place is free", func() bool { return s.api.large.taken.Load() == 0 })
		})
	}
	if m := s.do("GET", "/metrics", "", ""); !strings.Contains(string(m.body), `jari_limited_total{limit="large_requests"} 8`) {
		t.Errorf("metrics:\n%s", m.body)
	}
}

// TestALargeRequestGivesItsPlaceBack: on a connection that is kept, when it is answered.
func TestALargeRequestGivesItsPlaceBack(t *testing.T) {
	s := start(t, withLimits(Limits{LargeRequests: 1}))
	token := s.token()
	body := `{"zone":"A","seats":["A-7"],"pad":"` + strings.Repeat("a", 40<<10) + `"}`
	c := s.raw("")
	r := bufio.NewReader(c)
	for range 3 {
		if _, err := fmt.Fprintf(c, "POST %s/events/demo/hold HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", base, token, len(body), body); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
			t.Errorf("%s %v", res.Status, err)
		}
		eventually(t, "its place is free", func() bool { return s.api.large.taken.Load() == 0 })
	}
}

// TestLargeRequestsOfAnAddress: one address cannot have all places, so that others have some.
func TestLargeRequestsOfAnAddress(t *testing.T) {
	const most, share = 2 * largeShare, 2
	for name, c := range map[string]struct {
		limits           Limits
		from, his, other string
		limited          bool
	}{
		"a stranger":     {Limits{}, "192.0.2.1", "192.0.2.1", "192.0.2.2", true},
		"a /64 of IPv6":  {Limits{}, "2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:2::1", true},
		"exempt":         {Limits{Exempt: prefixes("192.0.2.0/24")}, "192.0.2.1", "192.0.2.1", "192.0.2.2", false},
		"a proxy's many": {Limits{TrustedProxies: prefixes("192.0.2.0/24")}, "192.0.2.1", "192.0.2.1", "192.0.2.2", false},
	} {
		t.Run(name, func(t *testing.T) {
			c.limits.LargeRequests = most
			s := startOn(t, newPlaced(t, c.from), withLimits(c.limits))
			begun := "POST " + base + "/events/demo/hold HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n{"
			first := s.raw(begun)
			for range share - 1 {
				s.raw(begun)
			}
			eventually(t, "they have places", func() bool { return s.api.large.taken.Load() == share })
			if !c.limited {
				s.raw(begun)
				eventually(t, "one more has", func() bool { return s.api.large.taken.Load() == share+1 })
				return
			}
			if got := s.rest(s.raw(begun)); !strings.HasPrefix(got, "HTTP/1.1 503 ") {
				t.Errorf("one more: answered %.200s", got)
			}
			if s.api.large.enter(keyOf(netip.MustParseAddr(c.his))) {
				t.Error("his other address has a place")
			}
			other := keyOf(netip.MustParseAddr(c.other))
			if !s.api.large.enter(other) {
				t.Fatal("another address has none")
			}
			s.api.large.leave(other)
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "his place is free", func() bool { return s.api.large.taken.Load() == share-1 })
			s.raw(begun)
			eventually(t, "he has it again", func() bool { return s.api.large.taken.Load() == share })
		})
	}
}

// TestALargeRequestBehindAnother: what came with the end of the request before it counts.
func TestALargeRequestBehindAnother(t *testing.T) {
	s := start(t)
	chunk := "400\r\n" + strings.Repeat("a", 1<<10) + "\r\n"
	c := s.raw(probe + "POST " + base + "/events/demo/hold HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat(chunk, 15))
	if _, err := c.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, strings.Repeat(chunk, 8)+"400\r\n"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it has a place", func() bool { return s.api.large.taken.Load() == 1 })
}
