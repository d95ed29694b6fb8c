package hub

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestAttachRefusesWhenFull(t *testing.T) {
	inHouse(t, Config{MaxClients: 2}, func(t *testing.T, h *house) {
		first, _ := h.attach(t)
		h.attach(t)
		conn := newFakeConn()
		if _, err := h.Attach(conn); !errors.Is(err, ErrFull) {
			t.Fatalf("got %v", err)
		}
		if conn.closes != 0 {
			t.Fatal("a connection that was refused is the caller's to close")
		}
		first.Detach()
		first.Wait()
		h.attach(t)
	})
}

func TestOwners(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		a, aConn := h.attach(t)
		b, bConn := h.attach(t)
		a.Own("mina")
		b.Own("mina")
		if a.Owner() != "mina" {
			t.Fatalf("owned by %q", a.Owner())
		}
		h.Tell("mina", []byte("1"))
		b.Own("june")
		h.Tell("mina", []byte("2"))
		h.Tell("june", []byte("3"))
		owners := h.Owners()
		slices.Sort(owners)
		if !slices.Equal(owners, []string{"june", "mina"}) {
			t.Fatalf("owners %v", owners)
		}
		a.Own("")
		h.Tell("mina", []byte("4"))
		if owners := h.Owners(); !slices.Equal(owners, []string{"june"}) {
			t.Fatalf("owners %v", owners)
		}
		expect(t, aConn, "1", "2")
		expect(t, bConn, "1", "3")
	})
}

func TestOwnersOfRooms(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		for owner, rooms := range map[string][]string{"mina": {"x", "y"}, "june": {"y"}, "hana": {"z"}, "": {"x"}} {
			c, _ := h.attach(t)
			c.Own(owner)
			for _, room := range rooms {
				mustJoin(t, c, room, "joined", nil)
			}
		}
		owners := h.OwnersIn("x", "y", "nowhere")
		slices.Sort(owners)
		if !slices.Equal(owners, []string{"june", "mina"}) {
			t.Fatalf("owners %v", owners)
		}
	})
}

func TestOneClientIsTold(t *testing.T) {
	inHouse(t, Config{MaxPrivate: 2}, func(t *testing.T, h *house) {
		a, aConn := h.attach(t)
		b, bConn := h.attach(t)
		a.Own("mina")
		b.Own("mina")
		a.Tell([]byte("1"))
		expect(t, aConn, "1")
		expect(t, bConn)
		aConn.Block(true)
		for range 4 {
			a.Tell([]byte("2")) // does not wait
			synctest.Wait()
		}
		a.Wait()
		aConn.closedWith(t, CloseSlow)
		a.Tell([]byte("3"))
	})
}

func TestDrain(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		began := time.Now()
		var ended []time.Duration
		done := make(chan time.Duration)
		var conns []*fakeConn
		for range 100 {
			c, conn := h.attach(t)
			conns = append(conns, conn)
			go func() { c.Wait(); done <- time.Since(began) }()
		}
		go h.Drain(10 * time.Second)
		synctest.Wait()
		if _, err := h.Attach(newFakeConn()); !errors.Is(err, ErrDraining) {
			t.Fatalf("got %v", err)
		}
		for range conns {
			ended = append(ended, <-done)
		}
		for i, at := range ended { // one in each hundredth of the time, at a random moment of it
			if step := 100 * time.Millisecond; at < time.Duration(i)*step || at > time.Duration(i+1)*step {
				t.Fatalf("number %d ended after %v", i, at)
			}
		}
		for _, conn := range conns {
			conn.closedWith(t, CloseDraining)
		}
	})
}

func TestCloseCutsDrainShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{})
		c, conn := h.attach(t)
		other, otherConn := h.attach(t)
		mustJoin(t, c, "z", "joined", nil)
		synctest.Wait()
		otherConn.Block(true)
		other.Send([]byte("stuck"))
		drained := make(chan struct{})
		go func() { h.Drain(time.Hour); close(drained) }()
		synctest.Wait()
		began := time.Now()
		h.close(t)
		if took := time.Since(began); took > time.Second {
			t.Fatalf("Close took %v", took)
		}
		<-drained
		conn.closedWith(t, CloseDraining)
		otherConn.closedWith(t, CloseDraining)
		h.Close()
		if _, err := h.Attach(newFakeConn()); !errors.Is(err, ErrDraining) {
			t.Fatalf("got %v", err)
		}
		if err := c.Join("z", nil, nil); !errors.Is(err, ErrGone) {
			t.Fatalf("got %v", err)
		}
		h.Changed("z")
		h.Announce("z", []byte("late"))
	})
}

func TestCloseWaitsForSources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{})
		h.gate = make(chan struct{})
		c, _ := h.attach(t)
		joined := make(chan error)
		go func() { joined <- c.Join("z", nil, nil) }()
		synctest.Wait()
		closed := make(chan struct{})
		go func() { h.close(t); close(closed) }()
		synctest.Wait()
		if err := <-joined; !errors.Is(err, ErrGone) {
			t.Fatalf("got %v", err)
		}
		select {
		case <-closed:
			t.Fatal("closed while a source is being made")
		default:
		}
		close(h.gate)
		<-closed
	})
}

func TestStats(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		for range 3 {
			c, _ := h.attach(t)
			mustJoin(t, c, "z", "joined", nil)
		}
		synctest.Wait()
		h.set("z", 0, '1')
		synctest.Wait()
		want := Stats{Clients: 3, Rooms: 1, RingBytes: len("changes z 1 0 1 0=1"), Frames: 1, Deliveries: 6, Snapshots: 3, Tick: 20 * time.Millisecond}
		if got := h.Stats(); got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}
