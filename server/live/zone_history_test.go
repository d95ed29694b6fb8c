package live

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jari/hub"
	"jari/seatmap"
)

// logReads counts the scripts that read a zone's log: no other one ends with how many entries it wants.
type logReads struct{ n atomic.Int64 }

func (*logReads) DialHook(next redis.DialHook) redis.DialHook { return next }

func (*logReads) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (r *logReads) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		args := cmd.Args()
		if strings.EqualFold(cmd.Name(), "evalsha") && fmt.Sprint(args[len(args)-1]) == "1002" {
			r.n.Add(1)
		}
		return next(ctx, cmd)
	}
}

// wantReads checks how often this node has read a log.
func (n *node) wantReads(want int64) {
	n.house.t.Helper()
	if got := n.reads.n.Load(); got != want {
		n.house.t.Errorf("the log was read %d times, want %d", got, want)
	}
}

// pictures is what clients of a node had on the screen, one after each change.
func pictures(t *testing.T, n *node, changes int) []seatmap.Snapshot {
	t.Helper()
	all := make([]seatmap.Snapshot, changes)
	for i := range all {
		if i%2 == 0 {
			hold(t, n, buyerA, "A-1")
		} else if _, err := n.Release(t.Context(), eventID, buyerA, nil); err != nil {
			t.Fatal(err)
		}
		s, err := n.redis.Snapshot(t.Context(), eventID, "hall")
		if err != nil {
			t.Fatal(err)
		}
		all[i] = s
	}
	return all
}

// resume joins with a picture that came from elsewhere.
func resume(t *testing.T, n *node, s seatmap.Snapshot) *viewer {
	t.Helper()
	v := n.viewer()
	v.mu.Lock()
	v.states["hall"] = []byte(string(s.States))
	v.at["hall"] = message{Epoch: s.Epoch, Version: s.Version}
	v.mu.Unlock()
	at := &hub.Position{Epoch: s.Epoch, Version: s.Version}
	if err := n.Join(t.Context(), v.client, eventID, "hall", []byte(`{"type":"joined"}`), at); err != nil {
		t.Error(err)
	}
	return v
}

func snapshots(v *viewer) int {
	return v.count(func(m message) bool { return m.Type == "snapshot" })
}

// All clients of a node that has gone come at once to one that has just started, each with what it had: they get the changes that they
// missed and no snapshot, and the log is not read for each of them.
func TestClientsResumeOnANodeThatHasJustStarted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	here, there := h.node(), h.node()
	here.open()
	had := pictures(t, here, 15)
	hold(t, here, buyerB, "B-1", "B-2") // what all of them missed

	const clients = 300
	viewers := make([]*viewer, clients)
	var joining sync.WaitGroup
	for i := range viewers {
		joining.Go(func() { viewers[i] = resume(t, there, had[i%len(had)]) })
	}
	joining.Wait()
	for _, v := range viewers {
		v.untilMap("hall", "10000000001100000000")
	}
	hold(t, here, buyerA, "A-3")
	for _, v := range viewers {
		v.untilMap("hall", "10100000001100000000")
		if n := snapshots(v); n > 0 {
			t.Fatalf("a client got %d snapshots", n)
		}
	}
	if n := there.reads.n.Load(); n > int64(len(had)) {
		t.Errorf("the log was read %d times for %d positions", n, len(had))
	}
}

// Once the log was read for the one furthest behind, it is not read again, whatever changes meanwhile.
func TestOneReadOfTheLogServesAll(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	here, there := h.node(), h.node()
	here.open()
	had := pictures(t, here, 9)
	hold(t, here, buyerB, "B-1")
	resume(t, there, had[0]).untilMap("hall", "10000000001000000000")
	hold(t, here, buyerB, "B-2")
	for _, s := range had {
		v := resume(t, there, s)
		v.untilMap("hall", "10000000001100000000")
		if n := snapshots(v); n > 0 {
			t.Fatalf("a client at version %d got a snapshot", s.Version)
		}
	}
	there.wantReads(1)
}

// For a client that is far behind the log is not read: it would cost more than the snapshot.
func TestTooFarBehindIsASnapshot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	here, there := h.node(), h.node()
	here.open()
	had := pictures(t, here, reachBack+2)
	v := resume(t, there, had[0])
	v.until("snapshot", func(m message) bool { return m.Type == "snapshot" })
	there.wantReads(0)
	v = resume(t, there, had[1])
	v.until("changes", func(m message) bool { return m.Type == "changes" && m.From == had[1].Version })
	there.wantReads(1)
}

// A log that cannot be read is left alone for a while: those who wait for it are answered at once.
func TestALogThatCannotBeReadIsNotAskedForEach(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	here, there := h.node(), h.node()
	here.open()
	had := pictures(t, here, 4)
	watcher := there.viewer()
	join(t, there, watcher, "hall")
	watcher.untilMap("hall", allFree)
	room := there.zoneRoom(eventID, "hall")
	h.redis.SetError("LOADING")
	for _, s := range had[:3] {
		if _, ok := room.Since(hub.Position{Epoch: s.Epoch, Version: s.Version}); ok {
			t.Error("an answer without the log")
		}
	}
	if n := there.reads.n.Load(); n > 1 {
		t.Errorf("the log was read %d times", n)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	t.Parallel()
	start := time.Unix(1000, 0)
	kept := func() *history { return &history{kept: true, epoch: 1, from: 10, to: 10, asked: start} }
	step := func(from, version int64, changes int) seatmap.Changes {
		return seatmap.Changes{Epoch: 1, From: from, Version: version, Changes: make([]seatmap.Change, changes)}
	}
	h := kept()
	for v := int64(10); v < 10+2*maxHistory; v++ {
		h.appendLocked(step(v, v+1, 1), start)
	}
	if h.changes != maxHistory || h.to-h.from != maxHistory || len(h.steps) != maxHistory {
		t.Errorf("%d changes of versions %d to %d", h.changes, h.from, h.to)
	}
	for name, d := range map[string]seatmap.Changes{"another epoch": {Epoch: 2, From: 10, Version: 11}, "a gap": step(11, 12, 1)} {
		h = kept()
		h.appendLocked(d, start)
		if h.kept {
			t.Errorf("the history goes on over %s", name)
		}
	}
	h = kept()
	h.appendLocked(step(10, 11, 1), start.Add(historyKept+1))
	if h.kept || h.steps != nil {
		t.Error("a history that nobody asks for is kept")
	}
}

func TestHistoryIsExtendedOnlyByWhatLeadsToIt(t *testing.T) {
	t.Parallel()
	log := []seatmap.Changes{{From: 5, Version: 7, Changes: []seatmap.Change{{Index: 1, State: seatmap.Held}, {Index: 2, State: seatmap.Held}}},
		{From: 7, Version: 10, Changes: []seatmap.Change{{Index: 1, State: seatmap.Booked}}}, {From: 10, Version: 11, Changes: []seatmap.Change{{Index: 9, State: seatmap.Held}}}}
	for name, c := range map[string]struct {
		epoch int64
		steps []seatmap.Changes
		want  bool
	}{
		"leads":             {1, log, true},
		"of another epoch":  {2, log, false},
		"ends before":       {1, log[:1], false},
		"begins after":      {1, log[2:], false},
		"nothing":           {1, nil, false},
		"steps over it":     {1, []seatmap.Changes{log[0], {From: 7, Version: 11}}, false},
		"ends just with it": {1, log[:2], true},
	} {
		h := &history{kept: true, epoch: 1, from: 10, to: 10}
		h.appendLocked(seatmap.Changes{Epoch: 1, From: 10, Version: 12, Changes: []seatmap.Change{{Index: 2, State: seatmap.Available}}}, time.Time{})
		if got := h.prependLocked(c.epoch, 5, c.steps); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
		if !c.want {
			continue
		}
		d := h.sinceLocked(5)
		if d.From != 5 || d.Version != 12 || !slices.Equal(d.Changes, []seatmap.Change{{Index: 1, State: seatmap.Booked}, {Index: 2, State: seatmap.Available}}) {
			t.Errorf("%s: since 5: %+v", name, d)
		}
		if d := h.sinceLocked(10); !slices.Equal(d.Changes, []seatmap.Change{{Index: 2, State: seatmap.Available}}) {
			t.Errorf("%s: since 10: %+v", name, d)
		}
	}
}
