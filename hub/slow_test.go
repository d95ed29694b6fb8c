package hub

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestSlowClientGetsOneSnapshot(t *testing.T) {
	for _, keepLog := range []bool{false, true} {
		inHouse(t, Config{RingFrames: 4, TickMax: time.Millisecond, TickMin: time.Millisecond}, func(t *testing.T, h *house) {
			_, conn := h.joined(t, "z")
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

func TestWriteTimeoutClosesAsSlow(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
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
	inHouse(t, Config{}, func(t *testing.T, h *house) {
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
	inHouse(t, Config{MaxPrivate: 3, WriteTimeout: 5 * time.Second}, func(t *testing.T, h *house) {
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
	inHouse(t, Config{MaxPrivate: 3}, func(t *testing.T, h *house) {
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
