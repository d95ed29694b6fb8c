package hub

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestTick(t *testing.T) {
	tests := []struct {
		name    string
		cfg     Config
		clients int
		tick    time.Duration
	}{
		{"few deliveries: the shortest", Config{}, 3, 20 * time.Millisecond},
		{"as many as it takes", Config{PerDelivery: time.Millisecond}, 70, 70 * time.Millisecond},
		{"never more than the longest", Config{PerDelivery: 10 * time.Millisecond}, 70, 500 * time.Millisecond},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inHouse(t, test.cfg, func(t *testing.T, h *house) {
				var conn *fakeConn
				for range test.clients {
					var c *Client
					c, conn = h.attach(t)
					mustJoin(t, c, "z", "joined", nil)
				}
				later()
				received := func() int { synctest.Wait(); return len(conn.Messages()) - 2 }

				h.set("z", 0, '1') // the first after quiet goes at once
				if n := received(); n != 1 {
					t.Fatalf("%d frames at once", n)
				}
				if got := h.Stats().Tick; got != test.tick {
					t.Fatalf("the tick is %v, want %v", got, test.tick)
				}
				for i := range 10 { // the others wait for the end of the tick, and are one
					h.set("z", i, '2')
				}
				time.Sleep(test.tick - time.Nanosecond)
				if n := received(); n != 1 {
					t.Fatalf("%d frames within the tick", n)
				}
				time.Sleep(time.Nanosecond)
				if n := received(); n != 2 {
					t.Fatalf("%d frames at the end of the tick", n)
				}
				time.Sleep(test.tick + time.Nanosecond) // quiet again
				h.set("z", 0, '3')
				if n := received(); n != 3 {
					t.Fatalf("%d frames after quiet", n)
				}
			})
		})
	}
}

func TestQuietIsWhenNothingIsNew(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		_, conn := h.joined(t, "z")
		h.Changed("z") // a false alarm
		h.Changed("not there")
		synctest.Wait()
		h.set("z", 0, '1')
		expect(t, conn, "joined", "snapshot z 1 0 "+blank, "changes z 1 0 1 0=1")
	})
}

func TestOneTickIsOneWrite(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		c, conn := h.attach(t)
		for _, room := range []string{"a", "b", "c"} {
			mustJoin(t, c, room, "joined", nil)
		}
		later()
		h.set("a", 0, '1')
		synctest.Wait()
		before := len(conn.Writes())
		for i := range 10 {
			h.set("a", i, '2')
			h.set("b", i, '2')
			h.set("c", i, '2')
		}
		later()
		synctest.Wait()
		if got := conn.Writes()[before:]; len(got) != 1 || len(got[0]) != 3 {
			t.Fatalf("got %q, want three frames in one write", got)
		}
	})
}

func TestWireFormIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wired := 0
		h := newHouse(Config{Wire: func(message []byte) []byte {
			wired++
			return slices.Concat([]byte("#"), message)
		}})
		defer h.close(t)
		var conns []*fakeConn
		for range 10 {
			c, conn := h.attach(t)
			if err := c.Join("z", nil, nil); err != nil {
				t.Fatal(err)
			}
			conns = append(conns, conn)
		}
		synctest.Wait()
		h.set("z", 0, '1')
		h.Announce("z", []byte("live"))
		for _, conn := range conns {
			later()
			expect(t, conn, "#snapshot z 1 0 "+blank, "#changes z 1 0 1 0=1", "#live")
		}
		if wired != 3 {
			t.Fatalf("%d wire forms were prepared, want 3", wired)
		}
	})
}

func TestChangedFromManyGoroutines(t *testing.T) {
	h := newHouse(Config{TickMin: time.Microsecond})
	defer h.close(t)
	c, conn := h.attach(t)
	if err := c.Join("z", nil, nil); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 500 {
				h.set("z", (g*500+i)%seats, byte('0'+i%4))
			}
		})
	}
	all.Wait()
	var v viewer
	eventually(t, "the client has everything", func() bool {
		v = viewer{}
		for _, m := range conn.Messages() {
			if err := v.receive(m); err != nil {
				t.Fatal(err)
			}
		}
		return v.version == 4000
	})
	if string(v.states) != h.source("z").Truth() {
		t.Fatalf("the client ended with %s, want %s", v.states, h.source("z").Truth())
	}
}

// restless is a source that changes again while it is asked.
type restless struct {
	misnumbered
	hub   *Hub
	again bool
}

func (s *restless) Next() (Frame, bool) {
	if s.again {
		s.again = false
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.frames = append(s.frames, Frame{Epoch: 1, From: 6, Version: 7, Data: []byte("7")})
			s.hub.Changed("z")
		}()
	}
	return s.misnumbered.Next()
}

func TestChangeDuringNextIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &restless{}
		h := New(Config{Source: func(string) (Source, error) { return s, nil }})
		defer h.Close()
		s.hub = h
		c, conn := attach(t, h)
		mustJoin(t, c, "z", "joined", nil)
		synctest.Wait()
		s.mu.Lock()
		s.frames, s.again = []Frame{{Epoch: 1, From: 5, Version: 6, Data: []byte("6")}}, true
		s.mu.Unlock()
		h.Changed("z")
		later()
		expect(t, conn, "joined", "picture", "6", "7")
	})
}
