package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	fasthttpws "github.com/fasthttp/websocket"

	"jari/hub"
)

// patience is how long a test waits for what must happen; it is a deadline, never a pause.
const patience = 20 * time.Second

var testKey = []byte("0123456789abcdef0123456789abcdef")

// server is an API on a real port over fakes.
type server struct {
	t    *testing.T
	api  *API
	node *fakeNode
	desk *fakeDesk
	hub  *hub.Hub
	addr string
	log  *lockedBuffer
	*sources
}

// sources are the rooms' sources, made by the hub.
type sources struct {
	mu     sync.Mutex
	byRoom map[string]*fakeSource // guarded by mu
}

// in is the same server for a subtest.
func (s *server) in(t *testing.T) *server {
	c := *s
	c.t = t
	return &c
}

type option func(*Config)

func start(t *testing.T, options ...option) *server {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return startOn(t, ln, options...)
}

func startOn(t *testing.T, ln net.Listener, options ...option) *server {
	t.Helper()
	s := &server{t: t, node: newFakeNode(), desk: newFakeDesk(), sources: &sources{byRoom: map[string]*fakeSource{}}, log: &lockedBuffer{}}
	s.hub = hub.New(hub.Config{Wire: Wire, Source: s.source, TickMin: time.Millisecond})
	s.node.hub = s.hub
	cfg := Config{Node: s.node, Desk: s.desk, Store: s.node, Hub: s.hub, SigningKey: testKey, Version: "test",
		Logger: slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, o := range options {
		o(&cfg)
	}
	var err error
	if s.api, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	s.addr = ln.Addr().String()
	served := make(chan error, 1)
	go func() { served <- s.api.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.api.Drain(ctx, 0); err != nil {
			t.Errorf("drain: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
		s.hub.Close()
	})
	return s
}

func (s *server) source(room string) (hub.Source, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	src := &fakeSource{room: room}
	s.byRoom[room] = src
	return src, nil
}

func (s *server) change(room string) {
	s.mu.Lock()
	src := s.byRoom[room]
	s.mu.Unlock()
	src.change()
	s.hub.Changed(room)
}

func withLimits(l Limits) option  { return func(c *Config) { c.Limits = l } }
func withStatic(f fs.FS) option   { return func(c *Config) { c.Static = f } }
func withOrigins(o string) option { return func(c *Config) { c.AllowedOrigins = []string{o} } }

// answer is an HTTP answer that was read whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
}

// do sends a request; headers come in pairs.
func (s *server) do(method, path, token, body string, headers ...string) answer {
	s.t.Helper()
	req, err := http.NewRequest(method, "http://"+s.addr+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	if req.Header.Get("Accept-Encoding") == "" {
		req.Header.Set("Accept-Encoding", "identity")
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	res, err := client.Do(req)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return s.whole(method, path, res)
}

// guest makes a session.
func (s *server) guest() (token, buyer string) {
	s.t.Helper()
	var session struct {
		Token string
		Buyer struct{ ID string }
	}
	a := s.do("POST", "/api/v1/sessions", "", "")
	if a.status != http.StatusCreated {
		s.t.Fatalf("session: %d %s", a.status, a.body)
	}
	a.into(s.t, &session)
	return session.Token, session.Buyer.ID
}

// peer is a client of the socket.
type peer struct {
	t  *testing.T
	ws *fasthttpws.Conn
}

func (s *server) dial(headers ...string) *peer {
	s.t.Helper()
	p, res, err := s.tryDial(headers...)
	if err != nil {
		s.t.Fatalf("dial: %v %v", err, res)
	}
	return p
}

func (s *server) tryDial(headers ...string) (*peer, *http.Response, error) {
	h := http.Header{}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Add(headers[i], headers[i+1])
	}
	d := fasthttpws.Dialer{HandshakeTimeout: patience, EnableCompression: true}
	ws, res, err := d.Dial("ws://"+s.addr+"/api/v1/socket", h)
	if err != nil {
		return nil, res, err
	}
	s.t.Cleanup(func() { ws.Close() })
	return &peer{s.t, ws}, res, nil
}

func (p *peer) send(message string) {
	p.t.Helper()
	if err := p.ws.WriteMessage(fasthttpws.TextMessage, []byte(message)); err != nil {
		p.t.Fatalf("send %.80s: %v", message, err)
	}
}

type message map[string]any

func (p *peer) read() (message, error) {
	if err := p.ws.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	_, b, err := p.ws.ReadMessage()
	if err != nil {
		return nil, err
	}
	var m message
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := dec.Decode(&m); err != nil {
		return nil, err
	}
	checkMessage(p.t, b)
	return m, nil
}

// next reads one message.
func (p *peer) next() message {
	p.t.Helper()
	m, err := p.read()
	if err != nil {
		p.t.Fatalf("read: %v", err)
	}
	return m
}

// expect reads the next message, which must be of that type.
func (p *peer) expect(kind string) message {
	p.t.Helper()
	m := p.next()
	if m["type"] != kind {
		p.t.Fatalf("got %v, want %s", m, kind)
	}
	return m
}

// closed reads until the socket is closed and returns the code.
func (p *peer) closed() int {
	p.t.Helper()
	for {
		_, err := p.read()
		if err == nil {
			continue
		}
		var closed *fasthttpws.CloseError
		if !errors.As(err, &closed) {
			p.t.Fatalf("ended without a close frame: %v", err)
		}
		return closed.Code
	}
}

// authed opens a socket of a new buyer.
func (s *server) authed() (*peer, string) {
	s.t.Helper()
	token, buyer := s.guest()
	p := s.dial()
	p.send(`{"id":1,"type":"auth","token":"` + token + `"}`)
	p.expect("authed")
	return p, buyer
}

// eventually waits until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
