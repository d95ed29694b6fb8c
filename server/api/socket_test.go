package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	fasthttpws "github.com/fasthttp/websocket"
	"github.com/golang-jwt/jwt/v5"

	"jari/hub"
	"jari/seatmap"
)

func TestSocketMainPath(t *testing.T) {
	s := start(t)
	p, buyer := s.authed()
	p.send(`{"id":2,"type":"join","event":"demo","zone":"A"}`)
	if m := p.expect("joined"); m["zone"] != "A" || m["id"] != json.Number("2") {
		t.Fatalf("joined %v", m)
	}
	p.expect("snapshot")
	p.send(`{"id":3,"type":"hold","event":"demo","zone":"A","seats":["A-5"]}`)
	p.expect("held")
	other, _ := s.authed()
	other.send(`{"id":4,"type":"hold","event":"demo","zone":"A","seats":["A-5","A-6"]}`)
	if m := other.expect("refused"); m["code"] != "seat_unavailable" || len(m["seats"].([]any)) != 1 {
		t.Fatalf("refused %v", m)
	}
	p.send(`{"id":5,"type":"hold","event":"demo","zone":"G","quantity":2}`)
	p.expect("held")
	p.send(`{"id":6,"type":"hold","event":"demo","best":{"quantity":2,"zone":"A"}}`)
	if m := p.expect("held"); m["adjacent"] != true {
		t.Fatalf("held %v", m)
	}
	p.send(`{"id":7,"type":"extend","event":"demo"}`)
	p.expect("extended")
	p.send(`{"id":8,"type":"release","event":"demo","seats":["A-5"]}`)
	p.expect("released")
	p.send(`{"id":9,"type":"extend","event":"demo"}`)
	if m := p.expect("refused"); m["code"] != "hold_expired" {
		t.Fatalf("refused %v", m)
	}
	p.send(`{"id":10,"type":"ping"}`)
	p.expect("pong")
	s.hub.Tell(buyer, []byte(`{"type":"hold","event":"demo","hold":null,"cause":"expired"}`))
	p.expect("hold")
	s.change("z/demo/A")
	p.expect("changes")
	p.send(`{"id":11,"type":"leave","event":"demo","zone":"A"}`)
	p.expect("left")
	p.send(`{"id":12,"type":"join","event":"demo"}`)
	if m := p.expect("joined"); m["zone"] != nil {
		t.Fatalf("joined %v", m)
	}
	p.expect("snapshot")
}

// TestResume: a client that was at a version gets what is missing and no snapshot.
func TestResume(t *testing.T) {
	s := start(t)
	first, second := s.dial(), s.dial()
	first.send(`{"id":1,"type":"join","event":"demo","zone":"A"}`)
	first.expect("joined")
	first.expect("snapshot")
	for range 3 {
		s.change("z/demo/A")
		first.expect("changes")
	}
	second.send(`{"id":1,"type":"join","event":"demo","zone":"A","epoch":1,"version":2}`)
	second.expect("joined")
	if m := second.expect("changes"); m["from"] != json.Number("2") || m["version"] != json.Number("3") {
		t.Errorf("changes %v", m)
	}
	second.send(`{"id":2,"type":"join","event":"demo","zone":"A","epoch":9,"version":2}`)
	second.expect("joined")
	second.expect("snapshot")
}

// TestBadMessages: whatever is wrong with a message is answered, and the next message is served.
func TestBadMessages(t *testing.T) {
	s := start(t)
	p, _ := s.authed()
	many := strings.Repeat(`"A-1",`, 50) + `"A-2"`
	for name, m := range map[string]struct {
		message string
		id      any
		code    string
	}{
		"empty":                  {``, nil, "invalid"},
		"not JSON":               {`{"id":1,`, nil, "invalid"},
		"a list":                 {`[1]`, nil, "invalid"},
		"null":                   {`null`, nil, "invalid"},
		"a word":                 {`hello`, nil, "invalid"},
		"two objects":            {`{"id":1,"type":"ping"}{"id":2,"type":"ping"}`, nil, "invalid"},
		"deep":                   {`{"id":1,"type":` + strings.Repeat("[", 30000), nil, "invalid"},
		"not UTF-8":              {"{\"id\":7,\"type\":\"\xff\"}", 7, "invalid"},
		"no id":                  {`{"type":"ping"}`, nil, "invalid"},
		"id null":                {`{"id":null,"type":"ping"}`, nil, "invalid"},
		"id a string":            {`{"id":"1","type":"ping"}`, nil, "invalid"},
		"id a fraction":          {`{"id":1.5,"type":"ping"}`, nil, "invalid"},
		"id huge":                {`{"id":99999999999999999999,"type":"ping"}`, nil, "invalid"},
		"no type":                {`{"id":7}`, 7, "invalid"},
		"unknown type":           {`{"id":7,"type":"buy"}`, 7, "invalid"},
		"an answer's type":       {`{"id":7,"type":"held"}`, 7, "invalid"},
		"type a number":          {`{"id":7,"type":5}`, 7, "invalid"},
		"join without event":     {`{"id":7,"type":"join","zone":"A"}`, 7, "invalid"},
		"join no event":          {`{"id":7,"type":"join","event":"nothing","zone":"A"}`, 7, "not_found"},
		"join event odd":         {`{"id":7,"type":"join","event":"../x","zone":"A"}`, 7, "not_found"},
		"join no zone":           {`{"id":7,"type":"join","event":"demo","zone":"Z"}`, 7, "not_found"},
		"join zone odd":          {`{"id":7,"type":"join","event":"demo","zone":"a/b"}`, 7, "not_found"},
		"join with half a place": {`{"id":7,"type":"join","event":"demo","zone":"A","epoch":1}`, 7, "invalid"},
		"join zone a number":     {`{"id":7,"type":"join","event":"demo","zone":5}`, 7, "invalid"},
		"leave without event":    {`{"id":7,"type":"leave"}`, 7, "invalid"},
		"hold without event":     {`{"id":7,"type":"hold","zone":"A","seats":["A-5"]}`, 7, "invalid"},
		"hold in no event":       {`{"id":7,"type":"hold","event":"nothing","zone":"A","seats":["A-5"]}`, 7, "not_found"},
		"hold in no zone":        {`{"id":7,"type":"hold","event":"demo","zone":"Z","seats":["A-5"]}`, 7, "not_found"},
		"hold without zone":      {`{"id":7,"type":"hold","event":"demo","seats":["A-5"]}`, 7, "invalid"},
		"hold of nothing":        {`{"id":7,"type":"hold","event":"demo","zone":"A"}`, 7, "invalid"},
		"hold of an empty list":  {`{"id":7,"type":"hold","event":"demo","zone":"A","seats":[]}`, 7, "invalid"},
		"hold of a seat twice":   {`{"id":7,"type":"hold","event":"demo","zone":"A","seats":["A-5","A-6","A-5"]}`, 7, "invalid"},
		"hold of too many":       {`{"id":7,"type":"hold","event":"demo","zone":"A","seats":[` + many + `]}`, 7, "invalid"},
		"hold of no seat":        {`{"id":7,"type":"hold","event":"demo","zone":"A","seats":["X-1"]}`, 7, "not_found"},
		"hold of a foreign seat": {`{"id":7,"type":"hold","event":"demo","zone":"A","seats":["B-1"]}`, 7, "not_found"},
		"hold of a number":       {`{"id":7,"type":"hold","event":"demo","zone":"A","seats":[5]}`, 7, "invalid"},
		"hold quantity 0":        {`{"id":7,"type":"hold","event":"demo","zone":"G","quantity":0}`, 7, "invalid"},
		"hold best a string":     {`{"id":7,"type":"hold","event":"demo","best":"please"}`, 7, "invalid"},
		"hold both ways":         {`{"id":7,"type":"hold","event":"demo","zone":"G","quantity":1,"best":{"quantity":1}}`, 7, "invalid"},
		"release an empty list":  {`{"id":7,"type":"release","event":"demo","seats":[]}`, 7, "invalid"},
		"release in no event":    {`{"id":7,"type":"release","event":"nothing"}`, 7, "not_found"},
		"extend without event":   {`{"id":7,"type":"extend"}`, 7, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &peer{t, p.ws}
			p.send(m.message)
			e := p.expect("error")
			id := any(nil)
			if m.id != nil {
				id = json.Number("7")
			}
			if e["code"] != m.code || e["id"] != id {
				t.Errorf("error %v", e)
			}
			p.send(`{"id":8,"type":"ping","colour":"red"}`)
			p.expect("pong")
		})
	}
}

func TestHoldingNeedsAuth(t *testing.T) {
	s := start(t)
	p := s.dial()
	for _, kind := range []string{"hold", "release", "extend"} {
		p.send(`{"id":1,"type":"` + kind + `","event":"demo","zone":"A","seats":["A-5"]}`)
		if m := p.expect("error"); m["code"] != "unauthorized" {
			t.Errorf("%s: %v", kind, m)
		}
	}
	p.send(`{"id":2,"type":"join","event":"demo","zone":"A"}`)
	p.expect("joined")
}

func TestAnotherBuyerNeedsAnotherSocket(t *testing.T) {
	s := start(t)
	mine, other := s.token(), s.token()
	p := s.dial()
	for token, answer := range map[string]string{mine: "authed"} {
		p.send(`{"id":1,"type":"auth","token":"` + token + `"}`)
		p.expect(answer)
	}
	p.send(`{"id":2,"type":"auth","token":"` + other + `"}`)
	if m := p.expect("error"); m["code"] != "forbidden" {
		t.Errorf("message %v", m)
	}
	p.send(`{"id":3,"type":"auth","token":"` + mine + `"}`)
	p.expect("authed")
}

func TestTokenEndsWhileTheSocketIsOpen(t *testing.T) {
	clock := &testClock{now: time.Now()}
	s := start(t, func(c *Config) { c.Now = clock.Now })
	p := s.dial()
	p.send(`{"id":1,"type":"auth","token":"` + forged(t, jwt.SigningMethodHS256, testKey, nil) + `"}`)
	p.expect("authed")
	clock.add(2 * time.Hour)
	p.send(`{"id":2,"type":"hold","event":"demo","zone":"A","seats":["A-5"]}`)
	if m := p.expect("error"); m["code"] != "unauthorized" {
		t.Errorf("message %v", m)
	}
}

func TestFailuresOnTheSocket(t *testing.T) {
	s := start(t)
	p, _ := s.authed()
	p.send(`{"id":2,"type":"hold","event":"demo","zone":"A","seats":["panic"]}`)
	if m := p.expect("error"); m["code"] != "internal" || m["detail"] != nil {
		t.Errorf("message %v", m)
	}
	if !strings.Contains(s.log.String(), "a secret of the inside") {
		t.Error("the panic was not logged")
	}
	s.node.setFail(&seatmap.Refusal{Code: seatmap.CodeUnavailable, RetryAfter: 2 * time.Second})
	p.send(`{"id":3,"type":"hold","event":"demo","zone":"A","seats":["A-5"]}`)
	if m := p.expect("error"); m["code"] != "unavailable" || m["retry_after"] != json.Number("2") {
		t.Errorf("message %v", m)
	}
	s.node.setFail(nil)
	p.send(`{"id":4,"type":"hold","event":"demo","zone":"A","seats":["A-5"]}`)
	p.expect("held")
}

// TestRequestsAtWorkAreBounded: with as many at work as allowed, further ones are not read.
func TestRequestsAtWorkAreBounded(t *testing.T) {
	s := start(t, withLimits(Limits{Concurrency: 2}))
	s.node.gate = make(chan struct{})
	p, _ := s.authed()
	for range 4 {
		p.send(`{"id":5,"type":"hold","event":"demo","zone":"A","seats":["A-5"]}`)
	}
	p.send(`{"id":6,"type":"ping"}`)
	s.node.gate <- struct{}{}
	p.expect("held") // and the third is read: the ping still waits behind the fourth
	for range 3 {
		s.node.gate <- struct{}{}
	}
	var kinds []string
	for range 4 {
		kinds = append(kinds, p.next()["type"].(string))
	}
	if strings.Count(strings.Join(kinds, " "), "held") != 3 {
		t.Errorf("messages %v", kinds)
	}
}

func TestUpgrade(t *testing.T) {
	s := start(t, withOrigins("https://tickets.example"))
	p, res, err := s.tryDial("Sec-WebSocket-Protocol", "other, jari.v1.json")
	if err != nil {
		t.Fatal(err)
	}
	if res.Header.Get("Sec-WebSocket-Protocol") != "jari.v1.json" || res.Header.Get("Sec-WebSocket-Extensions") != "" {
		t.Errorf("headers %v", res.Header)
	}
	p.send(`{"id":1,"type":"ping"}`)
	p.expect("pong")
	if _, res, err := s.tryDial("Sec-WebSocket-Protocol", "jari.v2.json"); err == nil || res == nil || res.StatusCode != http.StatusBadRequest {
		t.Errorf("another subprotocol: %v %v", res, err)
	}
	s.wantProblem(400, "invalid", s.do("GET", base+"/socket", "", "", "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "12"))
	for origin, allowed := range map[string]bool{
		"http://" + s.addr: true, "https://tickets.example": true, "https://evil.example": false, "null": false,
		"http://" + s.addr + ".evil.example": false, "https://tickets.example.evil": false,
	} {
		p := s.dial("Origin", origin)
		p.ws.WriteMessage(fasthttpws.TextMessage, []byte(`{"id":1,"type":"ping"}`)) // the socket may be closed already
		if allowed {
			p.expect("pong")
		} else if code := p.closed(); code != hub.CloseOrigin {
			t.Errorf("%s: closed with %d", origin, code)
		}
	}
}

func TestSocketsAreCapped(t *testing.T) {
	s := start(t, withLimits(Limits{Sockets: 2}))
	first := s.dial()
	s.dial()
	eventually(t, "both are in", func() bool { return s.api.sockets.count() == 2 })
	_, res, err := s.tryDial()
	if err == nil || res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Fatalf("third socket: %v %v", res, err)
	}
	if err := first.ws.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "there is room again", func() bool { return s.api.sockets.count() == 1 })
	s.dial()
}

type testClock struct {
	lockedBuffer // for its lock
	now          time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
