package hub

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestKickDuringAStuckWrite(t *testing.T) {
	inHouse(t, Config{}, func(t *testing.T, h *house) {
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
	inHouse(t, Config{}, func(t *testing.T, h *house) {
		c, conn := h.joined(t, "z")
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
	inHouse(t, Config{}, func(t *testing.T, h *house) {
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
