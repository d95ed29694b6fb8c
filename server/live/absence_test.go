package live

import (
	"fmt"
	"testing"
	"time"

	"jari/seatmap"
	"jari/server/redistest"
)

// pagePatience is how long the page waits for an answer.
const pagePatience = 8 * time.Second

// TestASocketDoesNotWaitForRedisInEachRoom: whether nobody has followed the event yet, or Redis stops later.
func TestASocketDoesNotWaitForRedisInEachRoom(t *testing.T) {
	t.Parallel()
	for name, followed := range map[string]bool{"cold": false, "followed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t)
			h := newRealHouse(t, server.Addr)
			zones := h.db.widen(16)
			n := h.node()
			v := n.viewer()
			if followed {
				first := n.watchingIn(eventID)
				first.untilMap("hall", allFree)
			}
			server.Freeze()
			defer server.Thaw()
			began := time.Now()
			for _, zone := range zones {
				join(t, n, v, zone)
			}
			if took := time.Since(began); took >= pagePatience {
				t.Errorf("%d zones were joined in %s", len(zones), took)
			}
			for _, zone := range zones {
				v.until("picture of "+zone, func(m message) bool { return m.Type == "snapshot" && m.Zone == zone })
			}
			server.Thaw()
			for _, zone := range zones {
				v.until("live picture of "+zone, func(m message) bool { return bright(m) && m.Zone == zone })
			}
		})
	}
}

// widen gives the plan more zones of places and returns their ids. Nobody has read it yet.
func (d *fakeDatabase) widen(n int) []string {
	var ids []string
	for i := range n {
		id, y := fmt.Sprintf("floor-%d", i), float64(100+50*i)
		d.plan.Zones = append(d.plan.Zones, seatmap.Zone{ID: id, Label: id, Kind: seatmap.KindGeneral, Category: "a", Places: 5,
			Outline: []seatmap.Point{{X: 0, Y: y}, {X: 110, Y: y}, {X: 110, Y: y + 40}, {X: 0, Y: y + 40}}})
		ids = append(ids, id)
	}
	d.event.PlanHash = d.plan.Hash()
	return ids
}

func TestAbsence(t *testing.T) {
	t.Parallel()
	var a absence
	now := time.Unix(1_000, 0)
	want := func(what, event string, away bool) {
		t.Helper()
		if got := a.of(event, now); got != away {
			t.Errorf("%s: %s is away: %t", what, event, got)
		}
	}
	want("at first", "e", false)
	a.waited("e", now)
	want("after waiting", "e", true)
	want("after waiting", "other", false)
	a.answered("e")
	want("after an answer", "e", false)
	a.waited("e", now)
	now = now.Add(awayFor)
	want("a while later", "e", false)
	a.saw(true)
	want("when nobody answers", "other", true)
	a.saw(false)
	want("when they do", "other", false)
}
