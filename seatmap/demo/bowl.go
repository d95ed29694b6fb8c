package demo

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"jari/seatmap"
	"jari/seatmap/layout"
)

// oval is the line that the rows of a bowl follow: four arcs, two around the ends of the pitch and two flat ones along
// its sides, which go over into each other without a corner. Seen from the middles of the arcs, the row behind is the same line
// farther out: no row is straight, and none lies along an axis of the plan but by chance.
type oval struct {
	end, side float64 // of the middles of the arcs from the centre of the pitch: of the ends left and right, of the sides across
	radius    float64 // of the arc around an end, of the first row
}

// tier is a ring of zones around the pitch.
type tier struct {
	name, label string // zones are name and a number from 01
	away        float64
	ends, sides int // zones around each end, along each side
	rows        int
	category    string
	front       string // category of the first rows
	frontRows   int
	wheelRow    int // with wheelchair places and companions at both its ends, -1: none
}

// Bowl generates an arena of 18,468 seats in 56 zones, in two tiers: the same plan every time.
func Bowl() *seatmap.Plan {
	p := &seatmap.Plan{
		Name: "Hanbit Arena", Currency: "KRW", TimeZone: "Asia/Seoul",
		Categories: []seatmap.Category{
			{ID: "floor", Name: "Courtside", Color: "#8b5cf6", Price: 220_000},
			{ID: "lower", Name: "Lower", Color: "#e8476a", Price: 140_000},
			{ID: "upper", Name: "Upper", Color: "#2f80ed", Price: 70_000},
		},
	}
	return ring(p, oval{end: 480, side: 860, radius: 420}, 18_468, []tier{
		{name: "L", label: "Lower", ends: 6, sides: 8, rows: 18, category: "lower", front: "floor", frontRows: 3, wheelRow: 17},
		{name: "U", label: "Upper", away: 250, ends: 6, sides: 8, rows: 16, category: "upper", front: "lower", frontRows: 4, wheelRow: -1},
	})
}

// Stadium generates a stadium of 64,268 seats in 144 zones, in three tiers: the same plan every time.
func Stadium() *seatmap.Plan {
	p := &seatmap.Plan{
		Name: "Hanbit Stadium", Currency: "KRW", TimeZone: "Asia/Seoul",
		Categories: []seatmap.Category{
			{ID: "club", Name: "Club", Color: "#8b5cf6", Price: 250_000},
			{ID: "first", Name: "First tier", Color: "#e8476a", Price: 120_000},
			{ID: "second", Name: "Second tier", Color: "#2f80ed", Price: 90_000},
			{ID: "third", Name: "Third tier", Color: "#14a38b", Price: 50_000},
		},
	}
	return ring(p, oval{end: 750, side: 1500, radius: 560}, 64_268, []tier{
		{name: "1", label: "Block 1", ends: 9, sides: 13, rows: 24, category: "first", front: "club", frontRows: 2, wheelRow: 23},
		{name: "2", label: "Block 2", away: 330, ends: 10, sides: 14, rows: 16, category: "second", front: "club", frontRows: 8, wheelRow: 15},
		{name: "3", label: "Block 3", away: 570, ends: 11, sides: 15, rows: 34, category: "third", front: "second", frontRows: 6, wheelRow: -1},
	})
}

// ring builds the tiers around a pitch, and leaves out seats at the ends of last rows, where the stairs come up, until
// there are as many as wanted.
func ring(p *seatmap.Plan, o oval, seats int, tiers []tier) *seatmap.Plan {
	total := 0
	for _, t := range tiers {
		number := 0
		for quarter, zones := range []int{t.ends, t.sides, t.ends, t.sides} {
			for n := range zones {
				number++
				z := t.zone(o, fmt.Sprintf("%s%02d", t.name, number), quarter, float64(n)/float64(zones), float64(n+1)/float64(zones))
				total += len(z.Seats)
				p.Zones = append(p.Zones, z)
			}
		}
	}
	for i := 0; total > seats; i++ {
		z := &p.Zones[len(p.Zones)-1-i%len(p.Zones)]
		last := len(z.Seats) - 1
		for z.Seats[last].Accessible || z.Seats[last].Companion {
			last--
		}
		z.Seats = slices.Delete(z.Seats, last, last+1)
		total--
	}
	pitch := o.line(-60)
	p.Areas = []seatmap.Area{
		{Shape: "polygon", Role: "stage", Points: pitch, Fill: "#2f6b3c", Stroke: "#214d2b"},
		{Shape: "text", Center: &seatmap.Point{}, Text: "PITCH", TextSize: 60, Fill: "#eceff4"},
	}
	layout.Settle(p, border, 10)
	return p
}

// arc is a quarter of the line: the middle of its arc, the arc's radius, and the degrees from its beginning to its end.
func (o oval) arc(quarter int) (middle seatmap.Point, radius, from, to float64) {
	turn := math.Atan2(o.side, o.end) * 180 / math.Pi
	flat := o.radius + math.Hypot(o.end, o.side)
	switch quarter {
	case 0:
		return seatmap.Point{X: o.end}, o.radius, -turn, turn
	case 1:
		return seatmap.Point{Y: -o.side}, flat, turn, 180 - turn
	case 2:
		return seatmap.Point{X: -o.end}, o.radius, 180 - turn, 180 + turn
	default:
		return seatmap.Point{Y: o.side}, flat, 180 + turn, 360 - turn
	}
}

// line is the whole line, so far out from that of the first row.
func (o oval) line(away float64) []seatmap.Point {
	var points []seatmap.Point
	for quarter := range 4 {
		middle, radius, from, to := o.arc(quarter)
		const parts = 16
		for n := range parts {
			points = append(points, onArc(middle, radius+away, from+(to-from)*float64(n)/parts))
		}
	}
	return points
}

func onArc(middle seatmap.Point, radius, degrees float64) seatmap.Point {
	return layout.Turned(seatmap.Point{X: radius}, degrees, middle)
}

// zone is the part of a tier between two shares of a quarter of the oval.
func (t tier) zone(o oval, id string, quarter int, left, right float64) seatmap.Zone {
	z := seatmap.Zone{ID: id, Label: t.label + " " + id[len(t.name):], Kind: seatmap.KindSeats}
	middle, radius, from, to := o.arc(quarter)
	from, to = from+(to-from)*left, from+(to-from)*right
	var lines [][]seatmap.Point
	for row := range t.rows {
		r := radius + t.away + rowPitch*float64(row)
		category := t.category
		if row < t.frontRows {
			category = t.front
		}
		half := degrees(aisle/2, r)
		wheel := row == t.wheelRow
		var line []seatmap.Point
		for n, s := range seatArc(r, from+half, to-half, wheel, wheel) {
			// seatArc seats around the origin, its degrees from straight down: the angle is what counts.
			at := onArc(middle, r, math.Atan2(s.X, s.Y)*180/math.Pi)
			line = append(line, at)
			s.X, s.Y, s.Category = at.X, at.Y, category
			s.Row, s.Number = strconv.Itoa(row+1), strconv.Itoa(n+1)
			s.ID = fmt.Sprintf("%s-%s-%s", id, s.Row, s.Number)
			z.Seats = append(z.Seats, s)
		}
		lines = append(lines, line)
	}
	z.Outline = layout.Simplify(layout.OutlineOfRows(lines, margin), layout.Tolerance)
	return z
}
