package hub

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// eventually polls a condition; it is for what other goroutines do in their own time.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(10 * time.Second); !condition(); <-look.C {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// house is a hub with fake sources.
type house struct {
	*Hub
	mu      sync.Mutex
	sources map[string]*fakeSource
	made    int
	refuse  error         // of Config.Source
	gate    chan struct{} // Config.Source waits for it when set
}

const seats = 50

func newHouse(cfg Config) *house {
	s := &house{sources: make(map[string]*fakeSource)}
	cfg.Source = func(room string) (Source, error) {
		s.mu.Lock()
		gate := s.gate
		s.made++
		s.mu.Unlock()
		if gate != nil {
			<-gate
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.refuse != nil {
			return nil, s.refuse
		}
		s.sources[room] = newFakeSource(room, seats)
		return s.sources[room], nil
	}
	s.Hub = New(cfg)
	return s
}

func (s *house) source(room string) *fakeSource {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sources[room]
}

func (s *house) set(room string, index int, state byte) {
	s.source(room).Set(index, state)
	s.Changed(room)
}

func attach(t testing.TB, h *Hub) (*Client, *fakeConn) {
	t.Helper()
	conn := newFakeConn()
	c, err := h.Attach(conn)
	if err != nil {
		t.Fatal(err)
	}
	return c, conn
}

func (s *house) attach(t testing.TB) (*Client, *fakeConn) {
	t.Helper()
	return attach(t, s.Hub)
}

// inHouse runs a test in a synctest bubble, on a house that is closed at its end.
func inHouse(t *testing.T, cfg Config, test func(t *testing.T, h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(cfg)
		defer h.close(t)
		test(t, h)
	})
}

// joined is a client that has got all of a room's picture; inside a bubble.
func (s *house) joined(t *testing.T, room string) (*Client, *fakeConn) {
	t.Helper()
	c, conn := s.attach(t)
	mustJoin(t, c, room, "joined", nil)
	synctest.Wait()
	return c, conn
}

func (s *house) close(t testing.TB) {
	t.Helper()
	s.Close()
	for _, source := range s.sources {
		source.check(t)
		if !source.Closed() {
			t.Fatalf("source %s was not closed", source.room)
		}
	}
	if n := s.ringBytes.Load(); n != 0 {
		t.Fatalf("%d bytes are left in rings", n)
	}
}
