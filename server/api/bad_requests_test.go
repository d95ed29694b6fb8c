package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

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
		"no such address":            {"GET", base + "/nothing", "", "", 404, "not_found"},
		"no such address at all":     {"POST", "/nothing", "", "", 404, "not_found"},
		"no such event":              {"GET", base + "/events/nothing", "", "", 404, "not_found"},
		"event of another form":      {"GET", base + "/events/DE%00MO", "", "", 404, "not_found"},
		"event that is long":         {"GET", base + "/events/" + strings.Repeat("a", 33), "", "", 404, "not_found"},
		"no such zone":               {"GET", base + "/events/demo/zones/Z", "", "", 404, "not_found"},
		"zone of another form":       {"GET", base + "/events/demo/zones/%2e%2e", "", "", 404, "not_found"},
		"state of no zone":           {"GET", base + "/events/demo/zones/Z/state", "", "", 404, "not_found"},
		"zones without ids":          {"GET", base + "/events/demo/zones", "", "", 400, "invalid"},
		"zones with one unknown":     {"GET", base + "/events/demo/zones?ids=A,Z", "", "", 404, "not_found"},
		"too many zones":             {"GET", base + "/events/demo/zones?ids=" + strings.Repeat("A,", 64) + "A", "", "", 400, "invalid"},
		"seats without an id":        {"GET", base + "/events/demo/seats", "", "", 400, "invalid"},
		"a seat named twice":         {"GET", base + "/events/demo/seats?id=A-5&id=A-5", "", "", 400, "invalid"},
		"a seat that can be none":    {"GET", base + "/events/demo/seats?id=A-5&id=%00", "", "", 400, "invalid"},
		"seats of no event":          {"GET", base + "/events/nowhere/seats?id=A-5", "", "", 404, "not_found"},
		"limit 0":                    {"GET", base + "/events?limit=0", "", "", 400, "invalid"},
		"limit no number":            {"GET", base + "/events?limit=many", "", "", 400, "invalid"},
		"cursor too long":            {"GET", base + "/events?after=" + strings.Repeat("a", 300), "", "", 400, "invalid"},
		"hold in no event":           {"POST", base + "/events/nothing/hold", `{"zone":"A","seats":["A-5"]}`, "", 404, "not_found"},
		"hold in no zone":            {"POST", hold, `{"zone":"Z","seats":["A-5"]}`, "", 404, "not_found"},
		"hold of no seat":            {"POST", hold, `{"zone":"A","seats":["X-5"]}`, "", 404, "not_found"},
		"hold of a foreign seat":     {"POST", hold, `{"zone":"A","seats":["B-1"]}`, "", 404, "not_found"},
		"no body":                    {"POST", hold, ``, "", 400, "invalid"},
		"not JSON":                   {"POST", hold, `{"zone":`, "", 400, "invalid"},
		"not an object":              {"POST", hold, `["A"]`, "", 400, "invalid"},
		"null":                       {"POST", hold, `null`, "", 400, "invalid"},
		"garbage after it":           {"POST", hold, `{"zone":"A","seats":["A-5"]} x`, "", 400, "invalid"},
		"two objects":                {"POST", hold, `{"zone":"A","seats":["A-5"]}{}`, "", 400, "invalid"},
		"not UTF-8":                  {"POST", hold, "{\"zone\":\"A\",\"seats\":[\"\xff\"]}", "", 400, "invalid"},
		"deep":                       {"POST", hold, `{"zone":` + strings.Repeat("[", 20000), "", 400, "invalid"},
		"seats a string":             {"POST", hold, `{"zone":"A","seats":"A-5"}`, "", 400, "invalid"},
		"a seat a number":            {"POST", hold, `{"zone":"A","seats":[5]}`, "", 400, "invalid"},
		"no seats":                   {"POST", hold, `{"zone":"A","seats":[]}`, "", 400, "invalid"},
		"seats twice":                {"POST", hold, `{"zone":"A","seats":["A-5","A-5"]}`, "", 400, "invalid"},
		"too many seats":             {"POST", hold, `{"zone":"A","seats":[` + many + `]}`, "", 400, "invalid"},
		"a seat without name":        {"POST", hold, `{"zone":"A","seats":[""]}`, "", 400, "invalid"},
		"a seat of 65 bytes":         {"POST", hold, `{"zone":"A","seats":["` + strings.Repeat("a", 65) + `"]}`, "", 400, "invalid"},
		"a control character":        {"POST", hold, `{"zone":"A","seats":["a\u0000"]}`, "", 400, "invalid"},
		"seats without zone":         {"POST", hold, `{"seats":["A-5"]}`, "", 400, "invalid"},
		"seats and quantity":         {"POST", hold, `{"zone":"A","seats":["A-5"],"quantity":1}`, "", 400, "invalid"},
		"nothing asked for":          {"POST", hold, `{"zone":"A"}`, "", 400, "invalid"},
		"quantity 0":                 {"POST", hold, `{"zone":"G","quantity":0}`, "", 400, "invalid"},
		"quantity below 0":           {"POST", hold, `{"zone":"G","quantity":-1}`, "", 400, "invalid"},
		"quantity a fraction":        {"POST", hold, `{"zone":"G","quantity":1.5}`, "", 400, "invalid"},
		"quantity huge":              {"POST", hold, `{"zone":"G","quantity":99999999999999999999}`, "", 400, "invalid"},
		"best of 51":                 {"POST", hold, `{"best":{"quantity":51}}`, "", 400, "invalid"},
		"best in no zone":            {"POST", hold, `{"best":{"quantity":1,"zone":"no zone"}}`, "", 404, "not_found"},
		"proposal without number":    {"GET", base + "/events/demo/best", "", "", 400, "invalid"},
		"proposal of 0":              {"GET", base + "/events/demo/best?quantity=0", "", "", 400, "invalid"},
		"proposal of 51":             {"GET", base + "/events/demo/best?quantity=51", "", "", 400, "invalid"},
		"proposal of a fraction":     {"GET", base + "/events/demo/best?quantity=1.5", "", "", 400, "invalid"},
		"proposal in no zone":        {"GET", base + "/events/demo/best?quantity=1&zone=no%20zone", "", "", 404, "not_found"},
		"proposal of no category":    {"GET", base + "/events/demo/best?quantity=1&category=nope", "", "", 404, "not_found"},
		"proposal in no event":       {"GET", base + "/events/nothing/best?quantity=1", "", "", 404, "not_found"},
		"proposal skipped too often": {"GET", base + "/events/demo/best?quantity=1&skip=32", "", "", 400, "invalid"},
		"proposal skipped back":      {"GET", base + "/events/demo/best?quantity=1&skip=-1", "", "", 400, "invalid"},
		"proposal half accessible":   {"GET", base + "/events/demo/best?quantity=1&accessible=yes", "", "", 400, "invalid"},
		"release of a bad escape":    {"DELETE", hold + "/seats/%ff", "", "", 400, "invalid"},
		"no key":                     {"POST", book, ``, "", 400, "invalid"},
		"a key of 65":                {"POST", book, ``, strings.Repeat("k", 65), 400, "invalid"},
		"a key in Korean":            {"POST", book, ``, "열쇠", 400, "invalid"},
		"a name too long":            {"POST", book, `{"name":"` + strings.Repeat("가", 201) + `"}`, "k", 400, "invalid"},
		"an address without host":    {"POST", book, `{"email":"me@"}`, "k", 400, "invalid"},
		"an address of two lines":    {"POST", book, `{"email":"me@here\nBcc: all"}`, "k", 400, "invalid"},
		"book no seats":              {"POST", book, `{"seats":[]}`, "k", 400, "invalid"},
		"book 1001 seats":            {"POST", book, seatList(1001), "k", 400, "invalid"},
		"hold 51 seats":              {"POST", hold, strings.Replace(seatList(51), "{", `{"zone":"A",`, 1), "", 400, "invalid"},
		"booking of another form":    {"GET", base + "/bookings/1", "", "", 404, "not_found"},
		"no such booking":            {"GET", base + "/bookings/" + id, "", "", 404, "not_found"},
		"booking in capitals":        {"GET", base + "/bookings/" + strings.ToUpper(id), "", "", 404, "not_found"},
		"cancel no seats":            {"POST", base + "/bookings/" + id + "/cancel", `{"seats":[]}`, "", 400, "invalid"},
		"too many bookings":          {"GET", base + "/bookings?limit=201", "", "", 400, "invalid"},
		"socket without upgrade":     {"GET", base + "/socket", "", "", 426, "invalid"},
		"no such description":        {"GET", "/api/docs/secret.yaml", "", "", 404, "not_found"},
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
		"/":                             {"BREW", "GET, HEAD, POST, DELETE"},
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
		base + "/bookings/x/link":       {"GET", "POST, DELETE"},
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

// TestLargeBody: what is just below the limit is read, and is only not JSON.
func TestLargeBody(t *testing.T) {
	s := start(t)
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

// TestDoubtfulLengths: what follows a body with chunks and a length, or the like, may be another client's request, or not; nobody answers it.
func TestDoubtfulLengths(t *testing.T) {
	s := start(t)
	for _, headers := range []string{
		"1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
		"1.1\r\nTransfer-Encoding: chunked\r\ncontent-length: 5",
		"1.1\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked",
		"1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked",
	} {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, "POST "+base+"/sessions HTTP/"+headers+"\r\nHost: x\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		// A reset is as good an end: the second request was never read.
		if b, err := io.ReadAll(c); errors.Is(err, os.ErrDeadlineExceeded) || bytes.Count(b, []byte("HTTP/1.1 ")) != 1 {
			t.Errorf("%q: %q %v", headers, b, err)
		}
	}
}

// seatList is a body with that many seats.
func seatList(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"s-%d"`, i)
	}
	return `{"seats":[` + b.String()[1:] + `]}`
}
