package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jari/hub"
	"jari/server/protocol"
)

// proxied is a server behind a proxy on this machine: who asks is named by X-Forwarded-For.
func proxied(t *testing.T, l Limits, options ...option) *server {
	t.Helper()
	l.TrustedProxies = prefixes("127.0.0.0/8")
	return start(t, append(options, withLimits(l))...)
}

func from(address string) []string { return []string{"X-Forwarded-For", address} }

func (s *server) wantLimited(a answer) protocol.Problem {
	s.t.Helper()
	p := s.wantProblem(429, "rate_limited", a)
	if a.header.Get("Retry-After") == "" || a.header.Get("Retry-After") == "0" || p.Detail == "" {
		s.t.Errorf("limited, Retry-After %q: %s", a.header.Get("Retry-After"), a.body)
	}
	return p
}

func TestRequestsOfAnAddress(t *testing.T) {
	s := proxied(t, Limits{AddressRequests: 3, Exempt: prefixes("10.0.0.0/8")}, withOrigins("https://tickets.example"))
	for _, path := range []string{"/api/v1/events", "/healthz", "/nowhere.txt"} {
		if a := s.do("GET", path, "", "", from("192.0.2.1")...); a.status == 429 {
			t.Errorf("%s is limited", path)
		}
	}
	a := s.do("GET", base+"/events", "", "", append(from("192.0.2.1"), "Origin", "https://tickets.example")...)
	s.wantLimited(a)
	if a.header.Get("Retry-After") != "20" || a.header.Get("Access-Control-Allow-Origin") == "" {
		t.Errorf("limited with headers %v", a.header)
	}
	for _, method := range []string{"BREW", "OPTIONS", "DELETE"} {
		if a := s.do(method, "/", "", "", append(from("192.0.2.1"), "Origin", "https://tickets.example", "Access-Control-Request-Method", "GET")...); a.status != 429 {
			t.Errorf("%s is not limited: %d", method, a.status)
		}
	}
	s.want(200, s.do("GET", base+"/events", "", "", from("198.51.100.9, 192.0.2.2")...))
	for range 9 {
		s.want(200, s.do("GET", base+"/events", "", "", from("10.0.0.7")...))
		s.want(200, s.do("GET", base+"/events", "", "")) // this machine itself
	}
	if m := s.do("GET", "/metrics", "", ""); !strings.Contains(string(m.body), `jari_limited_total{limit="address_requests"} 4`) {
		t.Error("what was refused is not counted")
	}
}

func TestForwardedIsNotBelieved(t *testing.T) {
	s := start(t, withLimits(Limits{AddressRequests: 1}))
	for range 5 {
		s.want(200, s.do("GET", base+"/events", "", "", from("192.0.2.1")...))
	}
	if n := strings.Count(s.log.String(), "--trusted-proxies"); n != 1 {
		t.Errorf("the proxy that was not named is warned of %d times", n)
	}
	if strings.Contains(s.log.String(), "192.0.2.1") {
		t.Error("the log has an address that nobody trusted has named")
	}
}

func TestSessionsOfAnAddress(t *testing.T) {
	s := proxied(t, Limits{AddressSessions: 1})
	s.want(201, s.do("POST", base+"/sessions", "", "", from("[2001:db8::1]:99")...))
	s.wantLimited(s.do("POST", base+"/sessions", "", "", from("2001:db8::2")...))
	s.want(201, s.do("POST", base+"/sessions", "", "", from("2001:db8:0:1::1")...))
}

// TestRequestsOfABuyer: they are one number, whatever way and address they come by.
func TestRequestsOfABuyer(t *testing.T) {
	s := proxied(t, Limits{BuyerRequests: 3})
	token, _ := s.guest()
	hold := `{"zone":"A","seats":["A-5"]}`
	s.want(200, s.do("POST", base+"/events/demo/hold", token, hold, from("192.0.2.1")...))
	s.want(202, s.do("POST", base+"/events/demo/bookings", token, "", append(from("192.0.2.2"), "Idempotency-Key", "k")...))
	p := s.dial(from("192.0.2.3")...)
	p.send(`{"id":1,"type":"auth","token":"` + token + `"}`)
	p.expect("authed")
	p.send(`{"id":2,"type":"hold","event":"demo","zone":"A","seats":["A-6"]}`)
	p.expect("held")
	p.send(`{"id":3,"type":"hold","event":"demo","zone":"A","seats":["A-7"]}`)
	if m := p.expect("error"); m["code"] != "rate_limited" || m["id"] != json.Number("3") || m["retry_after"] != json.Number("20") {
		t.Errorf("message %v", m)
	}
	p.send(`{"id":4,"type":"ping"}`)
	p.expect("pong")
	s.wantLimited(s.do("GET", base+"/bookings", token, "", from("192.0.2.4")...))
	other, _ := s.guest()
	s.want(200, s.do("GET", base+"/bookings", other, "", from("192.0.2.4")...))
	for range 5 {
		s.want(200, s.do("GET", base+"/bookings", token, "")) // from this machine
	}
}

// TestMessagesOfAnAddress: neighbours of a flood are told to wait, and who goes on is sent away.
func TestMessagesOfAnAddress(t *testing.T) {
	s := proxied(t, Limits{AddressRequests: 3})
	p, q := s.dial(from("192.0.2.1")...), s.dial(from("192.0.2.1")...)
	p.send(`{"id":1,"type":"ping"}`)
	p.expect("pong")
	q.send(`{"id":2,"type":"ping"}`)
	if m := q.expect("error"); m["code"] != "rate_limited" || m["id"] != json.Number("2") {
		t.Errorf("message %v", m)
	}
	go func() {
		for range 200 {
			if q.ws.WriteMessage(1, []byte(`{"id":2,"type":"ping"}`)) != nil {
				return
			}
		}
	}()
	if code := q.closed(); code != hub.CloseFlood {
		t.Errorf("closed with %d, want %d", code, hub.CloseFlood)
	}
	p.send(`{"id":3,"type":"ping"}`)
	if m := p.expect("error"); m["code"] != "rate_limited" {
		t.Errorf("message %v", m)
	}
}

func TestSocketsOfAnAddress(t *testing.T) {
	s := proxied(t, Limits{AddressSockets: 2, AddressHandshakes: 4})
	refused := func(address string) string {
		t.Helper()
		p, res, err := s.tryDial(from(address)...)
		if err == nil {
			p.ws.Close()
			return ""
		}
		if res == nil || res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
			t.Fatalf("refused with %v %v", res, err)
		}
		var problem protocol.Problem
		if err := json.NewDecoder(res.Body).Decode(&problem); err != nil {
			t.Fatal(err)
		}
		return problem.Detail
	}
	first := s.dial(from("192.0.2.1")...)
	s.dial(from("192.0.2.1")...)
	eventually(t, "both are counted", func() bool { return s.api.sockets.count() == 2 })
	if d := refused("192.0.2.1"); !strings.Contains(d, "too many sockets") {
		t.Errorf("the third is told %q", d)
	}
	s.dial(from("192.0.2.2")...)
	s.dial()
	first.ws.Close()
	eventually(t, "its place is free", func() bool { return s.api.guard.sockets.look(prefixes("192.0.2.1/32")[0].Addr()) })
	if d := refused("192.0.2.1"); d != "" {
		t.Errorf("the next is told %q", d)
	}
	eventually(t, "the fifth handshake is one too many", func() bool { return strings.Contains(refused("192.0.2.1"), "too many new sockets") })
}

func TestSocketsOfABuyer(t *testing.T) {
	s := proxied(t, Limits{BuyerSockets: 2})
	token, _ := s.guest()
	auth := `{"id":1,"type":"auth","token":"` + token + `"}`
	var peers []*peer
	for i := range 3 {
		p := s.dial(from(fmt.Sprintf("192.0.2.%d", i+1))...)
		peers = append(peers, p)
		p.send(auth)
		if i < 2 {
			p.expect("authed")
			p.send(auth) // again is not another
			p.expect("authed")
			continue
		}
		if m := p.expect("error"); m["code"] != "rate_limited" || m["retry_after"] != json.Number("5") {
			t.Errorf("the third is told %v", m)
		}
		p.send(`{"id":2,"type":"join","event":"demo","zone":"A"}`)
		p.expect("joined") // it may look
	}
	peers[0].ws.Close()
	eventually(t, "a place is free", func() bool { return s.api.sockets.count() == 2 })
	peers[2].send(auth)
	for m := peers[2].next(); m["type"] != "authed"; m = peers[2].next() {
		if m["type"] == "error" {
			t.Fatalf("told %v", m)
		}
	}
}
