package hub

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestSlowClientGetsOneSnapshot(t *testing.T) {
	for _, keepLog := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(Config{RingFrames: 4, TickMax: time.Millisecond, TickMin: time.Millisecond})
			defer h.close(t)
			c, conn := h.attach(t)
			mustJoin(t, c, "z", "joined", nil)
			synctest.Wait()
			h.source("z").keepLog = keepLog
			conn.Block(true)
			for i := range 20 {
				h.set("z", i, '1')
				time.Sleep(2 * time.Millisecond)
			}
			conn.Block(false)
			want := "snapshot z 1 20 " + strings.Repeat("1", 20) + blank[20:]
			if keepLog {
				var changes []string
				for i := 1; i < 20; i++ {
					changes = append(changes, fmt.Sprintf("%d=1", i))
				}
				want = "changes z 1 1 20 " + strings.Join(changes, ",")
			}
			expect(t, conn, "joined", "snapshot z 1 0 "+blank, "changes z 1 0 1 0=1", want)
			h.set("z", 20, '1')
			synctest.Wait()
			if got := conn.Messages(); got[len(got)-1] != "changes z 1 20 21 20=1" {
				t.Fatalf("got %q", got)
			}
		})
	}
}

func TestSnapshotIsPreparedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wired := 0
		h := newHouse(Config{RingFrames: 2, WriteTimeout: time.Minute, Wire: func(message []byte) []byte {
			if strings.HasPrefix(string(message), "snapshot") {
				wired++
			}
			return message
		}})
		defer h.close(t)
		var conns []*fakeConn
		for range 50 {
			c, conn := h.attach(t)
			mustJoin(t, c, "z", "joined", nil)
			conns = append(conns, conn)
		}
		synctest.Wait()
		for _, conn := range conns {
			conn.Block(true)
		}
		for i := range 5 {
			h.set("z", i, '1')
			later()
		}
		for _, conn := range conns {
			conn.Block(false)
		}
		synctest.Wait()
		for _, conn := range conns {
			if got := conn.Messages(); got[len(got)-1] != "snapshot z 1 5 11111"+blank[5:] {
				t.Fatalf("got %q", got)
			}
		}
		if n := h.source("z").pictures; n != 2 || wired != 2 {
			t.Fatalf("%d snapshots and %d wire forms, want one for joining and one for falling behind", n, wired)
		}
		if n := h.Stats().Snapshots; n != 100 {
			t.Fatalf("%d snapshots delivered, want 100", n)
		}
	})
}

// However many fall behind, a few ask the source and the others take the picture: the network is not asked per client.
func TestSinceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{RingFrames: 2})
		defer h.close(t)
		first, _ := h.attach(t)
		mustJoin(t, first, "z", "", nil)
		for i := range 5 {
			h.set("z", i, '1')
			later()
		}
		s := h.source("z")
		s.keepLog, s.sinceGo = true, make(chan struct{})
		var conns []*fakeConn
		for range 50 {
			c, conn := h.attach(t)
			mustJoin(t, c, "z", "joined", &Position{1, 0})
			conns = append(conns, conn)
		}
		synctest.Wait()
		if s.sinces != maxAsks {
			t.Fatalf("%d calls of Since", s.sinces)
		}
		h.set("z", 5, '1')
		synctest.Wait()
		close(s.sinceGo)
		synctest.Wait()
		snapshots := 0
		for _, conn := range conns {
			v := viewer{states: []byte(blank), epoch: 1}
			for _, m := range conn.Messages() {
				if err := v.receive(m); err != nil {
					t.Fatal(err)
				}
			}
			if string(v.states) != s.Truth() {
				t.Fatalf("a client ended with %s, want %s", v.states, s.Truth())
			}
			snapshots += v.snapshots
		}
		if snapshots != 50-maxAsks {
			t.Fatalf("%d snapshots", snapshots)
		}
	})
}

// A client whose Since takes long is not kept from its private messages, and may leave or end meanwhile.
func TestSinceHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{RingFrames: 2})
		defer h.close(t)
		first, _ := h.attach(t)
		mustJoin(t, first, "z", "", nil)
		for i := range 5 {
			h.set("z", i, '1')
			later()
		}
		s := h.source("z")
		s.keepLog, s.sinceGo = true, make(chan struct{})
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
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{RingFrames: 2, WriteTimeout: time.Minute})
		defer h.close(t)
		c, conn := h.attach(t)
		mustJoin(t, c, "z", "joined", nil)
		synctest.Wait()
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

func TestBusyRoomDoesNotStarveOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{WriteBytes: 50, WriteTimeout: time.Minute})
		defer h.close(t)
		c, conn := h.attach(t)
		rooms := []string{"busy", "quiet", "calm"}
		for _, room := range rooms {
			mustJoin(t, c, room, "", nil)
		}
		synctest.Wait()
		before := len(conn.Writes())
		conn.Block(true)
		for i := range 10 {
			h.set("busy", i, '1')
			later()
		}
		h.set("quiet", 0, '1')
		h.set("calm", 0, '1')
		later()
		conn.Block(false)
		synctest.Wait()
		writes := conn.Writes()[before:]
		if got := strings.Join(slices.Concat(writes[1:3]...), " "); !strings.Contains(got, "quiet") || !strings.Contains(got, "calm") {
			t.Fatalf("got %q", writes)
		}
	})
}

func TestWriteTimeoutClosesAsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{})
		defer h.close(t)
		c, conn := h.attach(t)
		mustJoin(t, c, "z", "", nil)
		synctest.Wait()
		time.Sleep(5 * time.Second) // a deadline of an earlier write has passed or is near
		conn.Block(true)
		began := time.Now()
		h.set("z", 0, '1')
		c.Wait()
		if took := time.Since(began); took < 5*time.Second || took > 7*time.Second {
			t.Fatalf("closed after %v", took)
		}
		conn.closedWith(t, CloseSlow)
		if n := h.Stats().Slow; n != 1 {
			t.Fatalf("%d slow", n)
		}
	})
}

func TestWriteErrorEndsTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{})
		defer h.close(t)
		c, conn := h.attach(t)
		conn.Fail(errors.New("connection reset"))
		c.Send([]byte("private"))
		c.Wait()
		conn.closedWith(t, CloseNormal)
		if c.Send([]byte("private")) {
			t.Fatal("a message was queued for a client that has ended")
		}
		if s := h.Stats(); s.Clients != 0 || s.Slow != 0 {
			t.Fatalf("%+v", s)
		}
	})
}

func TestSendBlocksThenClosesAsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{MaxPrivate: 3, WriteTimeout: 5 * time.Second})
		defer h.close(t)
		c, conn := h.attach(t)
		conn.Block(true)
		for i := range 3 {
			c.Send(fmt.Append(nil, i))
			synctest.Wait() // the first is stuck in a write and still counts
		}
		sent := make(chan bool)
		go func() { sent <- c.Send([]byte("3")) }()
		time.Sleep(4 * time.Second)
		select {
		case <-sent:
			t.Fatal("the fourth did not wait")
		default:
		}
		conn.Block(false)
		if !<-sent {
			t.Fatal("there was space")
		}
		expect(t, conn, "0", "1", "2", "3")

		conn.Block(true)
		c.Send([]byte("4"))
		synctest.Wait()
		time.Sleep(time.Second) // so that Send's patience ends after the write's
		for range 2 {
			c.Send([]byte("x"))
		}
		if c.Send([]byte("too many")) {
			t.Fatal("queued")
		}
		c.Wait()
		conn.closedWith(t, CloseSlow)
	})
}

func TestTellNeverBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{MaxPrivate: 3})
		defer h.close(t)
		slow, slowConn := h.attach(t)
		quick, quickConn := h.attach(t)
		stranger, strangerConn := h.attach(t)
		slow.Own("mina")
		quick.Own("mina")
		stranger.Own("june")
		slowConn.Block(true)
		began := time.Now()
		for range 4 {
			h.Tell("mina", []byte("yours"))
			synctest.Wait()
		}
		h.Tell("nobody", []byte("lost"))
		h.Tell("", []byte("lost"))
		if time.Since(began) != 0 {
			t.Fatal("Tell has waited")
		}
		slow.Wait() // within CloseTimeout, not WriteTimeout
		if took := time.Since(began); took > 2*time.Second {
			t.Fatalf("closing took %v", took)
		}
		slowConn.closedWith(t, CloseSlow)
		expect(t, quickConn, "yours", "yours", "yours", "yours")
		expect(t, strangerConn)
	})
}

func TestKickDuringAStuckWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{})
		defer h.close(t)
		c, conn := h.attach(t)
		conn.Block(true)
		c.Send([]byte("stuck"))
		synctest.Wait()
		c.Send([]byte("not after a frame that was cut"))
		began := time.Now()
		c.Kick(CloseToken, "expired")
		c.Kick(CloseFlood, "too late")
		c.Detach()
		c.Wait()
		if took := time.Since(began); took != time.Second {
			t.Fatalf("closing took %v", took)
		}
		conn.closedWith(t, CloseToken)
	})
}

func TestKickLetsAWriteEndAndSaysWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{})
		defer h.close(t)
		c, conn := h.attach(t)
		mustJoin(t, c, "z", "joined", nil)
		synctest.Wait()
		conn.Block(true)
		c.Send([]byte("first"))
		synctest.Wait()
		h.set("z", 0, '1')
		c.Send([]byte("second"))
		c.Kick(CloseProtocol, "bad frame")
		synctest.Wait()
		conn.Block(false)
		c.Wait()
		conn.closedWith(t, CloseProtocol)
		expect(t, conn, "joined", "snapshot z 1 0 "+blank, "first", "second")
	})
}

func TestDetachDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{})
		defer h.close(t)
		c, conn := h.attach(t)
		c.Own("mina")
		mustJoin(t, c, "z", "joined", nil)
		synctest.Wait()
		conn.Block(true)
		c.Send([]byte("stuck"))
		synctest.Wait()
		began := time.Now()
		c.Detach()
		c.Detach()
		c.Wait()
		if took := time.Since(began); took != 0 {
			t.Fatalf("it took %v", took)
		}
		// After Wait the connection may be somebody else's: nothing may touch it.
		h.set("z", 0, '1')
		h.Tell("mina", []byte("late"))
		c.Own("mina")
		c.Send([]byte("late"))
		c.Kick(CloseIdle, "late")
		c.Leave("z")
		c.Detach()
		h.Announce("z", []byte("late"))
		synctest.Wait()
		conn.closedWith(t, CloseNormal)
		if owners := h.Owners(); len(owners) != 0 {
			t.Fatalf("owners %v", owners)
		}
	})
}

func TestOneWriteIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{WriteBytes: 100, WriteTimeout: time.Minute})
		defer h.close(t)
		c, conn := h.attach(t)
		rooms := []string{"a", "b", "c"}
		for _, room := range rooms {
			mustJoin(t, c, room, "joined", nil)
		}
		synctest.Wait()
		conn.Block(true)
		h.set("a", 0, '1')
		synctest.Wait()
		for i := range 20 {
			for _, room := range rooms {
				h.set(room, i, '2')
			}
			c.Send(fmt.Append(nil, "private ", i))
			later()
			if i == 0 {
				conn.Block(false)
				synctest.Wait()
				conn.Block(true)
			}
		}
		conn.Block(false)
		synctest.Wait()
		views := map[string]*viewer{"a": {}, "b": {}, "c": {}}
		private := 0
		for _, write := range conn.Writes() {
			if size := len(strings.Join(write, "")); len(write) > 1 && size > 100 {
				t.Fatalf("a write of %d bytes: %q", size, write)
			}
			for _, m := range write {
				if strings.HasPrefix(m, "private") {
					private++
				} else if m != "joined" {
					if err := views[strings.Fields(m)[1]].receive(m); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		for room, v := range views {
			if string(v.states) != h.source(room).Truth() {
				t.Fatalf("%s ended with %s", room, v.states)
			}
		}
		if private != 20 {
			t.Fatalf("%d private messages", private)
		}
	})
}
