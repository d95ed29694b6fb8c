package seatmap

import (
	"slices"
	"sort"
	"sync"
)

const (
	// aisle is how many pitches of its row two neighbours may be apart before an aisle lies between them. A wheelchair
	// place is 1.5 wide, the narrowest aisle that building codes allow takes about 2.
	aisle = 1.6
	// offAxis is the weight of being off the axis against being further away.
	offAxis = 0.3
	// inTheRound is how small the way from the focus to the middle of the house is, against the mean distance, where the
	// audience sits around the focus and nobody is off an axis.
	inTheRound = 0.25
)

// benches is the house as Best walks it, built once per plan.
type benches struct {
	total      int // seats in the house
	plan       *Plan
	zones      []zoneSpan
	rows       []rowSpan
	runs       []span  // seats of a row without an aisle between them
	runOf      []int32 // the run of each seat
	rowOf      []int32 // the row of each seat
	special    []bool  // accessible or companion
	wheelchair []bool  // accessible
	category   []int32 // of each seat, an index into Plan.Categories; -1 when it is none of them
	at         []Point // of each seat
	sum        []Point // sum[i] adds up the seats before i
	categories map[string]int
	focus      Point
	axis       Point // unit vector, zero in the round
}

type span struct{ from, to int }

type zoneSpan struct {
	span
	id             string
	index          int // in Plan.Zones
	rowFrom, rowTo int
}

type rowSpan struct {
	span
	zone int // in benches.zones
}

// lazyBenches are a plan's benches, built on first use.
type lazyBenches struct {
	once    sync.Once
	benches *benches
}

func (p *Plan) benches() *benches {
	p.rows.once.Do(func() { p.rows.benches = newBenches(p) })
	return p.rows.benches
}

func newBenches(p *Plan) *benches {
	b := &benches{plan: p, focus: p.Focus, categories: make(map[string]int, len(p.Categories))}
	for i, c := range p.Categories {
		b.categories[c.ID] = i
	}
	b.sum = []Point{{}}
	for i := range p.Zones {
		if p.Zones[i].Kind == KindSeats && len(p.Zones[i].Seats) > 0 {
			b.addZone(i)
		}
	}
	b.total = len(b.at)
	b.setAxis()
	return b
}

func (b *benches) addZone(index int) {
	z := &b.plan.Zones[index]
	from, rowFrom := len(b.at), len(b.rows)
	for i := range z.Seats {
		seat := &z.Seats[i]
		if i == 0 || seat.Row != z.Seats[i-1].Row {
			b.rows = append(b.rows, rowSpan{span{from + i, from + i}, len(b.zones)})
		}
		b.rows[len(b.rows)-1].to++
		category, known := b.categories[seat.Category]
		if !known {
			category = -1
		}
		last := b.sum[len(b.sum)-1]
		b.at = append(b.at, Point{seat.X, seat.Y})
		b.sum = append(b.sum, Point{last.X + seat.X, last.Y + seat.Y})
		b.special = append(b.special, seat.Accessible || seat.Companion)
		b.wheelchair = append(b.wheelchair, seat.Accessible)
		b.category = append(b.category, int32(category))
		b.rowOf = append(b.rowOf, int32(len(b.rows)-1))
	}
	b.zones = append(b.zones, zoneSpan{span{from, len(b.at)}, z.ID, index, rowFrom, len(b.rows)})
	b.cutRuns(rowFrom, len(b.rows))
}

// cutRuns cuts the rows of a zone at their aisles. The pitch is the row's own median, but never more than twice the zone's:
// otherwise two places at the two ends of an otherwise empty row would be neighbours.
func (b *benches) cutRuns(rowFrom, rowTo int) {
	var gaps []float64
	for _, row := range b.rows[rowFrom:rowTo] {
		gaps = append(gaps, b.gaps(row.span)...)
	}
	zonePitch := Median(gaps)
	for _, row := range b.rows[rowFrom:rowTo] {
		pitch := min(Median(b.gaps(row.span)), 2*zonePitch)
		run := span{row.from, row.from}
		for i := row.from; i < row.to; i++ {
			if i > row.from && Distance(b.at[i-1], b.at[i]) > aisle*pitch {
				b.runs = append(b.runs, run)
				run = span{i, i}
			}
			run.to++
			b.runOf = append(b.runOf, int32(len(b.runs)))
		}
		b.runs = append(b.runs, run)
	}
}

// gaps are the distances between neighbours of a row, without those of seats drawn on top of each other.
func (b *benches) gaps(row span) []float64 {
	var gaps []float64
	for i := row.from + 1; i < row.to; i++ {
		if d := Distance(b.at[i-1], b.at[i]); d > 0 {
			gaps = append(gaps, d)
		}
	}
	return gaps
}

// setAxis finds where the house lies from the focus.
func (b *benches) setAxis() {
	if b.total == 0 {
		return
	}
	middle := b.mean(0, b.total)
	reach := 0.0
	for _, at := range b.at {
		reach += Distance(at, b.focus) / float64(b.total)
	}
	if d := Distance(middle, b.focus); d > inTheRound*reach {
		b.axis = Point{(middle.X - b.focus.X) / d, (middle.Y - b.focus.Y) / d}
	}
}

// mean is the middle of the seats from..to-1.
func (b *benches) mean(from, to int) Point {
	n := float64(to - from)
	return Point{(b.sum[to].X - b.sum[from].X) / n, (b.sum[to].Y - b.sum[from].Y) / n}
}

func (b *benches) seat(i int) PlanSeat {
	zone := b.zones[b.rows[b.rowOf[i]].zone]
	return PlanSeat{Zone: zone.id, Index: i - zone.from, Seat: &b.plan.Zones[zone.index].Seats[i-zone.from]}
}

// Median is the middle value, the lower of two, zero of nothing: a row of three with one aisle has the pitch of its pair.
func Median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Clone(list)
	sort.Float64s(sorted)
	return sorted[(len(sorted)-1)/2]
}

// candidates is a heap, the best first. Most answers need a few dozen of many thousand candidates, so that sorting all
// of them would be most of the work.
type candidates []candidate

func heapOf(list []candidate) candidates {
	h := candidates(list)
	for i := len(h)/2 - 1; i >= 0; i-- {
		h.down(i)
	}
	return h
}

func (h *candidates) pop() candidate {
	old := *h
	best := old[0]
	old[0] = old[len(old)-1]
	*h = old[:len(old)-1]
	h.down(0)
	return best
}

func (h candidates) down(i int) {
	for {
		best := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h); child++ {
			if h[child].before(&h[best]) {
				best = child
			}
		}
		if best == i {
			return
		}
		h[i], h[best] = h[best], h[i]
		i = best
	}
}
