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
	demoAisle      = 22.0 // between the last seat on one side and the first on the other
	demoDesk       = 90.0
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
	p.settle(demoBorder, 10)
	return p
}

// demoBlock is a block of curved rows between two aisles.
type demoBlock struct {
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

// demoCrossAisle is the row behind the walkway through the stalls: there a wheelchair gets in without a step.
const demoCrossAisle = 9

func demoBlocks() []demoBlock {
	stalls := []string{"A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "Q", "R", "S"}
	mezzanine := []string{"AA", "BB", "CC", "DD", "EE", "FF", "GG", "HH"}
	balcony := []string{"1", "2", "3", "4", "5", "6", "7", "8"}
	return []demoBlock{
		demoStalls("stalls-L", "Stalls Left", stalls, -1),
		{
			id: "stalls-C", label: "Stalls Centre", rows: stalls, radius: 256, edges: demoBetween(-18, 18),
			front: "vip", back: "r", frontRows: demoCrossAisle, desk: 2,
			wheelRow: demoCrossAisle, wheelLeft: true, wheelRight: true,
		},
		demoStalls("stalls-R", "Stalls Right", stalls, 1),
		demoUpper("mezz-L", "Mezzanine Left", mezzanine, 502, -51, -17, "s", "a", 4),
		demoUpper("mezz-C", "Mezzanine Centre", mezzanine, 502, -17, 17, "r", "s", 3),
		demoUpper("mezz-R", "Mezzanine Right", mezzanine, 502, 17, 51, "s", "a", 4),
		demoUpper("balcony-L", "Balcony Left", balcony, 622, -49.5, -14, "a", "a", 0),
		demoUpper("balcony-C", "Balcony Centre", balcony, 622, -14, 14, "s", "a", 2),
		demoUpper("balcony-R", "Balcony Right", balcony, 622, 14, 49.5, "a", "a", 0),
	}
}

// demoStalls is a side of the stalls. The walls open towards the back, so that each row is wider than the one before it,
// until the doors cut the last rows short.
func demoStalls(id, label string, rows []string, sign float64) demoBlock {
	return demoBlock{
		id: id, label: label, rows: rows, radius: 262, front: "r", back: "s", frontRows: 8,
		wheelRow: demoCrossAisle, wheelLeft: sign > 0, wheelRight: sign < 0,
		edges: func(row int, radius float64) (float64, float64) {
			outer := 40 + 0.8*float64(row)
			if doors := row - (len(rows) - 3); doors >= 0 {
				outer -= 5 + 1.5*float64(doors)
			}
			inner := 18 + degrees(demoAisle, radius)
			return min(sign*inner, sign*outer), max(sign*inner, sign*outer)
		},
	}
}

// demoUpper is a block of an upper floor with an aisle through its middle; the floor's outer corners are cut off.
func demoUpper(id, label string, rows []string, radius, left, right float64, front, back string, frontRows int) demoBlock {
	b := demoBlock{
		id: id, label: label, rows: rows, radius: radius, front: front, back: back, frontRows: frontRows, wheelRow: -1,
		aisles: []float64{(left + right) / 2},
	}
	if left < 0 && right > 0 {
		b.edges = demoBetween(left, right)
		b.wheelRow, b.wheelLeft, b.wheelRight = len(rows)-1, true, true
		return b
	}
	b.edges = func(row int, radius float64) (float64, float64) {
		cut := 1.1 * float64(max(0, row-2))
		if left < 0 {
			return left + cut, right - degrees(demoAisle, radius)
		}
		return left + degrees(demoAisle, radius), right - cut
	}
	return b
}

func demoBetween(left, right float64) func(int, float64) (float64, float64) {
	return func(int, float64) (float64, float64) { return left, right }
}

func polar(radius, degrees float64) Point {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return Point{X: radius * sin, Y: radius * cos}
}

// degrees is the angle that a length along the arc takes at a radius.
func degrees(length, radius float64) float64 { return length / radius * 180 / math.Pi }

func (b demoBlock) zone() Zone {
	z := Zone{ID: b.id, Label: b.label, Kind: KindSeats}
	var lines [][]Point
	radius := b.radius
	for row, name := range b.rows {
		if row > 0 {
			radius += demoRowPitch
		}
		if row == demoCrossAisle {
			radius += demoRowPitch
		}
		category := b.back
		if row < b.frontRows {
			category = b.front
		}
		parts := b.parts(row, radius)
		var line []Point
		for i, part := range parts {
			wheelLeft := row == b.wheelRow && b.wheelLeft && i == 0
			wheelRight := row == b.wheelRow && b.wheelRight && i == len(parts)-1
			for _, s := range demoArc(radius, part[0], part[1], wheelLeft, wheelRight) {
				line = append(line, Point{s.X, s.Y})
				s.Row, s.Number, s.Category = name, strconv.Itoa(len(line)), category
				s.ID = fmt.Sprintf("%s:%s-%s", b.id, s.Row, s.Number)
				z.Seats = append(z.Seats, s)
			}
		}
		lines = append(lines, line)
	}
	z.Outline = simplify(outlineOfRows(lines, demoMargin), simplifyTolerance)
	return z
}

// parts are the stretches of a row, in degrees, between its edges, its aisles and the sound desk.
func (b demoBlock) parts(row int, radius float64) [][2]float64 {
	left, right := b.edges(row, radius)
	var parts [][2]float64
	cut := func(middle, width float64) {
		half := degrees(width/2, radius)
		parts = append(parts, [2]float64{left, middle - half})
		left = middle + half
	}
	for _, a := range b.aisles {
		cut(a, demoAisle)
	}
	if row >= len(b.rows)-b.desk {
		cut(0, demoDesk)
	}
	return append(parts, [2]float64{left, right})
}

// demoArc seats an arc from edge to edge, so that the aisles beside it are straight: as many seats as fit, spread evenly.
func demoArc(radius, left, right float64, wheelLeft, wheelRight bool) []Seat {
	length := radius * (right - left) / degrees(1, 1)
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
		at := polar(radius, left+degrees(along, radius))
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
