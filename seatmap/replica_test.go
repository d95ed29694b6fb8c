package seatmap

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

func TestReplicaRule(t *testing.T) {
	at := time.UnixMilli(1000)
	set := func(epoch, from, version int64, cs ...Change) Changes {
		return Changes{Epoch: epoch, From: from, Version: version, At: at, Changes: cs}
	}
	for name, c := range map[string]struct {
		d    Changes
		want Outcome
	}{
		"next":                    {set(2, 10, 11, Change{1, Held}), Took},
		"several at once":         {set(2, 10, 19, Change{1, Held}), Took},
		"overlapping":             {set(2, 8, 12, Change{1, Held}), Took},
		"the same version":        {set(2, 9, 10, Change{1, Held}), Stale},
		"older":                   {set(2, 3, 4, Change{1, Held}), Stale},
		"one missing":             {set(2, 11, 12, Change{1, Held}), Gap},
		"earlier epoch":           {set(1, 10, 11, Change{1, Held}), Stale},
		"later epoch":             {set(3, 10, 11, Change{1, Held}), Gap},
		"event opened anew":       {set(3, -1, 1), Gap},
		"a seat too many":         {set(2, 10, 11, Change{1, Held}, Change{4, Held}), Gap},
		"a seat before the first": {set(2, 10, 11, Change{-1, Held}), Gap},
	} {
		r := NewReplica()
		if r.Apply(c.d) != Gap {
			t.Errorf("%s: an empty replica took it", name)
		}
		r.Reset(Snapshot{Epoch: 2, Version: 10, States: free(4)})
		if got := r.Apply(c.d); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		v := r.View()
		if took := string(v.States) == "0100" && v.Version == c.d.Version; took != (c.want == Took) {
			t.Errorf("%s: shows %s at %d", name, v.States, v.Version)
		}
	}
}

func TestReplicaDrain(t *testing.T) {
	r := NewReplica()
	if _, ok := r.Drain(); ok || r.View().States != nil {
		t.Error("an empty replica shows something")
	}
	states := free(4)
	r.Reset(Snapshot{Epoch: 1, Version: 5, States: states})
	states[0] = '3'
	r.Apply(Changes{Epoch: 1, From: 5, Version: 7, Changes: []Change{{2, Held}, {1, Held}}})
	r.Apply(Changes{Epoch: 1, From: 7, Version: 8, At: time.UnixMilli(9), Changes: []Change{{2, Available}}})
	if d := r.Drained(); string(d.States) != "0000" || d.Version != 5 {
		t.Errorf("drained %s at %d", d.States, d.Version)
	}
	if v := r.View(); string(v.States) != "0100" || v.Version != 8 {
		t.Errorf("view %s at %d", v.States, v.Version)
	}
	d, ok := r.Drain()
	want := Changes{Epoch: 1, From: 5, Version: 8, At: time.UnixMilli(9), Changes: []Change{{2, Available}, {1, Held}}}
	if !ok || fmt.Sprint(d) != fmt.Sprint(want) {
		t.Errorf("drain %+v, want %+v", d, want)
	}
	if d := r.Drained(); string(d.States) != "0100" || d.Version != 8 || !d.At.Equal(time.UnixMilli(9)) {
		t.Errorf("drained %+v", d)
	}
	if _, ok := r.Drain(); ok {
		t.Error("drained twice")
	}
	r.Apply(Changes{Epoch: 1, From: 8, Version: 9, Changes: []Change{{3, Booked}}})
	r.Reset(Snapshot{Epoch: 2, Version: 1, States: free(2)})
	if d, ok := r.Drain(); ok {
		t.Errorf("a reset leaves %+v", d)
	}
	if d := r.Drained(); string(d.States) != "00" || d.Epoch != 2 {
		t.Errorf("drained %+v", d)
	}
}

// Whatever is drained when, a client that starts from any Drained snapshot and takes the frames after it is exact.
func TestReplicaFramesAreExact(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	node := NewReplica()
	node.Reset(Snapshot{Epoch: 1, Version: 1, States: free(20)})
	var clients []*Replica
	version := int64(1)
	for range 2000 {
		switch rnd.IntN(5) {
		case 0:
			c := NewReplica()
			c.Reset(node.Drained())
			if clients = append(clients, c); len(clients) > 10 {
				clients = clients[1:]
			}
		case 1:
			d, ok := node.Drain()
			for _, c := range clients {
				if ok && c.Apply(d) != Took {
					t.Fatalf("%+v does not follow version %d", d, c.View().Version)
				}
				if c, n := c.View(), node.Drained(); string(c.States) != string(n.States) || c.Version != n.Version {
					t.Fatalf("a client shows %s at %d, the node drained %s at %d", c.States, c.Version, n.States, n.Version)
				}
			}
		default:
			d := Changes{Epoch: 1, From: version}
			for range 1 + rnd.IntN(3) {
				version++
				d.Changes = append(d.Changes, Change{rnd.IntN(20), State('0' + rnd.IntN(4))})
			}
			d.Version = version
			node.Apply(d)
		}
	}
}

func TestReplicaConcurrent(t *testing.T) {
	r := NewReplica()
	r.Reset(Snapshot{Epoch: 1, Version: 1, States: free(100)})
	var wg sync.WaitGroup
	wg.Go(func() {
		for v := range int64(1000) {
			r.Apply(Changes{Epoch: 1, From: v + 1, Version: v + 2, Changes: []Change{{int(v % 100), Held}}})
		}
	})
	for range 3 {
		wg.Go(func() {
			for range 200 {
				r.Drain()
				if len(r.View().States) != 100 || len(r.Drained().States) != 100 {
					t.Error("a torn view")
				}
			}
		})
	}
	wg.Wait()
	if v := r.View(); v.Version != 1001 {
		t.Errorf("ended at version %d", v.Version)
	}
}
