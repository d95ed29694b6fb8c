package hub

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestEmptyRoomIsKeptForAWhile(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		c, conn := h.joined(t, "z")
		c.Leave("z")
		time.Sleep(59 * time.Second)
		h.set("z", 0, '1') // its ring goes on
		synctest.Wait()
		mustJoin(t, c, "z", "again", &Position{1, 0})
		expect(t, conn, "joined", "snapshot z 1 0 "+blank, "again", "changes z 1 0 1 0=1")
		time.Sleep(2 * time.Minute)
		first := h.source("z")
		if first.Closed() {
			t.Fatal("closed under its client")
		}
		c.Detach()
		c.Wait()
		time.Sleep(60*time.Second - time.Nanosecond)
		synctest.Wait()
		if first.Closed() {
			t.Fatal("closed before its time")
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if s := h.Stats(); !first.Closed() || s.Rooms != 0 || s.RingBytes != 0 {
			t.Fatalf("not let go: %+v", s)
		}
		h.Changed("z")
		h.Announce("z", []byte("to nobody"))
		again, _ := h.attach(t)
		mustJoin(t, again, "z", "joined", nil)
		if h.made != 2 {
			t.Fatalf("%d sources", h.made)
		}
	})
}

func TestNewNumberingGivesEveryoneTheSnapshot(t *testing.T) {
	for _, epoch := range []int64{1, 2} { // the same epoch: only From says so
		inHouse(t, Config{WriteTimeout: time.Minute}, func(t *testing.T, h *house) {
			quick, quickConn := h.attach(t)
			slow, slowConn := h.attach(t)
			mustJoin(t, quick, "z", "joined", nil)
			mustJoin(t, slow, "z", "joined", nil)
			synctest.Wait()
			h.source("z").keepLog = true
			slowConn.Block(true)
			h.set("z", 0, '1')
			later()
			h.set("z", 1, '1')
			later()
			h.source("z").Restart(epoch)
			h.Changed("z")
			later()
			h.set("z", 2, '1')
			later()
			slowConn.Block(false)
			synctest.Wait()
			if got := quickConn.Messages(); len(got) != 6 {
				t.Fatalf("got %q", got)
			}
			for _, conn := range []*fakeConn{quickConn, slowConn} {
				v := viewer{}
				for _, m := range conn.Messages() {
					if err := v.receive(m); err != nil {
						t.Fatal(err)
					}
				}
				if v.snapshots != 2 || v.epoch != epoch || v.version != 1 || string(v.states) != "111"+blank[3:] {
					t.Fatalf("ended with %+v %s", v, v.states)
				}
			}
			if n := h.source("z").sinces; n != 0 {
				t.Fatalf("Since was asked across a restart")
			}
		})
	}
}

// misnumbered is a source whose frames do not follow one another.
type misnumbered struct {
	mu     sync.Mutex
	frames []Frame
	since  func() (Frame, bool)
}

func (s *misnumbered) Next() (Frame, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.frames) == 0 {
		return Frame{}, false
	}
	f := s.frames[0]
	s.frames = s.frames[1:]
	return f, true
}
func (s *misnumbered) Snapshot() Frame              { return Frame{Epoch: 1, Version: 5, Data: []byte("picture")} }
func (s *misnumbered) Since(Position) (Frame, bool) { return s.since() }
func (s *misnumbered) Close()                       {}

// joined is a client of a hub whose every room it is; inside a bubble.
func (s *misnumbered) joined(t *testing.T, at *Position) (*Hub, *fakeConn) {
	t.Helper()
	h := New(Config{Source: func(string) (Source, error) { return s, nil }})
	t.Cleanup(func() { h.Close() })
	c, conn := attach(t, h)
	mustJoin(t, c, "z", "joined", at)
	return h, conn
}

func TestFramesThatDoNotFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &misnumbered{}
		h, conn := s.joined(t, nil)
		for _, f := range []Frame{
			{Epoch: 1, From: 5, Version: 6, Data: []byte("6")},
			{Epoch: 1, From: 4, Version: 6, Data: []byte("old")},
			{Epoch: 1, From: 5, Version: 7, Data: []byte("overlapping 7")},
			{Epoch: 1, From: 9, Version: 10, Data: []byte("gap")},
		} {
			later()
			s.mu.Lock()
			s.frames = append(s.frames, f)
			s.mu.Unlock()
			h.Changed("z")
			synctest.Wait()
		}
		expect(t, conn, "joined", "picture", "6", "overlapping 7", "picture")
	})
}

func TestRingsHaveACapPerNode(t *testing.T) {
	inHouse(t, Config{RingBytes: 400, WriteTimeout: time.Hour}, func(t *testing.T, h *house) {
		left, _ := h.attach(t)
		mustJoin(t, left, "idle", "", nil)
		small, smallConn := h.attach(t)
		mustJoin(t, small, "small", "", nil)
		large, largeConn := h.attach(t)
		mustJoin(t, large, "large", "", nil)
		synctest.Wait()
		h.set("idle", 0, '1')
		later()
		left.Leave("idle")
		h.set("small", 0, '1')
		later()
		smallConn.Block(true)
		largeConn.Block(true)
		h.set("small", 1, '1')
		for i := range 40 {
			h.set("large", i, '1')
			later()
			if n := h.Stats().RingBytes; n > 400 {
				t.Fatalf("%d bytes in rings", n)
			}
		}
		ringOf := func(room string) int {
			r := h.rooms[room]
			return len(r.ring) - r.head
		}
		if ringOf("idle") != 0 || ringOf("small") != 2 || ringOf("large") < 5 {
			t.Fatalf("rings of %d, %d, %d frames", ringOf("idle"), ringOf("small"), ringOf("large"))
		}
		smallConn.Block(false)
		largeConn.Block(false)
		for conn, snapshots := range map[*fakeConn]int{smallConn: 1, largeConn: 2} {
			synctest.Wait()
			v := viewer{}
			for _, m := range conn.Messages() {
				if m == "" {
					continue
				}
				if err := v.receive(m); err != nil {
					t.Fatal(err)
				}
			}
			if v.snapshots != snapshots {
				t.Fatalf("%d snapshots, want %d", v.snapshots, snapshots)
			}
		}
	})
}

func TestAnnounce(t *testing.T) {
	inHouse(t, Config{RingFrames: 3, WriteTimeout: time.Minute}, func(t *testing.T, h *house) {
		h.Announce("z", []byte("nobody is there"))
		quick, quickConn := h.attach(t)
		slow, slowConn := h.attach(t)
		mustJoin(t, quick, "z", "joined", nil)
		mustJoin(t, slow, "z", "joined", nil)
		synctest.Wait()
		slowConn.Block(true)
		h.set("z", 0, '1')
		later()
		h.Announce("z", []byte("stale"))
		later()
		h.set("z", 1, '1')
		later()
		expect(t, quickConn, "joined", "snapshot z 1 0 "+blank, "changes z 1 0 1 0=1", "stale", "changes z 1 1 2 1=1")

		late, lateConn := h.attach(t) // at the head: it lacks no frame, but the room's state
		mustJoin(t, late, "z", "joined", &Position{1, 2})
		expect(t, lateConn, "joined", "stale")
		early, earlyConn := h.attach(t) // before the announcement: once, in order
		mustJoin(t, early, "z", "joined", &Position{1, 0})
		expect(t, earlyConn, "joined", "changes z 1 0 1 0=1", "stale", "changes z 1 1 2 1=1")

		h.Announce("z", []byte("live"))
		for i := range 4 {
			later()
			h.set("z", i, '2')
		}
		later()
		slowConn.Block(false)
		expect(t, slowConn, "joined", "snapshot z 1 0 "+blank, "changes z 1 0 1 0=1", "snapshot z 1 6 2222"+blank[4:], "live")

		h.source("z").keepLog = true
		asks, asksConn := h.attach(t)
		mustJoin(t, asks, "z", "joined", &Position{1, 1})
		expect(t, asksConn, "joined", "changes z 1 1 6 1=1,0=2,1=2,2=2,3=2", "live")
	})
}
