package seatmap

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// seatRef is a seat of the model.
type seatRef struct {
	zone string
	i    int
}

func (p seatRef) pick() Pick {
	if p.zone == "G" {
		return Pick{Zone: "G", Index: p.i, Seat: fmt.Sprintf("G:%d", p.i+1), Price: 500}
	}
	return pick(p.zone, p.i)
}

type modelHold struct {
	start, deadline int64 // ms
	seats           []seatRef
}

type modelPending struct {
	buyer string
	seats []seatRef
	n     int // that count for the cap
}

type modelBooking struct {
	buyer string
	seats map[seatRef]bool
}

// model is the event as a single careful clerk would keep it: one book for the live side, one for the database.
// It expires everything at once, where Redis expires what it passes over; nobody can tell the difference.
type model struct {
	now, hold, ceiling int64 // ms
	onSale             bool
	cap                int
	size               map[string]int
	state              map[seatRef]State  // what Redis shall show; absent: available
	named              map[seatRef]string // h:<buyer> or b:<booking>
	holds              map[string]*modelHold
	pendings           map[string]*modelPending
	confirmed          map[string]int
	// The database.
	revision int64
	rows     map[seatRef]string // booking, or "block"
	bookings map[string]*modelBooking
}

func newModel(now int64, p Policy, sizes map[string]int) *model {
	return &model{
		now: now, hold: p.Hold.Milliseconds(), ceiling: p.Ceiling.Milliseconds(), onSale: p.OnSale, cap: p.MaxSeats, size: sizes,
		state: map[seatRef]State{}, named: map[seatRef]string{}, holds: map[string]*modelHold{},
		pendings: map[string]*modelPending{}, confirmed: map[string]int{},
		rows: map[seatRef]string{}, bookings: map[string]*modelBooking{},
	}
}

func (m *model) at(p seatRef) State {
	if s, ok := m.state[p]; ok {
		return s
	}
	return Available
}

func (m *model) free(p seatRef) {
	delete(m.state, p)
	delete(m.named, p)
}

func (m *model) expire() {
	for buyer, h := range m.holds {
		if h.deadline <= m.now {
			m.drop(buyer)
		}
	}
}

func (m *model) drop(buyer string) {
	for _, p := range m.holds[buyer].seats {
		if m.named[p] == "h:"+buyer {
			m.free(p)
		}
	}
	delete(m.holds, buyer)
}

func (m *model) pending(buyer string) (n int) {
	for _, p := range m.pendings {
		if p.buyer == buyer {
			n += p.n
		}
	}
	return n
}

func (m *model) held(buyer string) []seatRef {
	if h := m.holds[buyer]; h != nil {
		return h.seats
	}
	return nil
}

func (m *model) over(buyer string, more int) bool {
	return len(m.held(buyer))+m.pending(buyer)+m.confirmed[buyer]+more > m.cap
}

// askSeats says how Redis must answer, "" for success, and the seats in the way.
func (m *model) askSeats(buyer string, want []seatRef) (code Code, way []seatRef) {
	fresh := slices.DeleteFunc(slices.Clone(want), func(p seatRef) bool { return m.named[p] == "h:"+buyer })
	switch {
	case len(fresh) == 0:
		return "", nil
	case !m.onSale:
		return CodeSaleClosed, nil
	case m.over(buyer, len(fresh)):
		return CodeHoldLimit, nil
	}
	for _, p := range fresh {
		if m.at(p) != Available {
			way = append(way, p)
		}
	}
	if len(way) > 0 {
		return CodeSeatUnavailable, way
	}
	m.take(buyer, fresh)
	return "", nil
}

// askGeneral does not take: which places is for Redis to choose.
func (m *model) askGeneral(buyer string, n int) Code {
	free := 0
	for i := range m.size["G"] {
		if m.at(seatRef{"G", i}) == Available {
			free++
		}
	}
	switch {
	case !m.onSale:
		return CodeSaleClosed
	case m.over(buyer, n):
		return CodeHoldLimit
	case free < n:
		return CodeSeatUnavailable
	}
	return ""
}

func (m *model) askGroups(buyer string, groups [][]seatRef) (code Code, group int) {
	if !m.onSale {
		return CodeSaleClosed, 0
	}
	for n, g := range groups {
		if m.over(buyer, len(g)) {
			return CodeHoldLimit, 0
		}
		if !slices.ContainsFunc(g, func(p seatRef) bool { return m.at(p) != Available }) {
			m.take(buyer, g)
			return "", n
		}
	}
	return CodeSeatUnavailable, 0
}

func (m *model) take(buyer string, ps []seatRef) {
	h := m.holds[buyer]
	if h == nil {
		h = &modelHold{start: m.now, deadline: m.now + m.hold}
		m.holds[buyer] = h
	}
	for _, p := range ps {
		h.seats = append(h.seats, p)
		m.state[p], m.named[p] = Held, "h:"+buyer
	}
}

func (m *model) release(buyer string, ps []seatRef) {
	h := m.holds[buyer]
	if h == nil {
		return
	}
	if len(ps) == 0 {
		ps = slices.Clone(h.seats)
	}
	for _, p := range ps {
		if n := slices.Index(h.seats, p); n >= 0 {
			h.seats = slices.Delete(h.seats, n, n+1)
			m.free(p)
		}
	}
	if len(h.seats) == 0 {
		delete(m.holds, buyer)
	}
}

func (m *model) book(buyer, id string) {
	h := m.holds[buyer]
	m.pendings[id] = &modelPending{buyer, h.seats, len(h.seats)}
	for _, p := range h.seats {
		m.named[p] = "b:" + id
	}
	delete(m.holds, buyer)
}

// someKey picks a key of a map the same way each time.
func someKey[K cmp.Ordered, V any](n int, m map[K]V) (k K, ok bool) {
	keys := slices.Sorted(maps.Keys(m))
	if len(keys) == 0 {
		return k, false
	}
	return keys[n%len(keys)], true
}
