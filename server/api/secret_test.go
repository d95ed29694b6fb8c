package api

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestTokensStaySecret: whatever is asked with a token, right or wrong, neither the log nor the metrics have it. A token in an address is
// no token.
func TestTokensStaySecret(t *testing.T) {
	s := start(t, withLimits(Limits{ReadTimeout: 500 * time.Millisecond})) // a header without a colon may still get one
	token, buyer := s.guest()
	bad := token[:len(token)-3] + "xyz"
	s.want(201, s.do("POST", base+"/sessions", token, ""))
	s.want(200, s.do("POST", base+"/events/demo/hold?token="+token, token, `{"zone":"A","seats":["A-5"]}`))
	s.want(202, s.do("POST", base+"/events/demo/bookings", token, "", "Idempotency-Key", "k"))
	s.want(500, s.do("POST", base+"/events/demo/hold", token, `{"zone":"A","seats":["panic"]}`))
	s.want(400, s.do("POST", base+"/events/demo/hold", token, `{"token":"`+token+`"`))
	s.want(401, s.do("GET", base+"/bookings", bad, ""))
	for _, query := range []string{"?token=", "?access_token=", "?authorization=Bearer%20"} {
		s.want(401, s.do("GET", base+"/bookings"+query+token, "", ""))
		s.do("GET", "/events/demo"+query+token, "", "")
		s.do("GET", "/nowhere.txt"+query+token, "", "")
		s.do("BREW", "/"+query+token, "", "")
	}
	s.do("GET", base+"/bookings", token, "", "X-Request-Id", token, "Cookie", "session="+token)
	for _, request := range []string{
		"GET /api/v1/bookings HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\nbroken\r\n\r\n",
		"GET /api/v1/bookings HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: x\r\nAuthorization: Bearer " + token + "\r\n\r\n",
		"GET /api/v1/bookings?token=" + token + " HTTP/1.0\r\n\r\n",
		"POST /api/v1/bookings HTTP/1.1\r\nAuthorization: Bearer " + token + "\r\nX: " + strings.Repeat("a", 2*headerBytes) + "\r\n\r\n",
	} {
		if answer := s.rest(s.raw(request)); strings.Contains(answer, token) {
			t.Errorf("the answer tells it: %s", answer)
		}
	}

	p := s.dial()
	p.send(fmt.Sprintf(`{"id":1,"type":"auth","token":"%s"}`, token))
	p.expect("authed")
	p.send(fmt.Sprintf(`{"id":2,"type":"hold","event":"demo","zone":"A","seats":["panic"],"token":"%s"}`, token))
	p.expect("error")
	p.send(fmt.Sprintf(`{"id":3,"type":"%s"}`, token))
	p.expect("error")
	p.send(fmt.Sprintf(`{"id":4,"type":"join","event":"demo","zone":"%s"`, token))
	p.expect("error")
	p.send(fmt.Sprintf(`{"id":5,"type":"auth","token":"%s"}`, bad))
	if code := p.closed(); code != 4501 {
		t.Errorf("closed with %d", code)
	}
	q, _, err := s.tryDial("Authorization", "Bearer "+token) // a socket authenticates by a message
	if err != nil {
		t.Fatal(err)
	}
	q.send(`{"id":1,"type":"hold","event":"demo","zone":"A","seats":["A-9"]}`)
	if m := q.expect("error"); m["code"] != "unauthorized" {
		t.Errorf("told %v", m)
	}
	q.ws.Close()

	eventually(t, "the sockets are closed", func() bool { return s.api.sockets.count() == 0 })
	metrics := string(s.do("GET", "/metrics", "", "").body)
	log := s.log.String()
	if !strings.Contains(log, `"msg":"request"`) || !strings.Contains(log, `"msg":"socket closed"`) || !strings.Contains(metrics, "jari_http_request_seconds") {
		t.Fatal("nothing is logged or measured, so nothing was looked through")
	}
	signature := token[strings.LastIndexByte(token, '.')+1:]
	for what, secret := range map[string]string{"the token": token, "its signature": signature[:len(signature)-3], "its claims": strings.Split(token, ".")[1], "the buyer": buyer} {
		if at := strings.Index(metrics, secret); at >= 0 {
			t.Errorf("the metrics have %s: %.300s", what, metrics[max(0, at-100):])
		}
		if at := strings.Index(log, secret); at >= 0 && what != "the buyer" {
			t.Errorf("the log has %s: %.500s", what, log[max(0, at-300):])
		}
	}
}
