package seatmap

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// walk drives a rig and its model through the same random calls and compares them.
type walk struct {
	*rig
	m        *model
	rec      *recorder
	rnd      *rand.Rand
	forward  func(ms int64) // moves the clock; nil where it cannot be moved
	buyers   []string
	replicas map[string]*Replica
	starts   map[string]Snapshot // a position to repair from, by zone
	lastHold map[string][]string // the last that a buyer was told of the hold
	bookings int
	did      map[string]int // what was reached, so that a test that reaches nothing is seen
}

func newWalk(r *rig, seed uint64, now int64) *walk {
	w := &walk{
		rig: r, m: newModel(now, r.policy, map[string]int{"A": 10, "B": 10, "G": 6}), rec: listen(r),
		rnd: rand.New(rand.NewPCG(seed, 7)), buyers: []string{"ann", "bob", "cyd", "dan"},
		replicas: map[string]*Replica{}, starts: map[string]Snapshot{}, lastHold: map[string][]string{}, did: map[string]int{},
	}
	for z := range w.m.size {
		w.replicas[z] = NewReplica()
		w.replicas[z].Reset(r.snapshot(z))
	}
	return w
}

func (w *walk) buyer() string { return w.buyers[w.rnd.IntN(len(w.buyers))] }

func (w *walk) places(n int, zones ...string) []seatRef {
	var ps []seatRef
	for len(ps) < n {
		z := zones[w.rnd.IntN(len(zones))]
		if p := (seatRef{z, w.rnd.IntN(w.m.size[z])}); !slices.Contains(ps, p) {
			ps = append(ps, p)
		}
	}
	return ps
}

func toPicks(ps []seatRef) []Pick {
	var out []Pick
	for _, p := range ps {
		out = append(out, p.pick())
	}
	return out
}

// want compares an answer with the code that the model expects.
func (w *walk) want(what string, err error, code Code) *Refusal {
	w.t.Helper()
	w.did[what+" "+string(code)]++
	var r *Refusal
	if code == "" {
		if err != nil {
			w.t.Fatalf("%s: %v", what, err)
		}
		return nil
	}
	if !errors.As(err, &r) || r.Code != code {
		w.t.Fatalf("%s: %v, want %s", what, err, code)
	}
	return r
}

func (w *walk) step() {
	w.m.expire()
	switch w.rnd.IntN(20) {
	case 0, 1, 2, 3, 4:
		w.holdSeats()
	case 5, 6:
		w.holdGeneral()
	case 7, 8:
		w.holdGroups()
	case 9:
		w.release()
	case 11:
		w.extend()
	case 12, 13:
		w.book()
	case 14, 15:
		w.decidePending()
	case 10, 16:
		w.otherDecision()
	case 17:
		w.settings()
	case 18:
		w.pass()
	case 19:
		if w.rnd.IntN(4) == 0 {
			w.rebuild()
		}
	}
}

func (w *walk) holdSeats() {
	buyer, ps := w.buyer(), w.places(1+w.rnd.IntN(3), "A", "B")
	code, way := w.m.askSeats(buyer, ps)
	_, err := w.hold(buyer, toPicks(ps)...)
	if r := w.want("hold", err, code); r != nil && code == CodeSeatUnavailable {
		var want []SeatState
		for _, p := range way {
			want = append(want, SeatState{p.zone, p.pick().Seat, w.m.at(p)})
		}
		if !slices.Equal(r.Seats, want) {
			w.t.Fatalf("in the way %v, want %v", r.Seats, want)
		}
	}
}

func (w *walk) holdGeneral() {
	buyer, n := w.buyer(), 1+w.rnd.IntN(3)
	code := w.m.askGeneral(buyer, n)
	v, err := w.live.Hold(w.t.Context(), HoldRequest{Event: w.event, Buyer: buyer, GeneralZone: "G", GeneralPrice: 500, Quantity: n})
	w.want("general", err, code)
	if err != nil {
		return
	}
	before := len(w.m.held(buyer))
	if len(v.Hold.Seats) != before+n {
		w.t.Fatalf("%d places more: %v", n, v.Hold.Seats)
	}
	for _, s := range v.Hold.Seats[before:] {
		p := seatRef{s.Zone, s.Index}
		if w.m.at(p) != Available || s != p.pick() {
			w.t.Fatalf("took %+v, which is %s", s, w.m.at(p))
		}
		w.m.take(buyer, []seatRef{p})
	}
}

func (w *walk) holdGroups() {
	buyer := w.buyer()
	var groups [][]seatRef
	var asked [][]Pick
	for range 1 + w.rnd.IntN(4) {
		g := w.places(2, "A")
		groups, asked = append(groups, g), append(asked, toPicks(g))
	}
	code, group := w.m.askGroups(buyer, groups)
	v, err := w.live.Hold(w.t.Context(), HoldRequest{Event: w.event, Buyer: buyer, Groups: asked})
	w.want("groups", err, code)
	if err == nil && v.Group != group {
		w.t.Fatalf("took group %d, want %d", v.Group, group)
	}
}

func (w *walk) release() {
	buyer := w.buyer()
	var ps []seatRef
	var ids []string
	if w.rnd.IntN(3) > 0 {
		ps = append(w.places(1, "A", "B", "G"), w.m.held(buyer)...)[:1+w.rnd.IntN(1+len(w.m.held(buyer)))]
	}
	for _, p := range ps {
		ids = append(ids, p.pick().Seat)
	}
	w.m.release(buyer, ps)
	_, err := w.live.Release(w.t.Context(), w.event, buyer, ids)
	w.want("release", err, "")
}

func (w *walk) extend() {
	buyer, code := w.buyer(), Code("")
	h := w.m.holds[buyer]
	switch {
	case h == nil:
		code = CodeHoldExpired
	case !w.m.onSale:
		code = CodeSaleClosed
	case w.forward != nil:
		h.deadline = max(h.deadline, min(w.m.now+w.m.hold, h.start+w.m.ceiling))
	}
	v, err := w.live.Extend(w.t.Context(), w.event, buyer)
	w.want("extend", err, code)
	if err == nil && w.forward != nil && v.Hold.ExpiresAt.UnixMilli() != h.deadline {
		w.t.Fatalf("extended to %v, want %d", v.Hold.ExpiresAt, h.deadline)
	}
	if err == nil && w.forward != nil && v.Hold.Ceiling.UnixMilli() != max(h.deadline, h.start+w.m.ceiling) {
		w.t.Fatalf("the ceiling is %v, want %d", v.Hold.Ceiling, h.start+w.m.ceiling)
	}
}

func (w *walk) book() {
	buyer := w.buyer()
	id, again := someKey(w.rnd.IntN(100), w.m.pendings)
	if !again || w.rnd.IntN(3) > 0 {
		w.bookings++
		id = fmt.Sprint("b", w.bookings)
	}
	code := Code("")
	if p := w.m.pendings[id]; p != nil {
		buyer = p.buyer
	} else if w.m.holds[buyer] == nil {
		code = CodeHoldExpired
	} else {
		w.m.book(buyer, id)
	}
	got, err := w.live.Book(w.t.Context(), w.event, buyer, id, time.Minute)
	w.want("book", err, code)
	if err == nil && !slices.Equal(got.Seats, toPicks(w.m.pendings[id].seats)) {
		w.t.Fatalf("booking %s has %v", id, got.Seats)
	}
}

func (w *walk) settings() {
	w.m.onSale, w.m.cap = w.rnd.IntN(4) > 0, 3+w.rnd.IntN(8)
	w.configure(func(p *Policy) { p.OnSale, p.MaxSeats = w.m.onSale, w.m.cap })
}

func (w *walk) pass() {
	if w.forward == nil {
		return
	}
	ms := w.rnd.Int64N(50_000)
	if w.rnd.IntN(6) == 0 {
		ms = 2 * time.Hour.Milliseconds() // the keys of all holds go by themselves
	}
	w.m.now += ms
	w.forward(ms)
}

func (w *walk) run(steps int, must ...string) {
	for n := range steps {
		w.step()
		if n%7 == 0 || w.t.Failed() {
			w.check()
		}
	}
	w.check()
	for _, what := range must {
		if w.did[what] == 0 {
			w.t.Errorf("never reached: %s; only %v", what, w.did)
		}
	}
}

var reached = []string{
	"hold ", "hold seat_unavailable", "hold hold_limit", "hold sale_closed", "general ", "general seat_unavailable", "groups ",
	"groups seat_unavailable", "extend ", "extend hold_expired", "book ", "book hold_expired", "apply confirmed", "apply rejected",
	"apply cancelled", "apply ", "rebuild", "rebuild before apply",
}

func TestRandomCallsWithTime(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			m := miniredis.RunT(t)
			at := time.UnixMilli(1_763_713_000_000)
			m.SetTime(at)
			m.ClockTTL(true)
			w := newWalk(newRig(t, dial(t, m.Addr()), testPolicy()), seed, at.UnixMilli())
			w.forward = func(ms int64) {
				at = at.Add(time.Duration(ms) * time.Millisecond)
				m.SetTime(at)
			}
			w.run(600, reached...)
		})
	}
}

func TestRandomCalls(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		policy := testPolicy()
		policy.Hold, policy.Ceiling = time.Hour, 3*time.Hour // none lapses while the test runs
		newWalk(newRig(t, client, policy), 99, time.Now().UnixMilli()).run(1500, reached...)
	})
}
