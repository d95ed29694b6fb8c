package seatmap

import (
	"maps"
	"slices"
	"strings"
)

// decide is the database: it confirms or rejects a booking and returns the decision with what its rows say now.
func (m *model) decide(id, buyer string, seats []seatRef) Decision {
	m.revision++
	d := Decision{Revision: m.revision, Booking: id, Buyer: buyer, Status: "confirmed", Confirmed: len(seats)}
	for _, p := range seats {
		if m.rows[p] != "" {
			d.Status, d.Confirmed = "rejected", 0
		}
	}
	if d.Status == "confirmed" {
		b := &modelBooking{buyer, map[seatRef]bool{}}
		for _, p := range seats {
			m.rows[p], b.seats[p] = id, true
		}
		m.bookings[id] = b
	}
	d.Seats = m.say(seats)
	return d
}

func (m *model) cancel(id string, seats []seatRef) Decision {
	m.revision++
	b := m.bookings[id]
	for _, p := range seats {
		delete(b.seats, p)
		delete(m.rows, p)
	}
	if len(b.seats) == 0 {
		delete(m.bookings, id)
	}
	return Decision{
		Revision: m.revision, Booking: id, Buyer: b.buyer, Status: "cancelled", Confirmed: -len(seats), Seats: m.say(seats),
	}
}

func (m *model) block(seats []seatRef, on bool) Decision {
	m.revision++
	for _, p := range seats {
		if on && m.rows[p] == "" {
			m.rows[p] = "block"
		}
		if !on && m.rows[p] == "block" {
			delete(m.rows, p)
		}
	}
	return Decision{Revision: m.revision, Seats: m.say(seats)}
}

func (m *model) say(seats []seatRef) []DecidedSeat {
	var out []DecidedSeat
	for _, p := range seats {
		out = append(out, DecidedSeat{Zone: p.zone, Index: p.i, Seat: p.pick().Seat, State: m.row(p)})
	}
	return out
}

func (m *model) row(p seatRef) State {
	switch m.rows[p] {
	case "":
		return Available
	case "block":
		return Blocked
	}
	return Booked
}

// apply is what Apply shall do with a decision.
func (m *model) apply(d Decision) {
	for _, s := range d.Seats {
		p := seatRef{s.Zone, s.Index}
		if s.State != Available {
			m.lose(p)
			m.free(p)
			m.state[p] = s.State
		} else if m.at(p) != Held {
			m.free(p)
		}
	}
	m.finish(d.Booking)
	m.confirmed[d.Buyer] += d.Confirmed
}

// finish ends a pending booking, whatever was decided.
func (m *model) finish(booking string) {
	if p := m.pendings[booking]; p != nil {
		for _, s := range p.seats {
			if m.named[s] == "b:"+booking {
				m.free(s)
			}
		}
		delete(m.pendings, booking)
	}
}

// lose takes a seat out of the hold that it is in.
func (m *model) lose(p seatRef) {
	buyer, isHold := strings.CutPrefix(m.named[p], "h:")
	if !isHold {
		return
	}
	h := m.holds[buyer]
	h.seats = slices.DeleteFunc(h.seats, func(q seatRef) bool { return p == q })
	if len(h.seats) == 0 {
		delete(m.holds, buyer)
	}
}

// load is what Load shall make of the database and of what was live.
func (m *model) load() EventLoad {
	e := EventLoad{Revision: m.revision, Confirmed: map[string]int{}}
	for _, z := range slices.Sorted(maps.Keys(m.size)) {
		states := free(m.size[z])
		for i := range states {
			states[i] = byte(m.row(seatRef{z, i}))
		}
		e.Zones = append(e.Zones, ZoneLoad{z, states})
	}
	for _, b := range m.bookings {
		e.Confirmed[b.buyer] += len(b.seats)
	}
	m.confirmed = maps.Clone(e.Confirmed)
	for z, size := range m.size {
		for i := range size {
			p := seatRef{z, i}
			if s := m.row(p); s != Available {
				m.lose(p)
				m.free(p)
				m.state[p] = s
			} else if m.at(p) != Held {
				m.free(p)
			}
		}
	}
	for id, p := range m.pendings {
		p.n = 0
		for _, s := range p.seats {
			if m.named[s] == "b:"+id {
				p.n++
			}
		}
	}
	return e
}
