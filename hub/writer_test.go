package hub

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestBusyRoomDoesNotStarveOthers(t *testing.T) {
	inHouse(t, Config{WriteBytes: 50, WriteTimeout: time.Minute}, func(t *testing.T, h *house) {
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

func TestOneWriteIsBounded(t *testing.T) {
	inHouse(t, Config{WriteBytes: 100, WriteTimeout: time.Minute}, func(t *testing.T, h *house) {
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
