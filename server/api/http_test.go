package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"jari/hub"
	"jari/seatmap"
	"jari/server/protocol"
)

const base = "/api/v1"

func (s *server) want(status int, a answer) answer {
	s.t.Helper()
	if a.status != status {
		s.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

func (s *server) wantProblem(status int, code string, a answer) protocol.Problem {
	s.t.Helper()
	s.want(status, a)
	var p protocol.Problem
	a.into(s.t, &p)
	if string(p.Code) != code || p.Status != status {
		s.t.Fatalf("problem %+v, want %d %s", p, status, code)
	}
	return p
}

func capacityOf(e protocol.Event) (n int) {
	for _, z := range e.Zones {
		n += z.Capacity
	}
	return n
}

func TestHTTPMainPath(t *testing.T) {
	s := start(t)
	token, buyer := s.guest()

	var list protocol.EventList
	s.want(200, s.do("GET", base+"/events?limit=1", "", "")).into(t, &list)
	if len(list.Events) != 1 || list.Events[0].ID != "demo" || list.Next != "demo" {
		t.Fatalf("first page %+v", list)
	}
	if e := list.Events[0]; e.Available == nil || *e.Available != e.Capacity || e.Capacity != capacityOf(e) {
		t.Fatalf("what is left of it: %+v", e)
	}
	s.want(200, s.do("GET", base+"/events?after="+list.Next, "", "")).into(t, &list)
	if len(list.Events) != 1 || list.Events[0].ID != "second" || list.Next != "" {
		t.Fatalf("second page %+v", list)
	}

	var e protocol.Event
	s.want(200, s.do("GET", base+"/events/demo", "", "")).into(t, &e)
	if e.Categories[0].Price != (protocol.Money{Amount: 120000, Currency: "KRW"}) || e.Zones[2].Price.Amount != 44000 || e.Zones[2].Capacity != 30 {
		t.Fatalf("event %+v", e)
	}
	if e.Available != nil || e.Capacity != capacityOf(e) { // the event itself is kept for longer than counts are true
		t.Fatalf("event %+v", e)
	}
	if e.DoorsAt != nil || e.Sale.OpensAt != nil || e.Sale.ClosesAt == nil || e.Policy.HoldSeconds != 300 {
		t.Fatalf("event %+v", e)
	}

	if a, g := e.Zones[0], e.Zones[2]; a.Pitch != 1 || !slices.Equal(a.Categories, []seatmap.CategorySeats{{ID: "best", Seats: 40}}) ||
		a.Accessible == nil || *a.Accessible != 1 || g.Pitch != 0 || g.Categories != nil || g.Accessible != nil {
		t.Fatalf("zones %+v", e.Zones)
	}

	s.want(200, s.do("GET", base+"/events/demo/zones/A/state", "", ""))
	s.want(200, s.do("GET", base+"/events/demo/zones/G/state", "", ""))

	body := `{"zone":"A","seats":["A/1 가","A-5"]}`
	var held protocol.HoldAnswer
	s.want(200, s.do("POST", base+"/events/demo/hold", token, body)).into(t, &held)
	if len(held.Hold.Seats) != 2 {
		t.Fatalf("held %+v", held)
	}
	s.want(200, s.do("POST", base+"/events/demo/hold", token, body)) // once more is success
	s.want(200, s.do("POST", base+"/events/demo/hold", token, `{"best":{"quantity":2}}`))
	s.want(200, s.do("POST", base+"/events/demo/hold", token, `{"zone":"G","quantity":2}`))
	s.want(200, s.do("POST", base+"/events/demo/hold/extend", token, ""))
	s.want(204, s.do("DELETE", base+"/events/demo/hold/seats/"+url.PathEscape("A/1 가"), token, ""))
	s.want(200, s.do("GET", base+"/events/demo/hold", token, "")).into(t, &held)
	if len(held.Hold.Seats) != 1 || held.Hold.Seats[0].Seat != "A-5" {
		t.Fatalf("after the release %+v", held.Hold)
	}

	other, _ := s.guest()
	p := s.wantProblem(409, "seat_unavailable", s.do("POST", base+"/events/demo/hold", other, `{"zone":"A","seats":["A-5","A-6"]}`))
	if len(p.Seats) != 1 || p.Seats[0] != (protocol.SeatState{Zone: "A", Seat: "A-5", State: 1}) {
		t.Fatalf("problem %+v", p)
	}

	var proposed, next protocol.Proposal
	s.want(200, s.do("GET", base+"/events/demo/best?quantity=2&zone=A&category=best", "", "")).into(t, &proposed)
	s.want(200, s.do("GET", base+"/events/demo/best?quantity=2&zone=A&category=best&category=standing&skip=1", "", "")).into(t, &next)
	if len(proposed.Seats) != 2 || !proposed.Adjacent || !proposed.More || len(next.Seats) != 2 || next.Seats[0] == proposed.Seats[0] {
		t.Fatalf("proposed %+v, then %+v", proposed, next)
	}
	s.want(200, s.do("GET", base+"/events/demo/best?quantity=1&accessible=true", "", "")).into(t, &proposed)
	if proposed.Seats[0].Seat != "A-2" || proposed.Seats[0].Price != (protocol.Money{Amount: 120000, Currency: "KRW"}) || proposed.More {
		t.Fatalf("proposed %+v", proposed)
	}
	s.wantProblem(409, "seat_unavailable", s.do("GET", base+"/events/demo/best?quantity=40&zone=A", "", ""))
	s.want(200, s.do("GET", base+"/events/demo/hold", token, "")).into(t, &held)
	if len(held.Hold.Seats) != 1 {
		t.Fatalf("proposals held something: %+v", held.Hold)
	}

	var booked protocol.BookingAnswer
	a := s.want(202, s.do("POST", base+"/events/demo/bookings", token, `{"name":"김","email":"k@example.com"}`, "Idempotency-Key", "k 1"))
	a.into(t, &booked)
	if got := a.header.Get("Location"); got != base+"/bookings/"+booked.Booking.ID {
		t.Fatalf("location %q", got)
	}
	if r := s.desk.last; r.Buyer != buyer || r.Key != "k 1" || r.Name != "김" || r.Event != "demo" {
		t.Fatalf("asked for %+v", r)
	}
	id := booked.Booking.ID
	s.want(200, s.do("GET", base+"/bookings", token, ""))
	s.want(200, s.do("GET", base+"/bookings/"+id, token, ""))
	s.wantProblem(404, "not_found", s.do("GET", base+"/bookings/"+id, other, ""))
	s.wantProblem(409, "booking_pending", s.do("POST", base+"/bookings/"+id+"/cancel", token, ""))
	s.desk.set(protocol.StatusConfirmed, nil)
	s.want(200, s.do("POST", base+"/events/demo/bookings", token, "", "Idempotency-Key", "k 1"))
	s.want(200, s.do("POST", base+"/bookings/"+id+"/cancel", token, `{"seats":["A-5"]}`))

	s.want(204, s.do("DELETE", base+"/events/demo/hold", token, ""))
	s.want(200, s.do("GET", base+"/events/demo/hold", token, "")).into(t, &held)
	if held.Hold != nil {
		t.Fatalf("after the release %+v", held.Hold)
	}
	s.wantProblem(410, "hold_expired", s.do("POST", base+"/events/demo/hold/extend", token, ""))
}

func TestFailuresOfOurs(t *testing.T) {
	s := start(t)
	token, _ := s.guest()
	hold := base + "/events/demo/hold"
	a := s.do("POST", hold, token, `{"zone":"A","seats":["panic"]}`, "X-Request-Id", "my-request")
	s.want(500, a)
	if bytes.Contains(a.body, []byte("secret")) || a.header.Get("X-Request-Id") != "my-request" {
		t.Errorf("answer %s", a.body)
	}
	if log := s.log.String(); !strings.Contains(log, "a secret of the inside") || !strings.Contains(log, `"request_id":"my-request"`) {
		t.Error("the panic was not logged with its request")
	}

	s.node.setFail(errors.New("dial tcp 10.0.0.1: secret"))
	a = s.do("GET", hold, token, "")
	s.want(500, a)
	if bytes.Contains(a.body, []byte("secret")) {
		t.Errorf("answer %s", a.body)
	}

	s.node.setFail(&seatmap.Refusal{Code: seatmap.CodeUnavailable, RetryAfter: 1500 * time.Millisecond})
	a = s.do("POST", hold, token, `{"zone":"A","seats":["A-5"]}`)
	s.wantProblem(503, "unavailable", a)
	if a.header.Get("Retry-After") != "2" {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	s.node.setFail(context.DeadlineExceeded)
	s.wantProblem(503, "unavailable", s.do("DELETE", hold, token, ""))
}

func TestBookingOfUnknownFate(t *testing.T) {
	s := start(t)
	token, _ := s.guest()
	s.desk.set(protocol.StatusPending, &seatmap.Refusal{Code: seatmap.CodeUnavailable, Detail: "not known yet", RetryAfter: 3 * time.Second})
	a := s.do("POST", base+"/events/demo/bookings", token, "", "Idempotency-Key", "k")
	p := s.wantProblem(503, "unavailable", a)
	if p.Booking == nil || p.Booking.Status != protocol.StatusPending || a.header.Get("Retry-After") != "3" {
		t.Errorf("problem %+v, Retry-After %q", p, a.header.Get("Retry-After"))
	}
	for code, status := range map[seatmap.Code]int{seatmap.CodeHoldExpired: 410, seatmap.CodeMismatch: 422} {
		s.desk.set("", &seatmap.Refusal{Code: code})
		s.wantProblem(status, string(code), s.do("POST", base+"/events/demo/bookings", token, "", "Idempotency-Key", "k"))
	}
}

func TestNodePages(t *testing.T) {
	broken := make(chan error, 1)
	s := start(t, func(c *Config) {
		c.Ready = func(context.Context) error {
			select {
			case err := <-broken:
				return err
			default:
				return nil
			}
		}
	})
	s.want(200, s.do("GET", "/healthz", "", ""))
	s.want(200, s.do("GET", "/readyz", "", ""))
	broken <- errors.New("redis: away")
	if a := s.want(503, s.do("GET", "/readyz", "", "")); !bytes.Contains(a.body, []byte("redis: away")) {
		t.Errorf("readyz %s", a.body)
	}
	p, _ := s.authed()
	p.send(`{"id":2,"type":"hold","event":"demo","zone":"A","seats":["A-5"]}`)
	p.expect("held")
	metrics := string(s.want(200, s.do("GET", "/metrics", "", "")).body)
	for _, line := range []string{"jari_sockets 1", `jari_holds_total{outcome="held"} 1`,
		`jari_http_request_seconds_count{method="GET",route="/readyz",status="503"} 1`, `jari_socket_messages_total{type="auth"} 1`} {
		if !strings.Contains(metrics, line+"\n") {
			t.Errorf("metrics lack %s", line)
		}
	}
	docs := string(s.want(200, s.do("GET", "/api/docs", "", "")).body)
	for _, part := range []string{"/api/v1/events/{event}/hold", `id="seat_unavailable"`, "asyncapi.yaml", "frame_bytes", "HoldRequest"} {
		if !strings.Contains(docs, part) {
			t.Errorf("docs lack %s", part)
		}
	}
	if strings.Contains(docs, "http://") || strings.Contains(docs, "src=") {
		t.Error("docs need another host")
	}
	s.want(200, s.do("GET", "/api/docs/asyncapi.yaml", "", ""))
	if strings.Contains(s.log.String(), "eyJ") {
		t.Error("a token was logged")
	}
}

func TestOtherOrigins(t *testing.T) {
	s := start(t, withOrigins("https://tickets.example"))
	a := s.want(200, s.do("GET", base+"/events", "", "", "Origin", "https://tickets.example"))
	if a.header.Get("Access-Control-Allow-Origin") != "https://tickets.example" {
		t.Errorf("headers %v", a.header)
	}
	a = s.want(204, s.do("OPTIONS", base+"/events/demo/hold", "", "", "Origin", "https://tickets.example", "Access-Control-Request-Method", "POST"))
	if allowed := a.header.Get("Access-Control-Allow-Headers"); !strings.Contains(allowed, "Idempotency-Key") || !strings.Contains(allowed, "Booking-Key") {
		t.Errorf("headers %v", a.header)
	}
	a = s.want(200, s.do("GET", base+"/events", "", "", "Origin", "https://evil.example"))
	if a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("headers %v", a.header)
	}
}

func TestPlaces(t *testing.T) {
	s := start(t)
	ask := base + "/events/demo/seats?" + url.Values{"id": {"G:30", "A/1 가", "nobody,knows", "B-1", "G:31"}}.Encode()
	a := s.want(200, s.do("GET", ask, "", ""))
	var got protocol.Places
	a.into(t, &got)
	want := []protocol.Place{{Zone: "G", Seat: "G:30"}, {Zone: "A", Seat: "A/1 가"}, {Zone: "B", Seat: "B-1"}}
	if got.Plan == "" || !slices.Equal(got.Seats, want) {
		t.Errorf("places %+v, want %+v", got, want)
	}
	if !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
		t.Errorf("headers %v", a.header)
	}
	s.want(304, s.do("GET", ask, "", "", "If-None-Match", a.header.Get("ETag")))
}

// TestNullOrigin: pages without an origin are let in by name alone, like any other, and no policy can name them.
func TestNullOrigin(t *testing.T) {
	for allowed, want := range map[string]struct{ cors, framing string }{
		"https://tickets.example": {"", "frame-ancestors https://tickets.example"},
		NullOrigin:                {"null", "frame-ancestors 'none'"},
	} {
		s := start(t, withOrigins(allowed), withStatic(builtPage(t, nil)))
		if got := s.want(200, s.do("GET", base+"/events", "", "", "Origin", "null")).header.Get("Access-Control-Allow-Origin"); got != want.cors {
			t.Errorf("with %s allowed a page without an origin is told %q", allowed, got)
		}
		if policy := s.do("GET", "/", "", "").header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "; "+want.framing) {
			t.Errorf("with %s allowed: %s", allowed, policy)
		}
		p := s.dial("Origin", "null")
		if want.cors == "" {
			if code := p.closed(); code != hub.CloseOrigin {
				t.Errorf("with %s allowed a socket of a page without an origin is closed with %d", allowed, code)
			}
			continue
		}
		p.send(`{"id":1,"type":"ping"}`)
		p.expect("pong")
	}
}

func TestHeaders(t *testing.T) {
	s := start(t)
	a := s.want(200, s.do("GET", base+"/events", "", "", "X-Request-Id", "no\tgood"))
	if a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Content-Security-Policy") != apiPolicy ||
		a.header.Get("Cache-Control") != "no-store" || len(a.header.Get("X-Request-Id")) != 36 || a.header.Get("Server") != "" {
		t.Errorf("headers %v", a.header)
	}
	if a := s.do(http.MethodHead, base+"/events", "", ""); a.status != 200 || len(a.body) != 0 {
		t.Errorf("HEAD: %d %s", a.status, a.body)
	}
}
