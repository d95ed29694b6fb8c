package live

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"jari/seatmap"
	"jari/server/redistest"
)

// TestASocketDoesNotWaitForRedisInEachRoom: whether nobody has followed the event yet, or Redis stops later. A page waits 8 s for all of
// its rooms, and each wait takes about a second.
func TestASocketDoesNotWaitForRedisInEachRoom(t *testing.T) {
	t.Parallel()
	for name, followed := range map[string]bool{"cold": false, "followed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t)
			h := newRealHouse(t, server.Addr)
			zones := h.db.widen(16)
			// A clock by which no two moments are the same and nothing takes long: what is known of Redis does not age, however busy
			// the machine is.
			began, ticks := time.Now(), atomic.Int64{}
			n := h.nodeAt(func() time.Time { return began.Add(time.Duration(ticks.Add(1))) })
			v := n.viewer()
			if followed {
				first := n.watchingIn(eventID)
				first.untilMap("hall", allFree)
			}
			server.Freeze()
			defer server.Thaw()
			waits := map[time.Time]bool{}
			for _, zone := range zones {
				join(t, n, v, zone)
				if !n.absence.of(eventID, n.now()) {
					t.Errorf("after %s was joined, nobody knows that redis is away", zone)
				}
				if at, waited := n.absence.waitedAt(eventID); waited {
					waits[at] = true
				}
			}
			if len(waits) > 2 {
				t.Errorf("%d zones were joined with %d waits for redis", len(zones), len(waits))
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

// waitedAt is when somebody has waited in vain last.
func (a *absence) waitedAt(event string) (at time.Time, waited bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at, waited = a.vain[event]
	return at, waited
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
	a.waited("e", now)
	a.saw(seatmap.ErrPartAway)
	want("when a part does not answer", "e", true)
	a.saw(nil)
	want("when all answer", "e", false)
	if len(a.vain) > 0 {
		t.Errorf("%d events are remembered after an outage", len(a.vain))
	}
}

// TestOneLateAnswerIsNoAbsence: rooms that are opened after it ask Redis.
func TestOneLateAnswerIsNoAbsence(t *testing.T) {
	t.Parallel()
	late := fmt.Errorf("asked: %w", context.DeadlineExceeded)
	part := fmt.Errorf("%w: %w", seatmap.ErrPartAway, late)
	for name, row := range map[string]struct {
		saw  []error
		away bool
	}{
		"late":                      {[]error{nil, late}, false},
		"late twice":                {[]error{late, late}, true},
		"late now and then":         {[]error{late, nil, late}, false},
		"there again":               {[]error{late, late, nil}, false},
		"a part late":               {[]error{part, part}, false},
		"a part there again":        {[]error{late, part, late}, false},
		"refused":                   {[]error{nil, refusedDial(t)}, true},
		"refused, then there again": {[]error{refusedDial(t), nil}, false},
	} {
		var a absence
		for _, err := range row.saw {
			a.saw(err)
		}
		if got := a.of("e", time.Unix(1_000, 0)); got != row.away {
			t.Errorf("%s: redis is away: %t", name, got)
		}
	}
}

// refusedDial is what a node sees of an address where nobody listens.
func refusedDial(t *testing.T) error {
	t.Helper()
	client := newRealHouse(t, "127.0.0.1:1").dial(nil) // no system gives that port to who asks for any
	defer client.Close()
	err := seatmap.NewLive(seatmap.LiveConfig{Client: client}).Refresh(t.Context())
	if err == nil {
		t.Fatal("nobody listens, and answers")
	}
	return err
}
