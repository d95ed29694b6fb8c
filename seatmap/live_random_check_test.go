package seatmap

import (
	"fmt"
	"slices"
	"strings"
)

// check compares everything that can be seen.
func (w *walk) check() {
	w.t.Helper()
	w.m.expire()
	snaps := map[string]Snapshot{}
	o := map[string]ZoneCount{}
	for z, size := range w.m.size {
		snaps[z] = w.snapshot(z)
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(w.m.at(seatRef{z, i}))
		}
		if string(snaps[z].States) != string(want) {
			w.t.Fatalf("zone %s is %s, want %s", z, snaps[z].States, want)
		}
		n := func(s State) int { return strings.Count(string(want), string(rune(s))) }
		o[z] = ZoneCount{z, n(Available), n(Held), n(Booked), n(Blocked)}
	}
	view, err := w.live.Overview(w.t.Context(), w.event)
	if err != nil || view.Revision > w.m.revision {
		w.t.Fatalf("overview %+v, %v", view, err)
	}
	for _, c := range view.Zones {
		if c != o[c.Zone] {
			w.t.Fatalf("counts %+v, want %+v", c, o[c.Zone])
		}
	}
	w.checkOwners()
	w.checkBuyers()
	w.checkViewers(snaps)
}

// checkOwners compares who each seat names.
func (w *walk) checkOwners() {
	w.t.Helper()
	for z := range w.m.size {
		got := w.client.HGetAll(w.t.Context(), "seats:{e"+w.event+"}:"+z).Val()
		for i := range w.m.size[z] {
			if got[fmt.Sprint(i)] != w.m.named[seatRef{z, i}] {
				w.t.Fatalf("seat %s %d names %q, want %q", z, i, got[fmt.Sprint(i)], w.m.named[seatRef{z, i}])
			}
		}
	}
}

func (w *walk) checkBuyers() {
	w.t.Helper()
	w.rec.sync()
	w.rec.mu.Lock()
	for _, n := range w.rec.notices {
		w.lastHold[n.Buyer] = held(n.Hold)
	}
	w.rec.notices = nil
	w.rec.mu.Unlock()
	for _, buyer := range w.buyers {
		v, err := w.live.HoldOf(w.t.Context(), w.event, buyer)
		if err != nil {
			w.t.Fatal(err)
		}
		var want []Pick
		if v.Hold != nil {
			want = v.Hold.Seats
		}
		if !slices.Equal(want, toPicks(w.m.held(buyer))) {
			w.t.Fatalf("%s holds %v, want %v", buyer, want, w.m.held(buyer))
		}
		if fmt.Sprint(w.lastHold[buyer]) != fmt.Sprint(held(v.Hold)) {
			w.t.Fatalf("%s was last told %v, holds %v", buyer, w.lastHold[buyer], held(v.Hold))
		}
		c := w.client.HMGet(w.t.Context(), "buyer:{e"+w.event+"}:"+buyer, "held", "pending", "confirmed", "epoch").Val()
		got := [3]string{"0", "0", "0"}
		if c[3] == fmt.Sprint(w.epoch-1) {
			got = [3]string{c[0].(string), c[1].(string), c[2].(string)}
		}
		count := [3]string{fmt.Sprint(len(w.m.held(buyer))), fmt.Sprint(w.m.pending(buyer)), fmt.Sprint(w.m.confirmed[buyer])}
		if got != count {
			w.t.Fatalf("%s counts %v, want %v", buyer, got, count)
		}
	}
}

// feed gives a zone's replica what was published. Only a load may ask for a snapshot, and is the last that was published then.
func (w *walk) feed(zone string) {
	w.t.Helper()
	ds := w.rec.changes(zone)
	for n, d := range ds {
		switch got := w.replicas[zone].Apply(d); {
		case got == Gap && d.From == -1 && n == len(ds)-1:
			w.replicas[zone].Reset(w.snapshot(zone))
		case got != Took:
			w.t.Fatalf("zone %s at %d: %+v does not follow (%v)", zone, w.replicas[zone].View().Version, d, got)
		}
	}
}

// checkViewers compares the replicas, and others that are repaired from the log, with the truth.
func (w *walk) checkViewers(snaps map[string]Snapshot) {
	w.t.Helper()
	for z, s := range snaps {
		w.feed(z)
		v := w.replicas[z].View()
		if v.Version != s.Version || v.Epoch != s.Epoch || string(v.States) != string(s.States) {
			w.t.Fatalf("zone %s: the replica shows %s at %d, Redis %s at %d", z, v.States, v.Version, s.States, s.Version)
		}
		from := w.starts[z]
		if w.starts[z] = s; w.rnd.IntN(3) > 0 && from.Epoch == s.Epoch {
			w.starts[z] = from
		}
		if from.Epoch != s.Epoch {
			continue
		}
		ds, ok, err := w.live.Since(w.t.Context(), w.event, z, from.Epoch, from.Version, from.At)
		r := NewReplica()
		r.Reset(from)
		for _, d := range ds {
			r.Apply(d)
		}
		if v := r.View(); err != nil || !ok || v.Version != s.Version || string(v.States) != string(s.States) {
			w.t.Fatalf("zone %s repaired from %d: %s at %d, want %s at %d; %v %v", z, from.Version, v.States, v.Version, s.States, s.Version, ok, err)
		}
	}
}
