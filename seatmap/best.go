package seatmap

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// BestRequest asks for places together.
type BestRequest struct {
	Quantity   int
	Zone       string   // empty: any
	Categories []string // any of these; empty: any
	// Accessible: an accessible place is among them; others of the party may sit on a companion's or an ordinary seat beside it.
	Accessible bool
}

// BestGroup is one candidate of Best.
type BestGroup struct {
	Seats    []PlanSeat
	Adjacent bool
}

// PlanSeat is a seat with its place in the plan.
type PlanSeat struct {
	Zone  string
	Index int
	Seat  *Seat
}

const (
	bestGroups  = 32 // candidates of one answer
	bestInOrder = 8  // of them in strict order
	// bestNear are candidates looked at for the shuffled places: thrice as many as there are, so that askers of the same
	// moment mostly differ.
	bestNear = 3 * (bestGroups - bestInOrder)
	// bestEqual is how much further than the last ordered candidate one may be to count as near equal.
	bestEqual = 1.5
)

// Best returns up to 32 ordered candidate groups (zone index and seat indexes) over free seats: adjacent in one row first,
// nearest the focus, leaving no single orphan when another choice exists, no accessible place unasked, else the fewest rows.
// The first 8 are in order, the rest shuffled among near equals by rnd so that many askers do not collide; a nil rnd
// leaves them in order. adjacent is false when no group sits together in one row.
//
// states returns a zone's present states, nil when unknown: such a zone offers nothing. Candidates do not share seats as
// long as there are others, so that one taken seat spoils one candidate. An orphan is a free seat that the group would
// leave alone between taken seats, an aisle and the row's end. Accessible places and those of their companions are asked
// for by Accessible, or by a zone or category that consists of nothing else.
func (p *Plan) Best(r BestRequest, states func(zone string) []byte, rnd *rand.Rand) (groups []BestGroup, adjacent bool) {
	b := p.benches()
	if r.Quantity < 1 || r.Quantity > b.total {
		return nil, false
	}
	s := b.search(r, states)
	found := s.adjacent()
	adjacent = len(found) > 0
	if !adjacent {
		s.keepSpecial(r.Accessible)
		found = s.apart()
	}
	if r.Accessible {
		found = slices.DeleteFunc(found, func(c candidate) bool { return !s.hasAccessible(&c) })
	}
	chosen := s.choose(found, rnd)
	groups = make([]BestGroup, len(chosen))
	for i := range chosen {
		groups[i] = BestGroup{Seats: s.seats(&chosen[i]), Adjacent: adjacent}
	}
	return groups, adjacent
}

// candidate is a group of seats under consideration.
type candidate struct {
	orphans int // single seats left alone: any is worse than a greater distance
	score   float64
	first   int   // the seats are first, first+1, ... of the house,
	list    []int // unless they are listed
}

// before orders candidates. Ties go by place, so that the same house gives the same answer.
func (c *candidate) before(d *candidate) bool {
	switch {
	case c.orphans != d.orphans:
		return c.orphans < d.orphans
	case c.score != d.score:
		return c.score < d.score
	}
	return c.first < d.first
}

// search is one Best over the states of one moment. Seats are numbered through the house in the order of the plan.
type search struct {
	*benches
	quantity       int
	withAccessible bool
	free           []bool
	usable         []bool // free and what was asked for
}

func (b *benches) search(r BestRequest, states func(zone string) []byte) *search {
	s := &search{benches: b, quantity: r.Quantity, withAccessible: r.Accessible, free: make([]bool, b.total), usable: make([]bool, b.total)}
	wanted := make([]bool, len(b.categories)+1) // by index + 1: of seats of no known category, the first
	for _, id := range r.Categories {
		if category, known := b.categories[id]; known {
			wanted[category+1] = true
		}
	}
	ordinary := false // an ordinary seat is among what was asked for
	for _, z := range b.zones {
		if r.Zone != "" && z.id != r.Zone {
			continue
		}
		now := states(z.id)
		for i := z.from; i < z.to; i++ {
			asked := len(r.Categories) == 0 || wanted[b.category[i]+1]
			ordinary = ordinary || asked && !b.special[i]
			if i-z.from < len(now) && State(now[i-z.from]) == Available {
				s.free[i], s.usable[i] = true, asked
			}
		}
	}
	if !r.Accessible && (ordinary || r.Zone == "" && len(r.Categories) == 0) {
		for i, special := range b.special {
			if special {
				s.usable[i] = false
			}
		}
	}
	return s
}

// keepSpecial leaves only the places for wheelchairs and their companions: a party that must be parted takes no others.
func (s *search) keepSpecial(accessible bool) {
	for i, special := range s.special {
		if accessible && !special {
			s.usable[i] = false
		}
	}
}

func (s *search) hasAccessible(c *candidate) bool {
	has := false
	s.each(c, func(i int) { has = has || s.wheelchair[i] })
	return has
}

// adjacent finds every group that sits together in one row.
func (s *search) adjacent() []candidate {
	var found []candidate
	for _, run := range s.runs {
		start := run.from
		for i := run.from; i < run.to; i++ {
			if !s.usable[i] {
				start = i + 1
				continue
			}
			if first := i + 1 - s.quantity; first >= start && s.fits(first, i+1) {
				found = append(found, candidate{
					orphans: s.orphansBeside(run, first, i+1),
					score:   s.score(s.mean(first, i+1)),
					first:   first,
				})
			}
		}
	}
	return found
}

// fits reports whether from..to-1 has the accessible place that was asked for.
func (s *search) fits(from, to int) bool {
	return !s.withAccessible || slices.Contains(s.wheelchair[from:to], true)
}

// orphansBeside counts the free seats left alone when from..to-1 of the run are taken.
func (s *search) orphansBeside(run span, from, to int) int {
	free := func(i int) bool { return i >= run.from && i < run.to && s.free[i] }
	orphans := 0
	if free(from-1) && !free(from-2) {
		orphans++
	}
	if free(to) && !free(to+1) {
		orphans++
	}
	return orphans
}

// choose takes the best candidates that share no seat, then, while there are too few, others, and orders them.
func (s *search) choose(found []candidate, rnd *rand.Rand) []candidate {
	queue := heapOf(found)
	taken := make([]bool, s.total)
	var chosen, shared []candidate
	for len(queue) > 0 && len(chosen) < bestInOrder+bestNear {
		c := queue.pop()
		switch {
		case !s.touches(&c, taken):
			chosen = append(chosen, c)
			s.each(&c, func(i int) { taken[i] = true })
		case len(shared) < bestGroups:
			shared = append(shared, c)
		}
	}
	if missing := bestGroups - len(chosen); missing > 0 {
		chosen = append(chosen, shared[:min(missing, len(shared))]...)
		slices.SortFunc(chosen, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(a.orphans, b.orphans), cmp.Compare(a.score, b.score), cmp.Compare(a.first, b.first))
		})
	}
	if rnd != nil && len(chosen) > bestInOrder {
		last, rest := chosen[bestInOrder-1], chosen[bestInOrder:]
		near := 0
		for near < len(rest) && rest[near].orphans == last.orphans && rest[near].score <= last.score*bestEqual {
			near++
		}
		rnd.Shuffle(near, func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	}
	return chosen[:min(len(chosen), bestGroups)]
}

func (s *search) each(c *candidate, visit func(seat int)) {
	if c.list == nil {
		for i := c.first; i < c.first+s.quantity; i++ {
			visit(i)
		}
		return
	}
	for _, i := range c.list {
		visit(i)
	}
}

func (s *search) touches(c *candidate, taken []bool) bool {
	touched := false
	s.each(c, func(i int) { touched = touched || taken[i] })
	return touched
}

func (s *search) seats(c *candidate) []PlanSeat {
	seats := make([]PlanSeat, 0, s.quantity)
	s.each(c, func(i int) { seats = append(seats, s.seat(i)) })
	return seats
}

// score is how far from the best place in the house a group's middle is: its distance from the focus, and a part of how
// far it is off the axis from the focus through the house, because the end of a near row sees the stage from the side.
func (b *benches) score(at Point) float64 {
	away := Point{at.X - b.focus.X, at.Y - b.focus.Y}
	return math.Hypot(away.X, away.Y) + offAxis*math.Abs(away.X*b.axis.Y-away.Y*b.axis.X)
}
