package seatmap

import (
	"strconv"
	"strings"
	"sync"
)

// index answers Find and Zone without a walk. It is built once, on first use.
type index struct {
	once  sync.Once
	zones map[string]*Zone
	seats map[string]place
}

type place struct {
	zone  *Zone
	index int
}

func (p *Plan) lookup() *index {
	p.index.once.Do(func() {
		total := 0
		for i := range p.Zones {
			total += len(p.Zones[i].Seats)
		}
		p.index.zones = make(map[string]*Zone, len(p.Zones))
		p.index.seats = make(map[string]place, total)
		for i := range p.Zones {
			z := &p.Zones[i]
			if p.index.zones[z.ID] == nil {
				p.index.zones[z.ID] = z
			}
			for n := range z.Seats {
				if _, taken := p.index.seats[z.Seats[n].ID]; !taken {
					p.index.seats[z.Seats[n].ID] = place{z, n}
				}
			}
		}
	})
	return &p.index
}

// Zone returns the zone of that id, nil when there is none.
func (p *Plan) Zone(id string) *Zone { return p.lookup().zones[id] }

// Find returns the place of a seat id in the plan; general places are "<zone>:<n>" with n from 1 and no leading zero.
func (p *Plan) Find(seat string) (zone *Zone, index int, ok bool) {
	if at, ok := p.lookup().seats[seat]; ok {
		return at.zone, at.index, true
	}
	name, number, ok := strings.Cut(seat, ":")
	if !ok {
		return nil, 0, false
	}
	z := p.Zone(name)
	if z == nil || z.Kind != KindGeneral {
		return nil, 0, false
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > z.Places || strconv.Itoa(n) != number {
		return nil, 0, false
	}
	return z, n - 1, true
}

// Capacity is how many seats and places the plan has.
func (p *Plan) Capacity() int {
	n := 0
	for i := range p.Zones {
		n += p.Zones[i].Capacity()
	}
	return n
}

// Capacity is how many places the zone has.
func (z *Zone) Capacity() int {
	if z.Kind == KindGeneral {
		return z.Places
	}
	return len(z.Seats)
}

// Bounds is the box around the zone's outline.
func (z *Zone) Bounds() Box { return BoxOf(z.Outline) }

// PlaceID is the id of place index of the zone: the seat's own, or "<zone>:<n>" with n from 1 in a general zone.
// It is empty outside the zone's capacity.
func (z *Zone) PlaceID(index int) string {
	if index < 0 || index >= z.Capacity() {
		return ""
	}
	if z.Kind == KindGeneral {
		return z.ID + ":" + strconv.Itoa(index+1)
	}
	return z.Seats[index].ID
}
