package seatmap

import (
	"fmt"
	"math"
	"strconv"
)

// The demonstration venue is drawn around one point, the centre of all its arcs, which lies on the stage. Angles are in
// degrees from straight out into the house, negative to the left as the plan is drawn; radii are in plan units.
const (
	demoPitch      = 10.0 // seat to seat, the unit that the page draws seats by
	demoRowPitch   = 11.5
	demoWheelchair = 15.0 // a wheelchair place is half as wide again
	demoMargin     = 7.0  // from a seat's centre to its zone's outline
	demoBorder     = 36.0 // around the whole plan
)

// DemoPlan generates the demonstration venue, Hanbit Hall: the same plan every time.
func DemoPlan() *Plan {
	p := &Plan{
		Name: "Hanbit Hall", Currency: "KRW", TimeZone: "Asia/Seoul", Focus: polar(125, 0),
		Categories: []Category{
			{ID: "vip", Name: "VIP", Color: "#8b5cf6", Price: 180_000},
			{ID: "r", Name: "R", Color: "#e8476a", Price: 150_000},
			{ID: "s", Name: "S", Color: "#2f80ed", Price: 120_000},
			{ID: "a", Name: "A", Color: "#14a38b", Price: 90_000},
			{ID: "standing", Name: "Standing", Color: "#f2994a", Price: 110_000},
		},
	}
	p.Zones = append(p.Zones, demoStanding())
	for _, b := range demoBlocks() {
		p.Zones = append(p.Zones, b.zone())
	}
	p.Zones = append(p.Zones, demoBoxes("boxes-L", "Boxes Left", -1), demoBoxes("boxes-R", "Boxes Right", 1))
	p.Areas = demoAreas()
	p.settle(demoBorder)
	return p
}

// demoBlock is a block of curved rows between two aisles.
type demoBlock struct {
	id, label string
	rows      []string
	radius    float64                             // of the first row
	edges     func(row int) (left, right float64) // degrees
	pitch     func(row int) float64               // from row to row-1; nil: always demoRowPitch
	aisles    []float64                           // degrees where a radial aisle cuts the block
	gap       func(row int) (left, right float64) // degrees left empty within the row, equal: none
	category  func(row int) string
	wheels    func(row int) (atLeft, atRight bool) // a wheelchair place and its companion at that end
}

func demoBlocks() []demoBlock {
	stalls := []string{"A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "Q", "R", "S"}
	mezzanine := []string{"AA", "BB", "CC", "DD", "EE", "FF", "GG"}
	balcony := []string{"1", "2", "3", "4", "5", "6", "7"}
	crossAisle := func(row int) float64 {
		if row == 9 {
			return 2.2 * demoRowPitch
		}
		return demoRowPitch
	}
	never := func(int) (bool, bool) { return false, false }
	// The side walls open towards the back, so outer edges widen row by row until the doors in the last rows.
	outer := func(row int) float64 {
		edge := 41 + 0.75*float64(row)
		if row >= 15 {
			edge -= 4 + 2*float64(row-15)
		}
		return edge
	}
	side := func(id, label string, sign float64) demoBlock {
		return demoBlock{
			id: id, label: label, rows: stalls, radius: 262, pitch: crossAisle,
			edges: func(row int) (float64, float64) {
				return ordered(sign*(21.5-0.12*float64(row)), sign*outer(row))
			},
			category: grade(8, "r", "s"),
			wheels: func(row int) (bool, bool) {
				return row == 9 && sign > 0, row == 9 && sign < 0
			},
		}
	}
	centre := demoBlock{
		id: "stalls-C", label: "Stalls Centre", rows: stalls, radius: 252, pitch: crossAisle,
		edges:    func(int) (float64, float64) { return -18, 18 },
		category: grade(9, "vip", "r"),
		gap: func(row int) (float64, float64) {
			if row >= 15 {
				return -6, 6
			}
			return 0, 0
		},
		wheels: func(row int) (bool, bool) { return row == 9, row == 9 },
	}
	upper := func(id, label string, rows []string, radius, left, right float64, category func(int) string, aisles ...float64) demoBlock {
		return demoBlock{
			id: id, label: label, rows: rows, radius: radius, aisles: aisles, category: category, wheels: never,
			edges: func(row int) (float64, float64) {
				l, r := left, right
				if trim := 0.9 * float64(max(0, row-3)); l < -30 {
					l += trim
				} else if r > 30 {
					r -= trim
				}
				return l, r
			},
		}
	}
	mezzC := upper("mezz-C", "Mezzanine Centre", mezzanine, 496, -17, 17, grade(3, "r", "s"), 0)
	mezzC.wheels = func(row int) (bool, bool) { return row == 6, row == 6 }
	return []demoBlock{
		side("stalls-L", "Stalls Left", -1), centre, side("stalls-R", "Stalls Right", 1),
		upper("mezz-L", "Mezzanine Left", mezzanine, 496, -50, -19.4, grade(4, "s", "a"), -35),
		mezzC,
		upper("mezz-R", "Mezzanine Right", mezzanine, 496, 19.4, 50, grade(4, "s", "a"), 35),
		upper("balcony-L", "Balcony Left", balcony, 610, -46, -15.5, grade(99, "a", "a"), -31),
		upper("balcony-C", "Balcony Centre", balcony, 610, -13.5, 13.5, grade(2, "s", "a"), 0),
		upper("balcony-R", "Balcony Right", balcony, 610, 15.5, 46, grade(99, "a", "a"), 31),
	}
}

// grade is one category for the first rows and another behind them.
func grade(rows int, front, back string) func(int) string {
	return func(row int) string {
		if row < rows {
			return front
		}
		return back
	}
}

func ordered(a, b float64) (float64, float64) { return min(a, b), max(a, b) }

func polar(radius, degrees float64) Point {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return Point{X: radius * sin, Y: radius * cos}
}

func (b demoBlock) zone() Zone {
	z := Zone{ID: b.id, Label: b.label, Kind: KindSeats}
	var lines [][]Point
	radius := b.radius
	for row, name := range b.rows {
		if row > 0 {
			if b.pitch == nil {
				radius += demoRowPitch
			} else {
				radius += b.pitch(row)
			}
		}
		left, right := b.edges(row)
		var line []Point
		for _, part := range b.parts(row, left, right) {
			atLeft, atRight := b.wheels(row)
			seats := demoArc(radius, part[0], part[1], atLeft && part[0] == left, atRight && part[1] == right)
			for _, s := range seats {
				line = append(line, Point{s.X, s.Y})
				s.Row, s.Number = name, strconv.Itoa(len(line))
				s.ID = fmt.Sprintf("%s:%s-%s", b.id, s.Row, s.Number)
				s.Category = b.category(row)
				z.Seats = append(z.Seats, s)
			}
		}
		lines = append(lines, line)
	}
	z.Outline = outlineOfRows(lines, demoMargin)
	return z
}

// parts are the stretches of a row between its edges, its aisles and its gap.
func (b demoBlock) parts(row int, left, right float64) [][2]float64 {
	const halfAisle = 0.9 // degrees
	var parts [][2]float64
	from := left
	cut := func(l, r float64) {
		parts = append(parts, [2]float64{from, l})
		from = r
	}
	for _, a := range b.aisles {
		cut(a-halfAisle, a+halfAisle)
	}
	if b.gap != nil {
		if l, r := b.gap(row); l < r {
			cut(l, r)
		}
	}
	return append(parts, [2]float64{from, right})
}

// demoArc seats an arc from edge to edge, so that the aisles beside it are straight: as many seats as fit, spread evenly.
func demoArc(radius, left, right float64, wheelLeft, wheelRight bool) []Seat {
	length := radius * (right - left) * math.Pi / 180
	var widths []float64 // from each place to the one before
	extra := 0.0
	for _, wheel := range []bool{wheelLeft, wheelRight} {
		if wheel {
			extra += demoWheelchair - demoPitch
		}
	}
	n := int((length-extra)/demoPitch) + 1
	step := (length - extra) / float64(n-1)
	for i := range n {
		switch {
		case i == 0:
			widths = append(widths, 0)
		case i == 1 && wheelLeft, i == n-1 && wheelRight:
			widths = append(widths, step+demoWheelchair-demoPitch)
		default:
			widths = append(widths, step)
		}
	}
	seats := make([]Seat, n)
	along := 0.0
	for i, w := range widths {
		along += w
		at := polar(radius, left+along/radius*180/math.Pi)
		seats[i] = Seat{X: at.X, Y: at.Y}
	}
	if wheelLeft {
		seats[0].Accessible, seats[1].Companion = true, true
	}
	if wheelRight {
		seats[n-1].Accessible, seats[n-2].Companion = true, true
	}
	return seats
}
