package hub

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// outrun has a room go further than its ring reaches; its source answers Since when sinceGo is closed. first is in the room.
func outrun(t *testing.T, h *house) (first *Client, s *fakeSource) {
	t.Helper()
	first, _ = h.attach(t)
	mustJoin(t, first, "z", "", nil)
	for i := range 5 {
		h.set("z", i, '1')
		later()
	}
	s = h.source("z")
	s.keepLog, s.sinceGo = true, make(chan struct{})
	return first, s
}

// However many fall behind at once, one call is under way for all of them, and who is at the same position shares it; nobody needs the
// picture.
func TestSinceIsShared(t *testing.T) {
	inHouse(t, Config{RingFrames: 2}, func(t *testing.T, h *house) {
		_, s := outrun(t, h)
		conns := map[*fakeConn]int64{}
		join := func(n int, version int64) {
			for range n {
				c, conn := h.attach(t)
				mustJoin(t, c, "z", "joined", &Position{1, version})
				conns[conn] = version
			}
		}
		join(1, 1)
		synctest.Wait()
		join(20, 2)
		join(50, 0)
		synctest.Wait()
		if s.sinces != 1 {
			t.Fatalf("%d calls of Since at a time", s.sinces)
		}
		h.set("z", 5, '1')
		synctest.Wait()
		close(s.sinceGo)
		synctest.Wait()
		if s.sinces != 3 {
			t.Fatalf("%d calls of Since for three positions", s.sinces)
		}
		for conn, version := range conns {
			v := viewer{states: []byte(strings.Repeat("1", int(version)) + blank[version:]), epoch: 1, version: version}
			for _, m := range conn.Messages() {
				if err := v.receive(m); err != nil {
					t.Fatal(err)
				}
			}
			if string(v.states) != s.Truth() || v.snapshots > 0 {
				t.Fatalf("a client at %d ended with %s after %d snapshots, want %s", version, v.states, v.snapshots, s.Truth())
			}
		}
	})
}

// A client whose Since takes long is not kept from its private messages, and may leave or end meanwhile.
func TestSinceHoldsUpNothing(t *testing.T) {
	inHouse(t, Config{RingFrames: 2}, func(t *testing.T, h *house) {
		first, s := outrun(t, h)
		leaves, leaving := h.attach(t)
		ends, ending := h.attach(t)
		moves, moving := h.attach(t)
		for _, c := range []*Client{leaves, ends, moves} {
			mustJoin(t, c, "z", "joined", &Position{1, 0})
		}
		leaves.Send([]byte("private"))
		expect(t, leaving, "joined", "private")
		leaves.Leave("z")
		ends.Kick(CloseIdle, "")
		ends.Wait()
		mustJoin(t, moves, "z", "again", nil)
		expect(t, moving, "joined", "again", "snapshot z 1 5 11111"+blank[5:])
		moves.Detach()
		first.Detach()
		time.Sleep(2 * time.Minute)
		if s.Closed() {
			t.Fatal("closed while it is asked")
		}
		close(s.sinceGo)
		expect(t, leaving, "joined", "private")
		expect(t, ending, "joined")
		expect(t, moving, "joined", "again", "snapshot z 1 5 11111"+blank[5:])
		time.Sleep(time.Minute)
		synctest.Wait()
		if !s.Closed() {
			t.Fatal("a call of Since keeps the room")
		}
	})
}

// Who falls behind again before it has read on gets the picture: it is not caught up frame by frame over the network.
func TestSinceIsAskedOncePerAbsence(t *testing.T) {
	inHouse(t, Config{RingFrames: 2, WriteTimeout: time.Minute}, func(t *testing.T, h *house) {
		c, conn := h.joined(t, "z")
		s := h.source("z")
		for i := range 4 {
			h.set("z", i, '1')
			later()
		}
		c.Leave("z")
		s.keepLog, s.sinceGo = true, make(chan struct{})
		mustJoin(t, c, "z", "again", &Position{1, 0})
		synctest.Wait()
		// What the source answers is newer than when it was asked: the ring leads on from there.
		for i := range 4 {
			h.set("z", i, '2')
			later()
		}
		before := len(conn.Messages())
		conn.Block(true)
		c.Send([]byte("stuck"))
		synctest.Wait()
		close(s.sinceGo)
		synctest.Wait()
		h.set("z", 9, '3')
		later()
		conn.Block(false)
		synctest.Wait()
		want := []string{"stuck", "changes z 1 0 8 0=1,1=1,2=1,3=1,0=2,1=2,2=2,3=2", "changes z 1 8 9 9=3"}
		if got := conn.Messages()[before:]; !slices.Equal(got, want) {
			t.Fatalf("got %q", got)
		}

		mustJoin(t, c, "z", "third", &Position{1, 0})
		synctest.Wait()
		conn.Block(true)
		c.Send([]byte("stuck"))
		synctest.Wait()
		before = len(conn.Messages())
		mustJoin(t, c, "z", "fourth", &Position{1, 0})
		synctest.Wait()
		for range 3 {
			h.set("z", 9, '0')
			later()
		}
		conn.Block(false)
		synctest.Wait()
		got := conn.Messages()[before:]
		if last := got[len(got)-1]; last != "snapshot z 1 12 2222"+blank[4:] || s.sinces != 3 {
			t.Fatalf("%d calls of Since, got %q", s.sinces, got)
		}
	})
}

// An answer of Since that does not lead from where the client is to where the room is must not reach it.
func TestSinceThatDoesNotFit(t *testing.T) {
	fits := Frame{Epoch: 1, From: 2, Version: 5, Data: []byte("changes")}
	tests := []struct {
		name   string
		answer Frame
		ok     bool
		anew   bool // the numbering begins anew meanwhile
		want   string
	}{
		{"fits", fits, true, false, "changes"},
		{"overlaps", Frame{Epoch: 1, From: 0, Version: 9, Data: []byte("changes")}, true, false, "changes"},
		{"none", fits, false, false, "picture"},
		{"of another epoch", Frame{Epoch: 2, From: 2, Version: 5, Data: []byte("changes")}, true, false, "picture"},
		{"begins too late", Frame{Epoch: 1, From: 3, Version: 5, Data: []byte("changes")}, true, false, "picture"},
		{"ends too early", Frame{Epoch: 1, From: 2, Version: 4, Data: []byte("changes")}, true, false, "picture"},
		{"restart", Frame{Epoch: 1, From: -1, Version: 5, Data: []byte("changes")}, true, false, "picture"},
		{"of the numbering before", fits, true, true, "picture"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				answer := make(chan struct{})
				s := &misnumbered{since: func() (Frame, bool) { <-answer; return test.answer, test.ok }}
				h, conn := s.joined(t, &Position{1, 2})
				expect(t, conn, "joined")
				if test.anew {
					s.mu.Lock()
					s.frames = []Frame{{Epoch: 1, From: -1, Version: 5}}
					s.mu.Unlock()
					h.Changed("z")
					later()
				}
				close(answer)
				expect(t, conn, "joined", test.want)
			})
		})
	}
}
