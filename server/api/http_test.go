package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

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

func TestHTTPMainPath(t *testing.T) {
	s := start(t)
	token, buyer := s.guest()

	var list protocol.EventList
	s.want(200, s.do("GET", base+"/events?limit=1", "", "")).into(t, &list)
	if len(list.Events) != 1 || list.Events[0].ID != "demo" || list.Next != "demo" {
		t.Fatalf("first page %+v", list)
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
	if e.DoorsAt != nil || e.Sale.OpensAt != nil || e.Sale.ClosesAt == nil || e.Policy.HoldSeconds != 300 {
		t.Fatalf("event %+v", e)
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

func TestBadRequests(t *testing.T) {
	s := start(t)
	token, _ := s.guest()
	hold, book := base+"/events/demo/hold", base+"/events/demo/bookings"
	id := "3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10"
	many := strings.Repeat(`"A-1",`, 50) + `"A-2"`
	for name, r := range map[string]struct {
		method, path, body, key string
		status                  int
		code                    string
	}{
		"no such address":         {"GET", base + "/nothing", "", "", 404, "not_found"},
		"no such address at all":  {"POST", "/nothing", "", "", 404, "not_found"},
		"no such event":           {"GET", base + "/events/nothing", "", "", 404, "not_found"},
		"event of another form":   {"GET", base + "/events/DE%00MO", "", "", 404, "not_found"},
		"event that is long":      {"GET", base + "/events/" + strings.Repeat("a", 33), "", "", 404, "not_found"},
		"no such zone":            {"GET", base + "/events/demo/zones/Z", "", "", 404, "not_found"},
		"zone of another form":    {"GET", base + "/events/demo/zones/%2e%2e", "", "", 404, "not_found"},
		"state of no zone":        {"GET", base + "/events/demo/zones/Z/state", "", "", 404, "not_found"},
		"zones without ids":       {"GET", base + "/events/demo/zones", "", "", 400, "invalid"},
		"zones with one unknown":  {"GET", base + "/events/demo/zones?ids=A,Z", "", "", 404, "not_found"},
		"too many zones":          {"GET", base + "/events/demo/zones?ids=" + strings.Repeat("A,", 64) + "A", "", "", 400, "invalid"},
		"limit 0":                 {"GET", base + "/events?limit=0", "", "", 400, "invalid"},
		"limit no number":         {"GET", base + "/events?limit=many", "", "", 400, "invalid"},
		"cursor too long":         {"GET", base + "/events?after=" + strings.Repeat("a", 300), "", "", 400, "invalid"},
		"hold in no event":        {"POST", base + "/events/nothing/hold", `{"zone":"A","seats":["A-5"]}`, "", 404, "not_found"},
		"hold in no zone":         {"POST", hold, `{"zone":"Z","seats":["A-5"]}`, "", 404, "not_found"},
		"hold of no seat":         {"POST", hold, `{"zone":"A","seats":["X-5"]}`, "", 404, "not_found"},
		"hold of a foreign seat":  {"POST", hold, `{"zone":"A","seats":["B-1"]}`, "", 404, "not_found"},
		"no body":                 {"POST", hold, ``, "", 400, "invalid"},
		"not JSON":                {"POST", hold, `{"zone":`, "", 400, "invalid"},
		"not an object":           {"POST", hold, `["A"]`, "", 400, "invalid"},
		"null":                    {"POST", hold, `null`, "", 400, "invalid"},
		"garbage after it":        {"POST", hold, `{"zone":"A","seats":["A-5"]} x`, "", 400, "invalid"},
		"two objects":             {"POST", hold, `{"zone":"A","seats":["A-5"]}{}`, "", 400, "invalid"},
		"not UTF-8":               {"POST", hold, "{\"zone\":\"A\",\"seats\":[\"\xff\"]}", "", 400, "invalid"},
		"deep":                    {"POST", hold, `{"zone":` + strings.Repeat("[", 20000), "", 400, "invalid"},
		"seats a string":          {"POST", hold, `{"zone":"A","seats":"A-5"}`, "", 400, "invalid"},
		"a seat a number":         {"POST", hold, `{"zone":"A","seats":[5]}`, "", 400, "invalid"},
		"no seats":                {"POST", hold, `{"zone":"A","seats":[]}`, "", 400, "invalid"},
		"seats twice":             {"POST", hold, `{"zone":"A","seats":["A-5","A-5"]}`, "", 400, "invalid"},
		"too many seats":          {"POST", hold, `{"zone":"A","seats":[` + many + `]}`, "", 400, "invalid"},
		"a seat without name":     {"POST", hold, `{"zone":"A","seats":[""]}`, "", 400, "invalid"},
		"a seat of 65 bytes":      {"POST", hold, `{"zone":"A","seats":["` + strings.Repeat("a", 65) + `"]}`, "", 400, "invalid"},
		"a control character":     {"POST", hold, `{"zone":"A","seats":["a\u0000"]}`, "", 400, "invalid"},
		"seats without zone":      {"POST", hold, `{"seats":["A-5"]}`, "", 400, "invalid"},
		"seats and quantity":      {"POST", hold, `{"zone":"A","seats":["A-5"],"quantity":1}`, "", 400, "invalid"},
		"nothing asked for":       {"POST", hold, `{"zone":"A"}`, "", 400, "invalid"},
		"quantity 0":              {"POST", hold, `{"zone":"G","quantity":0}`, "", 400, "invalid"},
		"quantity below 0":        {"POST", hold, `{"zone":"G","quantity":-1}`, "", 400, "invalid"},
		"quantity a fraction":     {"POST", hold, `{"zone":"G","quantity":1.5}`, "", 400, "invalid"},
		"quantity huge":           {"POST", hold, `{"zone":"G","quantity":99999999999999999999}`, "", 400, "invalid"},
		"best of 51":              {"POST", hold, `{"best":{"quantity":51}}`, "", 400, "invalid"},
		"best in no zone":         {"POST", hold, `{"best":{"quantity":1,"zone":"no zone"}}`, "", 404, "not_found"},
		"release of a bad escape": {"DELETE", hold + "/seats/%ff", "", "", 400, "invalid"},
		"no key":                  {"POST", book, ``, "", 400, "invalid"},
		"a key of 65":             {"POST", book, ``, strings.Repeat("k", 65), 400, "invalid"},
		"a key in Korean":         {"POST", book, ``, "열쇠", 400, "invalid"},
		"a name too long":         {"POST", book, `{"name":"` + strings.Repeat("가", 201) + `"}`, "k", 400, "invalid"},
		"an address without host": {"POST", book, `{"email":"me@"}`, "k", 400, "invalid"},
		"an address of two lines": {"POST", book, `{"email":"me@here\nBcc: all"}`, "k", 400, "invalid"},
		"book no seats":           {"POST", book, `{"seats":[]}`, "k", 400, "invalid"},
		"booking of another form": {"GET", base + "/bookings/1", "", "", 404, "not_found"},
		"no such booking":         {"GET", base + "/bookings/" + id, "", "", 404, "not_found"},
		"booking in capitals":     {"GET", base + "/bookings/" + strings.ToUpper(id), "", "", 404, "not_found"},
		"cancel no seats":         {"POST", base + "/bookings/" + id + "/cancel", `{"seats":[]}`, "", 400, "invalid"},
		"too many bookings":       {"GET", base + "/bookings?limit=201", "", "", 400, "invalid"},
		"socket without upgrade":  {"GET", base + "/socket", "", "", 426, "invalid"},
		"no such description":     {"GET", "/api/docs/secret.yaml", "", "", 404, "not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			var headers []string
			if r.key != "" {
				headers = []string{"Idempotency-Key", r.key}
			}
			p := s.wantProblem(r.status, r.code, s.do(r.method, r.path, token, r.body, headers...))
			if p.RequestID == "" || p.Title == "" || p.Type != "/api/docs#"+r.code {
				t.Errorf("problem %+v", p)
			}
		})
	}
}

func TestUnknownFieldsAreTolerated(t *testing.T) {
	s := start(t)
	token, _ := s.guest()
	s.want(200, s.do("POST", base+"/events/demo/hold", token, `{"zone":"A","seats":["A-7"],"colour":"red"}`))
}

func TestWrongMethods(t *testing.T) {
	s := start(t)
	for path, r := range map[string]struct{ method, allow string }{
		base + "/sessions":              {"GET", "POST"},
		base + "/events":                {"POST", "GET, HEAD"},
		base + "/events/demo":           {"DELETE", "GET, HEAD"},
		base + "/events/demo/hold":      {"PUT", "GET, HEAD, POST, DELETE"},
		base + "/events/demo/zones":     {"PATCH", "GET, HEAD"},
		base + "/bookings":              {"POST", "GET, HEAD"},
		base + "/socket":                {"POST", "GET, HEAD"},
		"/healthz":                      {"POST", "GET, HEAD"},
		base + "/events/demo/hold/":     {"PUT", "GET, HEAD, POST, DELETE"},
		base + "/bookings/x/cancel":     {"GET", "POST"},
		base + "/events/x/bookings":     {"GET", "POST"},
		base + "/events/x/zones/y":      {"POST", "GET, HEAD"},
		"/api/docs/openapi.yaml":        {"DELETE", "GET, HEAD"},
		base + "/events/x/hold/seats/y": {"GET", "DELETE"},
	} {
		a := s.do(r.method, path, "", "")
		s.wantProblem(405, "invalid", a)
		if got := a.header.Get("Allow"); got != r.allow {
			t.Errorf("%s %s: Allow %q, want %q", r.method, path, got, r.allow)
		}
	}
}

// TestBodyTooLarge asks with the headers alone: the answer comes before the body is sent.
func TestBodyTooLarge(t *testing.T) {
	s := start(t)
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "POST /api/v1/events/demo/hold HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b, []byte("HTTP/1.1 413 ")) || !bytes.Contains(b, []byte(`"code":"invalid"`)) || !bytes.Contains(b, []byte("65536 bytes")) {
		t.Errorf("answer %s", b)
	}
	s.wantProblem(400, "invalid", s.do("POST", base+"/events/demo/hold", s.token(), `{"zone":"`+strings.Repeat("a", 65000)+`"`))
}

func (s *server) token() string {
	token, _ := s.guest()
	return token
}

func TestNotHTTP(t *testing.T) {
	s := start(t)
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "\x16\x03\x01 hello\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(c); err != nil || !bytes.HasPrefix(b, []byte("HTTP/1.1 400 ")) {
		t.Errorf("answer %q %v", b, err)
	}
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
	for code, status := range map[seatmap.Code]int{seatmap.CodeHoldExpired: 410, seatmap.CodeMismatch: 422, seatmap.CodeSaleClosed: 409} {
		s.desk.set("", &seatmap.Refusal{Code: code})
		s.wantProblem(status, string(code), s.do("POST", base+"/events/demo/bookings", token, "", "Idempotency-Key", "k"))
	}
}

func TestPlansAreCachedAndCompressed(t *testing.T) {
	s := start(t)
	path := base + "/events/demo/zones/A"
	plain := s.want(200, s.do("GET", path, "", ""))
	tags := map[string]bool{plain.header.Get("ETag"): true}
	if plain.header.Get("Cache-Control") != forever || plain.header.Get("Vary") == "" {
		t.Errorf("headers %v", plain.header)
	}
	for encoding, open := range map[string]func([]byte) (io.Reader, error){
		"gzip": func(b []byte) (io.Reader, error) { return gzip.NewReader(bytes.NewReader(b)) },
		"br":   func(b []byte) (io.Reader, error) { return brotli.NewReader(bytes.NewReader(b)), nil },
	} {
		a := s.want(200, s.do("GET", path, "", "", "Accept-Encoding", encoding+";q=0.5, other"))
		r, err := open(a.body)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, plain.body) || a.header.Get("Content-Encoding") != encoding {
			t.Errorf("%s: %v, headers %v", encoding, err, a.header)
		}
		tag := a.header.Get("ETag")
		tags[tag] = true
		if again := s.want(304, s.do("GET", path, "", "", "Accept-Encoding", encoding, "If-None-Match", `"x", `+tag)); again.header.Get("ETag") != tag {
			t.Errorf("304 headers %v", again.header)
		}
	}
	if len(tags) != 3 {
		t.Errorf("tags %v: each encoding has its own", tags)
	}
	s.want(200, s.do("GET", path, "", "", "If-None-Match", `"another"`))
	if a := s.want(200, s.do("GET", path, "", "", "Accept-Encoding", "br;q=0, gzip;q=0.0")); a.header.Get("Content-Encoding") != "" {
		t.Error("refused encodings were used")
	}

	both := s.want(200, s.do("GET", base+"/events/demo/zones?ids=B,A,G,A", "", ""))
	var zones protocol.ZonesSeats
	both.into(t, &zones)
	if len(zones.Zones) != 3 || len(zones.Zones["B"]) != 2 || zones.Zones["G"] == nil {
		t.Errorf("zones %+v", zones)
	}
	turned := s.want(200, s.do("GET", base+"/events/demo/zones?ids=A,G,B", "", ""))
	if turned.header.Get("ETag") != both.header.Get("ETag") {
		t.Error("the order of ids makes another tag")
	}
}

func TestPlanCacheIsBounded(t *testing.T) {
	p := newPlans(3000)
	made := map[string]int{}
	get := func(key string) {
		t.Helper()
		c, err := p.get(key, func() ([]byte, error) { made[key]++; return []byte(key + strings.Repeat("x", 400)), nil })
		if err != nil || !strings.HasPrefix(string(c.plain), key) {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		get("0")
		get(strconv.Itoa(i))
	}
	if p.size > 3000 || p.order.Len() != len(p.parts) || made["0"] != 1 {
		t.Errorf("size %d, %d in order, %d by key, made %v", p.size, p.order.Len(), len(p.parts), made)
	}
	failed := errors.New("no")
	for range 2 {
		if _, err := p.get("bad", func() ([]byte, error) { made["bad"]++; return nil, failed }); !errors.Is(err, failed) {
			t.Error(err)
		}
	}
	if made["bad"] != 2 {
		t.Error("a failure was kept")
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
	if !strings.Contains(a.header.Get("Access-Control-Allow-Headers"), "Idempotency-Key") {
		t.Errorf("headers %v", a.header)
	}
	a = s.want(200, s.do("GET", base+"/events", "", "", "Origin", "https://evil.example"))
	if a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("headers %v", a.header)
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
