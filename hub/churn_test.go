package hub

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestChurn attaches and lets go thousands of clients in every way and in all states. Nothing may be left of them, no
// connection may be touched after Wait, and nobody may get what is another's.
func TestChurn(t *testing.T) {
	before := runtime.NumGoroutine()
	h := newHouse(Config{TickMin: time.Millisecond, RingFrames: 8, RoomIdle: time.Millisecond, WriteTimeout: 30 * time.Millisecond, CloseTimeout: 5 * time.Millisecond, MaxPrivate: 8})
	stop := make(chan struct{})
	var background, visitors sync.WaitGroup
	background.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Microsecond):
			}
			room := fmt.Sprint("z", i%20)
			if s := h.source(room); s != nil {
				h.set(room, i%seats, byte('0'+i%4))
			}
			owner := fmt.Sprint("owner ", i%40)
			h.Tell(owner, []byte("for "+owner))
			h.Announce(room, []byte("announced"))
		}
	})
	for v := range 40 {
		visitors.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(v)))
			owner := fmt.Sprint("owner ", v)
			for range 100 {
				visitOnce(t, h, r, owner)
			}
		})
	}
	visitors.Wait()
	close(stop)
	background.Wait()
	if s := h.Stats(); s.Clients != 0 || len(h.Owners()) != 0 {
		t.Fatalf("left: %+v, owners %v", s, h.Owners())
	}
	eventually(t, "all rooms are let go", func() bool { return h.Stats().Rooms == 0 })
	h.close(t)
	eventually(t, "goroutines are as before", func() bool { return runtime.NumGoroutine() <= before })
}

func visitOnce(t *testing.T, h *house, r *rand.Rand, owner string) {
	conn := newFakeConn()
	c, err := h.Attach(conn)
	if err != nil {
		t.Error(err)
		return
	}
	code := CloseNormal
	var ended sync.WaitGroup
	if r.IntN(4) == 0 { // while it is still busy
		ended.Go(func() { c.Kick(CloseFlood, "") })
		code = CloseFlood
	}
	c.Own(owner)
	conn.Block(r.IntN(3) == 0)
	for range r.IntN(3) {
		room := fmt.Sprint("z", r.IntN(20))
		var at *Position
		if r.IntN(2) == 0 {
			at = &Position{1, r.Int64N(50)}
		}
		// ErrGone and the end of the room's source are as they may be here.
		_ = c.Join(room, []byte("joined"), at)
		if r.IntN(3) == 0 {
			c.Leave(room)
		}
	}
	c.Send([]byte("for " + owner))
	ended.Wait()
	c.Detach()
	c.Wait()
	conn.mu.Lock()
	defer conn.mu.Unlock()
	if conn.closes != 1 || conn.late != 0 || conn.code != code && conn.code != CloseSlow {
		t.Errorf("closed %d times with %d, used %d times afterwards", conn.closes, conn.code, conn.late)
	}
	for _, w := range conn.writes {
		for _, m := range w {
			if strings.HasPrefix(m, "for ") && m != "for "+owner {
				t.Errorf("%s got %q", owner, m)
			}
		}
	}
}
