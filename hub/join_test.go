package hub

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var blank = fmt.Sprintf("%0*d", seats, 0)

// expect compares a connection's messages, all of them, with the wanted ones, once everything has come to rest.
func expect(t *testing.T, conn *fakeConn, want ...string) {
	t.Helper()
	synctest.Wait()
	if got := conn.Messages(); !slices.Equal(got, want) {
		t.Fatalf("got\n%q\nwant\n%q", got, want)
	}
}

func mustJoin(t *testing.T, c *Client, room, answer string, at *Position) {
	t.Helper()
	if err := c.Join(room, []byte(answer), at); err != nil {
		t.Fatal(err)
	}
}

// later lets the present tick pass. Like every sleep in these tests it is in a synctest bubble: no real time passes.
func later() { time.Sleep(time.Second) }

func TestJoinAnswerSnapshotFrames(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		c, conn := h.attach(t)
		mustJoin(t, c, "z", "joined", nil)
		expect(t, conn, "joined", "snapshot z 1 0 "+blank)
		h.set("z", 1, '1')
		expect(t, conn, "joined", "snapshot z 1 0 "+blank, "changes z 1 0 1 1=1")
		later()
		h.source("z").Set(2, '1')
		h.set("z", 1, '2')
		expect(t, conn, "joined", "snapshot z 1 0 "+blank, "changes z 1 0 1 1=1", "changes z 1 1 3 2=1,1=2")
	})
}

func TestJoinAtKnownPosition(t *testing.T) {
	inHouse(t, Config{RingFrames: 4}, func(t *testing.T, h *house) {
		h.joined(t, "z")
		for i := range 10 { // frames 0-1 ... 9-10, of which 6-7 ... 9-10 are kept
			h.set("z", i, '1')
			later()
		}
		h.source("z").Set(10, '1') // not shown yet
		h.source("z").keepLog = true
		tests := []struct {
			name string
			at   Position
			want []string
		}{
			{"at the head", Position{1, 10}, nil},
			{"ahead of this node", Position{1, 12}, nil},
			{"one behind", Position{1, 9}, []string{"changes z 1 9 10 9=1"}},
			{"the oldest of the ring", Position{1, 6}, []string{
				"changes z 1 6 7 6=1", "changes z 1 7 8 7=1", "changes z 1 8 9 8=1", "changes z 1 9 10 9=1"}},
			{"older than the ring", Position{1, 5}, []string{"changes z 1 5 10 5=1,6=1,7=1,8=1,9=1"}},
			{"of another epoch", Position{2, 10}, []string{"snapshot z 1 10 " + "1111111111" + blank[10:]}},
		}
		for _, test := range tests {
			c, conn := h.attach(t)
			mustJoin(t, c, "z", "joined", &test.at)
			expect(t, conn, append([]string{"joined"}, test.want...)...)
			c.Detach()
		}
		if n := h.source("z").sinces; n != 1 {
			t.Fatalf("Since was asked %d times, want once", n)
		}
		// Where the source has forgotten, too, it is the picture.
		h.source("z").keepLog = false
		c, conn := h.attach(t)
		mustJoin(t, c, "z", "joined", &Position{1, 5})
		expect(t, conn, "joined", "snapshot z 1 10 "+"1111111111"+blank[10:])
	})
}

func TestJoinAheadIgnoresWhatItKnows(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		c, conn := h.attach(t)
		mustJoin(t, c, "z", "joined", &Position{1, 2})
		synctest.Wait()
		for i := range 4 {
			h.set("z", i, '1')
			later()
		}
		expect(t, conn, "joined", "changes z 1 2 3 2=1", "changes z 1 3 4 3=1")
	})
}

func TestJoinAgainMovesTheCursor(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		c, conn := h.joined(t, "z")
		h.set("z", 0, '1')
		synctest.Wait()
		mustJoin(t, c, "z", "again", &Position{1, 0})
		synctest.Wait()
		mustJoin(t, c, "z", "and again", nil)
		expect(t, conn, "joined", "snapshot z 1 0 "+blank, "changes z 1 0 1 0=1",
			"again", "changes z 1 0 1 0=1", "and again", "snapshot z 1 1 1"+blank[1:])
		later()
		h.set("z", 1, '1')
		synctest.Wait()
		if n := len(conn.Messages()); n != 8 {
			t.Fatalf("%d messages, want one more", n)
		}
		c.Leave("z")
		c.Leave("z")
		c.Leave("never seen")
		later()
		h.set("z", 2, '1')
		synctest.Wait()
		if n := len(conn.Messages()); n != 8 {
			t.Fatalf("%d messages after Leave", n)
		}
	})
}

func TestJoinWhilePausedSendsNothingOfTheRoom(t *testing.T) {
	inHouse(t, Config{MaxPrivate: 1}, func(t *testing.T, h *house) {
		c, conn := h.joined(t, "z")
		conn.Block(true)
		c.Send([]byte("first")) // stuck in a write
		synctest.Wait()
		joined := make(chan error)
		go func() { joined <- c.Join("z", []byte("again"), nil) }() // waits for space
		synctest.Wait()
		h.set("z", 0, '1')
		synctest.Wait()
		conn.Block(false)
		if err := <-joined; err != nil {
			t.Fatal(err)
		}
		expect(t, conn, "joined", "snapshot z 1 0 "+blank, "first", "again", "snapshot z 1 1 1"+blank[1:])
	})
}

func TestPrivateOvertakes(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		c, conn := h.attach(t)
		mustJoin(t, c, "a", "in a", nil)
		mustJoin(t, c, "b", "in b", nil)
		synctest.Wait()
		conn.Block(true)
		h.set("a", 0, '1')
		synctest.Wait() // stuck with that
		later()
		h.set("a", 1, '1')
		h.set("b", 0, '1')
		synctest.Wait()
		c.Send([]byte("private 1"))
		c.Send([]byte("private 2"))
		conn.Block(false)
		synctest.Wait()
		writes := conn.Writes()
		want := []string{"private 1", "private 2", "changes a 1 1 2 1=1", "changes b 1 0 1 0=1"}
		if got := writes[len(writes)-1]; !slices.Equal(got, want) {
			t.Fatalf("the last write was %q, want %q", got, want)
		}
	})
}

func TestTooManyRooms(t *testing.T) {
	inHouse(t, Config{MaxRooms: 2}, func(t *testing.T, h *house) {
		c, _ := h.attach(t)
		mustJoin(t, c, "a", "", nil)
		mustJoin(t, c, "b", "", nil)
		if err := c.Join("c", nil, nil); !errors.Is(err, ErrTooManyRooms) {
			t.Fatalf("got %v", err)
		}
		mustJoin(t, c, "b", "", nil) // again is not more
		if n := h.Stats().Rooms; n != 2 {
			t.Fatalf("%d rooms", n)
		}
		if got := c.Rooms(); !slices.Equal(got, []string{"a", "b"}) {
			t.Fatalf("in %v", got)
		}
		c.Leave("a")
		mustJoin(t, c, "c", "", nil)
	})
}

func TestConcurrentJoinsShareOneSource(t *testing.T) {
	refused := errors.New("no such zone")
	for _, refuse := range []error{nil, refused} {
		inHouse(t, Config{}, func(t *testing.T, h *house) {
			h.gate, h.refuse = make(chan struct{}), refuse
			var all sync.WaitGroup
			for range 20 {
				c, _ := h.attach(t)
				all.Go(func() {
					if err := c.Join("z", nil, nil); !errors.Is(err, refuse) {
						t.Errorf("got %v, want %v", err, refuse)
					}
				})
			}
			synctest.Wait()
			other, _ := h.attach(t)
			close(h.gate)
			all.Wait()
			if h.made != 1 {
				t.Fatalf("%d sources were made", h.made)
			}
			if refuse == nil {
				return
			}
			if n := h.Stats().Rooms; n != 0 {
				t.Fatalf("%d rooms are left", n)
			}
			h.refuse = nil
			mustJoin(t, other, "z", "", nil) // the next try is a new one
		})
	}
}

func TestClientEndsWhileTheSourceIsMade(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		h.gate = make(chan struct{})
		c, conn := h.attach(t)
		joined := make(chan error)
		go func() { joined <- c.Join("z", []byte("joined"), nil) }()
		synctest.Wait()
		c.Detach()
		c.Wait()
		conn.closedWith(t, CloseNormal)
		if err := <-joined; !errors.Is(err, ErrGone) {
			t.Fatalf("got %v", err)
		}
		close(h.gate)
		synctest.Wait()
		if n := h.Stats().Rooms; n != 1 {
			t.Fatalf("%d rooms, want the one that was made", n)
		}
		time.Sleep(61 * time.Second)
		synctest.Wait()
		if n := h.Stats().Rooms; n != 0 {
			t.Fatalf("%d rooms are left", n)
		}
		if err := c.Join("z", nil, nil); !errors.Is(err, ErrGone) {
			t.Fatalf("joining afterwards: %v", err)
		}
	})
}

// A change that comes between the making of the source and the room's being ready is told to nobody.
func TestChangeWhileTheSourceIsMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var source *fakeSource
		h := New(Config{Source: func(room string) (Source, error) {
			source = newFakeSource(room, seats)
			source.Set(3, '1')
			return source, nil
		}})
		defer h.Close()
		c, conn := attach(t, h)
		mustJoin(t, c, "z", "joined", nil)
		synctest.Wait()
		if got := conn.Messages(); got[len(got)-1] != "changes z 1 0 1 3=1" && got[len(got)-1] != "snapshot z 1 1 0001"+blank[4:] {
			t.Fatalf("got %q", got)
		}
	})
}
