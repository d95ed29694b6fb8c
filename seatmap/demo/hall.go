// Package demo generates plans, the same every time: a hall to show, an arena and a stadium as large as real ones, and a plan of odd names.
package demo

import (
	"fmt"
	"math"
	"strconv"

	"jari/seatmap"
	"jari/seatmap/layout"
)

// The demonstration venue is drawn around one point, the centre of all its arcs, which lies on the stage. Angles are in
// degrees from straight out into the house, negative to the left as the plan is drawn; radii are in plan units.
const (
	pitch      = 10.0 // seat to seat, the unit that the page draws seats by
	rowPitch   = 11.5
	wheelchair = 15.0 // a wheelchair place is half as wide again
	aisle      = 22.0 // between the last seat on one side and the first on the other
	desk       = 90.0
	margin     = 7.0  // from a seat's centre to its zone's outline
	border     = 36.0 // around the whole plan
)

// Hall generates the demonstration venue, Hanbit Hall: the same plan every time.
func Hall() *seatmap.Plan {
	p := &seatmap.Plan{
		Name: "Hanbit Hall", Currency: "KRW", TimeZone: "Asia/Seoul", Focus: polar(125, 0),
		Categories: []seatmap.Category{
			{ID: "vip", Name: "VIP", Color: "#8b5cf6", Price: 180_000},
			{ID: "r", Name: "R", Color: "#e8476a", Price: 150_000},
			{ID: "s", Name: "S", Color: "#2f80ed", Price: 120_000},
			{ID: "a", Name: "A", Color: "#14a38b", Price: 90_000},
			{ID: "standing", Name: "Standing", Color: "#f2994a", Price: 110_000},
		},
	}
	p.Zones = append(p.Zones, standing())
	for _, b := range blocks() {
		p.Zones = append(p.Zones, b.zone())
	}
	p.Zones = append(p.Zones, boxes("boxes-L", "Boxes Left", -1), boxes("boxes-R", "Boxes Right", 1))
	p.Areas = decoration()
	layout.Settle(p, border, 10)
	return p
}

// block is a block of curved rows between two aisles.
type block struct {
	id, label   string
	rows        []string
	radius      float64                                             // of the first row
	edges       func(row int, radius float64) (left, right float64) // degrees
	aisles      []float64                                           // degrees where a radial aisle cuts the block
	desk        int                                                 // rows at the back that leave room for the sound desk
	wheelRow    int                                                 // the row with wheelchair places, -1: none
	wheelLeft   bool                                                // at the row's left end, the companion next to it
	wheelRight  bool
	front, back string // categories
	frontRows   int
}

// crossAisle is the row behind the walkway through the stalls: there a wheelchair gets in without a step.
const crossAisle = 9

func blocks() []block {
	stalls := []string{"A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "Q", "R", "S"}
	mezzanine := []string{"AA", "BB", "CC", "DD", "EE", "FF", "GG", "HH"}
	balcony := []string{"1", "2", "3", "4", "5", "6", "7", "8"}
	return []block{
		stallsSide("stalls-L", "Stalls Left", stalls, -1),
		{
			id: "stalls-C", label: "Stalls Centre", rows: stalls, radius: 256, edges: between(-18, 18),
			front: "vip", back: "r", frontRows: crossAisle, desk: 2,
			wheelRow: crossAisle, wheelLeft: true, wheelRight: true,
		},
		stallsSide("stalls-R", "Stalls Right", stalls, 1),
		upperBlock("mezz-L", "Mezzanine Left", mezzanine, 502, -51, -17, "s", "a", 4),
		upperBlock("mezz-C", "Mezzanine Centre", mezzanine, 502, -17, 17, "r", "s", 3),
		upperBlock("mezz-R", "Mezzanine Right", mezzanine, 502, 17, 51, "s", "a", 4),
		upperBlock("balcony-L", "Balcony Left", balcony, 622, -49.5, -14, "a", "a", 0),
		upperBlock("balcony-C", "Balcony Centre", balcony, 622, -14, 14, "s", "a", 2),
		upperBlock("balcony-R", "Balcony Right", balcony, 622, 14, 49.5, "a", "a", 0),
	}
}

// stallsSide is a side of the stalls. The walls open towards the back, so that each row is wider than the one before it,
// until the doors cut the last rows short.
func stallsSide(id, label string, rows []string, sign float64) block {
	return block{
		id: id, label: label, rows: rows, radius: 262, front: "r", back: "s", frontRows: 8,
		wheelRow: crossAisle, wheelLeft: sign > 0, wheelRight: sign < 0,
		edges: func(row int, radius float64) (float64, float64) {
			outer := 40 + 0.8*float64(row)
			if doors := row - (len(rows) - 3); doors >= 0 {
				outer -= 5 + 1.5*float64(doors)
			}
			inner := 18 + degrees(aisle, radius)
			return min(sign*inner, sign*outer), max(sign*inner, sign*outer)
		},
	}
}

// upperBlock is a block of an upper floor with an aisle through its middle; the floor's outer corners are cut off.
func upperBlock(id, label string, rows []string, radius, left, right float64, front, back string, frontRows int) block {
	b := block{
		id: id, label: label, rows: rows, radius: radius, front: front, back: back, frontRows: frontRows, wheelRow: -1,
		aisles: []float64{(left + right) / 2},
	}
	if left < 0 && right > 0 {
		b.edges = between(left, right)
		b.wheelRow, b.wheelLeft, b.wheelRight = len(rows)-1, true, true
		return b
	}
	b.edges = func(row int, radius float64) (float64, float64) {
		cut := 1.1 * float64(max(0, row-2))
		if left < 0 {
			return left + cut, right - degrees(aisle, radius)
		}
		return left + degrees(aisle, radius), right - cut
	}
	return b
}

func between(left, right float64) func(int, float64) (float64, float64) {
	return func(int, float64) (float64, float64) { return left, right }
}

func polar(radius, degrees float64) seatmap.Point {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return seatmap.Point{X: radius * sin, Y: radius * cos}
}

// degrees is the angle that a length along the arc takes at a radius.
func degrees(length, radius float64) float64 { return length / radius * 180 / math.Pi }

func (b block) zone() seatmap.Zone {
	z := seatmap.Zone{ID: b.id, Label: b.label, Kind: seatmap.KindSeats}
	var lines [][]seatmap.Point
	radius := b.radius
	for row, name := range b.rows {
		if row > 0 {
			radius += rowPitch
		}
		if row == crossAisle {
			radius += rowPitch
		}
		category := b.back
		if row < b.frontRows {
			category = b.front
		}
		parts := b.parts(row, radius)
		var line []seatmap.Point
		for i, part := range parts {
			wheelLeft := row == b.wheelRow && b.wheelLeft && i == 0
			wheelRight := row == b.wheelRow && b.wheelRight && i == len(parts)-1
			for _, s := range seatArc(radius, part[0], part[1], wheelLeft, wheelRight) {
				line = append(line, seatmap.Point{X: s.X, Y: s.Y})
				s.Row, s.Number, s.Category = name, strconv.Itoa(len(line)), category
				s.ID = fmt.Sprintf("%s:%s-%s", b.id, s.Row, s.Number)
				z.Seats = append(z.Seats, s)
			}
		}
		lines = append(lines, line)
	}
	z.Outline = layout.Simplify(layout.OutlineOfRows(lines, margin), layout.Tolerance)
	return z
}

// parts are the stretches of a row, in degrees, between its edges, its aisles and the sound desk.
func (b block) parts(row int, radius float64) [][2]float64 {
	left, right := b.edges(row, radius)
	var parts [][2]float64
	cut := func(middle, width float64) {
		half := degrees(width/2, radius)
		parts = append(parts, [2]float64{left, middle - half})
		left = middle + half
	}
	for _, a := range b.aisles {
		cut(a, aisle)
	}
	if row >= len(b.rows)-b.desk {
		cut(0, desk)
	}
	return append(parts, [2]float64{left, right})
}

// seatArc seats an arc from edge to edge, so that the aisles beside it are straight: as many seats as fit, spread evenly.
func seatArc(radius, left, right float64, wheelLeft, wheelRight bool) []seatmap.Seat {
	length := radius * (right - left) / degrees(1, 1)
	var widths []float64 // from each place to the one before
	extra := 0.0
	for _, wheel := range []bool{wheelLeft, wheelRight} {
		if wheel {
			extra += wheelchair - pitch
		}
	}
	n := int((length-extra)/pitch) + 1
	step := (length - extra) / float64(n-1)
	for i := range n {
		switch {
		case i == 0:
			widths = append(widths, 0)
		case i == 1 && wheelLeft, i == n-1 && wheelRight:
			widths = append(widths, step+wheelchair-pitch)
		default:
			widths = append(widths, step)
		}
	}
	seats := make([]seatmap.Seat, n)
	along := 0.0
	for i, w := range widths {
		along += w
		at := polar(radius, left+degrees(along, radius))
		seats[i] = seatmap.Seat{X: at.X, Y: at.Y}
	}
	if wheelLeft {
		seats[0].Accessible, seats[1].Companion = true, true
	}
	if wheelRight {
		seats[n-1].Accessible, seats[n-2].Companion = true, true
	}
	return seats
}
