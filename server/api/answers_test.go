package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"jari/seatmap"
	"jari/server/protocol"
)

// TestNothingIsThere: every call about an event or a booking that is not there says so.
func TestNothingIsThere(t *testing.T) {
	s := start(t)
	token := s.token()
	hold, id := base+"/events/nothing/hold", "3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10"
	for _, r := range [][2]string{{"GET", hold}, {"DELETE", hold}, {"DELETE", hold + "/seats/A-1"}, {"POST", hold + "/extend"},
		{"POST", base + "/bookings/" + id + "/cancel"}, {"POST", base + "/bookings/" + id + "/link"}, {"DELETE", base + "/bookings/" + id + "/link"}} {
		s.wantProblem(404, "not_found", s.do(r[0], r[1], token, ""))
	}
	s.desk.set("", refuse(seatmap.CodeNotFound, "no such event"))
	s.wantProblem(404, "not_found", s.do("POST", base+"/events/nothing/bookings", token, "", "Idempotency-Key", "k"))
}

// TestEverythingIsAway: a call that cannot be served now says when to come again.
func TestEverythingIsAway(t *testing.T) {
	s := start(t, withLimits(Limits{Sockets: 1}))
	token := s.token()
	hold, bookings, id := base+"/events/demo/hold", base+"/bookings", "3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10"
	away := refuse(seatmap.CodeUnavailable, "away")
	s.node.setFail(away)
	s.desk.set(protocol.StatusPending, away)
	unknown := base + "/events/not-read-yet"
	for _, r := range [][2]string{{"GET", base + "/events"}, {"GET", unknown}, {"GET", unknown + "/zones/A"}, {"GET", unknown + "/zones?ids=A"}, {"GET", unknown + "/seats?id=A-1"},
		{"GET", base + "/events/demo/zones/A/state"}, {"GET", base + "/events/demo/best?quantity=2"}, {"GET", hold}, {"DELETE", hold}, {"DELETE", hold + "/seats/A-1"}, {"POST", hold + "/extend"}, {"GET", bookings}, {"GET", bookings + "/" + id},
		{"POST", bookings + "/" + id + "/cancel"}, {"POST", bookings + "/" + id + "/link"}, {"DELETE", bookings + "/" + id + "/link"}} {
		s.wantProblem(503, "unavailable", s.do(r[0], r[1], token, ""))
	}
	s.dial()
	eventually(t, "the only place is taken", func() bool { return s.api.sockets.count() == 1 })
	s.wantProblem(503, "unavailable", s.do("GET", base+"/socket", "", "", "Connection", "Upgrade", "Upgrade", "websocket",
		"Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "MDEyMzQ1Njc4OWFiY2RlZg=="))
}

// TestASaleThatIsClosed moves no deadline.
func TestASaleThatIsClosed(t *testing.T) {
	s := start(t)
	s.node.setFail(refuse(seatmap.CodeSaleClosed, ""))
	s.wantProblem(409, "sale_closed", s.do("POST", base+"/events/demo/hold/extend", s.token(), ""))
}

// TestWhatOneHasIsNotSentAgain: all that has a tag answers 304 to it.
func TestWhatOneHasIsNotSentAgain(t *testing.T) {
	s := start(t)
	for _, path := range []string{"/api/docs", "/api/docs/openapi.yaml", "/api/docs/asyncapi.yaml", base + "/events/demo/zones?ids=A",
		base + "/events/demo/zones/A"} {
		tag := s.want(200, s.do("GET", path, "", "")).header.Get("ETag")
		s.want(304, s.do("GET", path, "", "", "If-None-Match", tag))
	}
}

// TestBodyTooLarge asks with the headers alone: the answer comes before the body is sent.
func TestBodyTooLarge(t *testing.T) {
	s := start(t)
	for _, path := range []string{"/events/demo/hold", "/events/demo/bookings", "/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10/cancel"} {
		p := s.wantProblem(413, "invalid", s.ask("POST", base+path, "Content-Length: 65537"))
		if p.Detail != "a body has at most 65536 bytes" {
			t.Errorf("problem %+v", p)
		}
	}
}

// ask sends a request's headers and nothing else.
func (s *server) ask(method, path string, headers ...string) answer {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	text := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\n", method, path)
	for _, h := range headers {
		text += h + "\r\n"
	}
	if _, err := io.WriteString(c, text+"\r\n"); err != nil {
		s.t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		s.t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.whole(method, path, res)
}

// whole reads an answer and holds it to its description.
func (s *server) whole(method, path string, res *http.Response) answer {
	s.t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	a := answer{res.StatusCode, res.Header, b}
	s.checkAnswer(method, path, a)
	return a
}
