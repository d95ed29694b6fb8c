package api

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"jari/hub"
	"jari/server/booking"
	"jari/server/protocol"
)

// TestDrainBeforeServe: an end that comes at once leaves no server behind.
func TestDrainBeforeServe(t *testing.T) {
	h := hub.New(hub.Config{Wire: Wire})
	defer h.Close()
	node := newFakeNode()
	a, err := New(Config{Node: node, Desk: newFakeDesk(), Store: node, Hub: h, SigningKey: testKey})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := a.Drain(ctx, 0); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Serve(ln); err != nil {
		t.Error(err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("an API without parts is made")
	}
}

// beginDrain has the node end.
func (s *server) beginDrain(over time.Duration) (drained <-chan error) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	s.t.Cleanup(cancel)
	done := make(chan error, 1)
	go func() { done <- s.api.Drain(ctx, over) }()
	eventually(s.t, "the node drains", s.api.draining.Load)
	return done
}

// TestDrainingIsSaid: while the sockets leave, the node is not ready and takes no new ones, and it still answers.
func TestDrainingIsSaid(t *testing.T) {
	s := start(t)
	token, _ := s.guest()
	for range 2 {
		s.dial()
	}
	eventually(t, "both are served", func() bool { return s.hub.Stats().Clients == 2 })
	done := s.beginDrain(time.Hour)
	if a := s.do("GET", "/readyz", "", ""); a.status != http.StatusServiceUnavailable || !strings.Contains(string(a.body), "draining") {
		t.Errorf("readiness: %d %s", a.status, a.body)
	}
	if a := s.do("GET", "/healthz", "", ""); a.status != http.StatusOK {
		t.Errorf("health: %d %s", a.status, a.body)
	}
	if a := s.do("GET", base+"/bookings", token, ""); a.status != http.StatusOK {
		t.Errorf("a request: %d %s", a.status, a.body)
	}
	if _, res, err := s.tryDial(); err == nil || res == nil || res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("a new socket: %v %v", res, err)
	}
	s.hub.Close() // cuts the hour short
	if err := <-done; err != nil {
		t.Errorf("drain: %v", err)
	}
}

// busyDesk keeps a booking waiting.
type busyDesk struct {
	*fakeDesk
	entered, free chan struct{}
}

func (d busyDesk) Book(ctx context.Context, r booking.Request) (protocol.Booking, error) {
	close(d.entered)
	<-d.free
	return d.fakeDesk.Book(ctx, r)
}

// TestDrainFinishesBookings: a booking in flight has its answer, though the sockets have gone and the port is closed.
func TestDrainFinishesBookings(t *testing.T) {
	desk := busyDesk{newFakeDesk(), make(chan struct{}), make(chan struct{})}
	s := start(t, func(c *Config) { c.Desk = desk })
	token, _ := s.guest()
	statuses := make(chan int, 1)
	go func() {
		defer close(statuses)
		req, err := http.NewRequest("POST", "http://"+s.addr+base+"/events/gala/bookings", strings.NewReader("{}"))
		if err != nil {
			return
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Idempotency-Key", "k")
		req.Header.Set("Content-Type", "application/json")
		if res, err := http.DefaultTransport.RoundTrip(req); err == nil {
			res.Body.Close()
			statuses <- res.StatusCode
		}
	}()
	select {
	case <-desk.entered:
	case status := <-statuses:
		t.Fatalf("the booking is not at the desk: %d", status)
	}
	done := s.beginDrain(0)
	eventually(t, "the port is closed", func() bool {
		c, err := net.Dial("tcp", s.addr)
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	select {
	case err := <-done:
		t.Errorf("the drain did not wait: %v", err)
	default:
	}
	close(desk.free)
	if status := <-statuses; status != http.StatusAccepted {
		t.Errorf("the booking: %d", status)
	}
	if err := <-done; err != nil {
		t.Errorf("drain: %v", err)
	}
}

// TestDrainWaitsForNobodyWhoDoesNotRead: the write that such a client keeps waiting is cut short.
func TestDrainWaitsForNobodyWhoDoesNotRead(t *testing.T) {
	s := start(t)
	p, buyer := s.authed()
	s.hub.Tell(buyer, append([]byte(`{"type":"pong","pad":"`), append(bytes.Repeat([]byte("a"), 32<<20), `"}`...)...))
	s.hub.Tell(buyer, []byte(`{"type":"pong"}`))
	if err := <-s.beginDrain(0); err != nil {
		t.Errorf("drain: %v", err)
	}
	if n := s.api.sockets.count(); n != 0 {
		t.Errorf("%d sockets are left", n)
	}
	p.ws.Close()
}
