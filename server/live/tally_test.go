package live

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jari/seatmap"
	"jari/server/redistest"
	"jari/server/store"
)

// counting counts the pipelines in which events are counted, and the events.
type counting struct{ pipelines, events atomic.Int64 }

func (*counting) DialHook(next redis.DialHook) redis.DialHook { return next }

func (*counting) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (c *counting) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		n := int64(0)
		for _, cmd := range cmds {
			if cmd.Name() == "hgetall" {
				n++
			}
		}
		if n > 0 {
			c.pipelines.Add(1)
			c.events.Add(n)
		}
		return next(ctx, cmds)
	}
}

// TestAListIsCountedInOnePipeline: however many events it has, and not again for who asks within a second.
func TestAListIsCountedInOnePipeline(t *testing.T) {
	t.Parallel()
	var later atomic.Int64 // than the test began
	began := time.Now()
	n := newHouse(t).nodeAt(func() time.Time { return began.Add(time.Duration(later.Load())) })
	n.open()
	asked := &counting{}
	n.client.AddHook(asked)
	var events []*Event
	for i := range 50 {
		e, err := n.Event(t.Context(), fmt.Sprintf("%s-%d", eventID, i))
		if err != nil {
			t.Fatal(err)
		}
		n.openEvent(e.ID)
		events = append(events, e)
	}
	n.mustHoldIn(events[7].ID, buyerA, "A-1", "A-2")
	ask := func() bool {
		n.Tally(t.Context(), events)
		_, known := n.Available(events[49])
		return known
	}
	for second := range int64(2) {
		later.Store(second * int64(time.Minute))
		if _, known := n.Available(events[0]); known {
			t.Error("what was counted long ago is told")
		}
		redistest.Until(t, "the events are counted", ask)
		for i, e := range events {
			want := 25
			if i == 7 {
				want = 23
			}
			if got, known := n.Available(e); got != want || !known {
				t.Errorf("event %d: %d are left, known %t; want %d", i, got, known, want)
			}
		}
		for range 5 {
			ask()
			for _, e := range events {
				n.Phase(e)
			}
		}
		if p, e := asked.pipelines.Load(), asked.events.Load(); p != second+1 || e != 50*p {
			t.Errorf("%d events were counted in %d pipelines", e, p)
		}
	}
}

// TestWhatIsLeftOfEventsThatAreNotOpen: the database is asked once for all of them, and none is opened for it.
func TestWhatIsLeftOfEventsThatAreNotOpen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n := h.node()
	h.soon("refresh", func() error { return n.redis.Refresh(t.Context()) })
	h.db.mu.Lock()
	h.db.taken = map[string]int{eventID + "-1": 5, eventID + "-2": 25}
	h.db.mu.Unlock()
	for id, want := range map[string]struct {
		left  int
		phase string
	}{eventID: {25, PhaseOnSale}, eventID + "-1": {20, PhaseOnSale}, eventID + "-2": {0, PhaseSoldOut}} {
		e, err := n.Event(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		left := 0
		redistest.Until(t, id+" is counted", func() (known bool) {
			n.Tally(t.Context(), []*Event{e})
			left, known = n.Available(e)
			return known
		})
		if phase := n.Phase(e); left != want.left || phase != want.phase {
			t.Errorf("%s: %d left, %s; want %d, %s", id, left, phase, want.left, want.phase)
		}
	}
	if h.epoch.Load() != 0 {
		t.Error("an event was opened because somebody listed it")
	}
}

// TestAListWaitsForNoCounts: when nobody can tell, it comes without.
func TestAListWaitsForNoCounts(t *testing.T) {
	t.Parallel()
	h := newHastyHouse(t)
	n := h.node()
	e, err := n.Event(t.Context(), eventID)
	if err != nil {
		t.Fatal(err)
	}
	h.redis.Close()
	h.db.fail(errors.New("away"))
	n.Tally(t.Context(), []*Event{e})
	if left, known := n.Available(e); known {
		t.Errorf("%d are left, says nobody", left)
	}
	if phase := n.Phase(e); phase != PhaseOnSale {
		t.Errorf("an event that nobody can count is %s", phase)
	}
}

// TestOutsideTheSaleNothingIsCounted: a list begins with all that is over, and only the database could count that.
func TestOutsideTheSaleNothingIsCounted(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	e, err := n.Event(t.Context(), eventID)
	if err != nil {
		t.Fatal(err)
	}
	over, early, closed := *e, *e, *e
	over.ID, over.EndsAt = eventID+"-1", time.Now().Add(-time.Hour)
	early.ID, early.OpensAt = eventID+"-2", time.Now().Add(time.Hour)
	closed.ID, closed.Sale = eventID+"-3", store.SaleClosed
	redistest.Until(t, "the event on sale is counted", func() bool {
		n.Tally(t.Context(), []*Event{&over, &early, &closed, e})
		_, known := n.Available(e)
		return known
	})
	ended := *e // counted while it was on sale
	ended.EndsAt = over.EndsAt
	for _, e := range []*Event{&over, &early, &closed, &ended} {
		if left, known := n.Available(e); known {
			t.Errorf("%s: %d are left", e.ID, left)
		}
	}
}

func TestWhenCountsAreDue(t *testing.T) {
	t.Parallel()
	began, rest := time.Now(), 3
	live, database := tally{at: began, zones: []seatmap.ZoneCount{}}, tally{at: began, rest: &rest}
	for age, want := range map[time.Duration][2]bool{0: {false, false}, overviewEvery: {true, false}, TallyKept: {true, true}} {
		if got := [2]bool{live.due(began.Add(age)), database.due(began.Add(age))}; got != want {
			t.Errorf("after %s: of Redis and of the database %v, want %v", age, got, want)
		}
	}
}

// TestOldCountsReplaceNoNewerOnes, and what the database says of an event leaves the zones as they were seen last.
func TestOldCountsReplaceNoNewerOnes(t *testing.T) {
	t.Parallel()
	var all tallies
	now, rest := time.Now(), 3
	zones := []seatmap.ZoneCount{{Zone: "hall", Available: 7}}
	left := func() int {
		seen, _ := all.get(eventID)
		n, _ := seen.available()
		return n
	}
	all.put(eventID, tally{at: now, zones: zones})
	all.put(eventID, tally{at: now.Add(-time.Second), zones: []seatmap.ZoneCount{{Zone: "hall", Available: 9}}})
	if n := left(); n != 7 {
		t.Errorf("%d are left, as was seen before", n)
	}
	all.put(eventID, tally{at: now.Add(time.Second), rest: &rest})
	if seen, _ := all.get(eventID); left() != 3 || len(seen.zones) != 1 {
		t.Errorf("%d are left, zones %v", left(), seen.zones)
	}
	all.put(eventID, tally{at: now.Add(2 * time.Second), zones: zones})
	if n := left(); n != 7 {
		t.Errorf("%d are left, says the database still", n)
	}
}

// TestWhoAsksSecondWaitsToo for the count that somebody else has begun.
func TestWhoAsksSecondWaitsToo(t *testing.T) {
	t.Parallel()
	n := newHouse(t).node()
	e, err := n.Event(t.Context(), eventID)
	if err != nil {
		t.Fatal(err)
	}
	counting := make(chan struct{})
	n.tallies.begin(e.ID, counting)
	wanted := n.beginTally([]*Event{e, e})
	if len(wanted) != 1 || wanted[0] != counting {
		t.Fatalf("it waits for %d counts", len(wanted))
	}
	n.tallies.put(e.ID, tally{at: n.now().Add(-2 * overviewEvery), zones: []seatmap.ZoneCount{}})
	if wanted := n.beginTally([]*Event{e}); len(wanted) != 0 {
		t.Error("it waits though there are counts to tell")
	}
}

// hangingCounts is a Redis whose counts never come.
type hangingCounts struct{}

func (hangingCounts) DialHook(next redis.DialHook) redis.DialHook { return next }

func (hangingCounts) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (hangingCounts) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		for _, cmd := range cmds {
			if cmd.Name() == "hgetall" {
				<-ctx.Done()
				return ctx.Err()
			}
		}
		return next(ctx, cmds)
	}
}

// TestTheDatabaseHasATimeOfItsOwn: it counts though Redis has used up what time it had.
func TestTheDatabaseHasATimeOfItsOwn(t *testing.T) {
	t.Parallel()
	h := newHastyHouse(t)
	n := h.node()
	h.soon("refresh", func() error { return n.redis.Refresh(t.Context()) })
	n.client.AddHook(hangingCounts{})
	e, err := n.Event(t.Context(), eventID)
	if err != nil {
		t.Fatal(err)
	}
	redistest.Until(t, "it is counted", func() bool {
		n.Tally(t.Context(), []*Event{e})
		left, known := n.Available(e)
		return known && left == 25
	})
}
