package hub

import (
	"testing"
	"testing/synctest"
)

func TestJoinSnapshotFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(Config{})
		defer h.close(t)
		c, conn := h.attach(t)
		if err := c.Join("z", []byte("joined"), nil); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		h.set("z", 1, '1')
		synctest.Wait()
		t.Log(conn.Writes())
		c.Kick(CloseIdle, "idle")
		c.Wait()
		conn.closedWith(t, CloseIdle)
	})
}
