package seatmap

import (
	"math"
	"slices"
)

// outlineOfRows is the polygon around rows that lie one behind the other, each from its left to its right end, at a margin
// from the outermost seats. It follows the row ends, so that neighbouring zones with an aisle between them do not overlap.
func outlineOfRows(rows [][]Point, margin float64) []Point {
	last := len(rows) - 1
	path := slices.Clone(rows[0])
	for _, row := range rows[1:last] {
		path = append(path, row[len(row)-1])
	}
	back := slices.Clone(rows[last])
	slices.Reverse(back)
	path = append(path, back...)
	for i := last - 1; i > 0; i-- {
		path = append(path, rows[i][0])
	}
	return offset(path, margin)
}

// offset moves each corner of a simple polygon outwards by the margin, at sharp corners by at most twice that.
func offset(path []Point, margin float64) []Point {
	if area(path) < 0 {
		path = slices.Clone(path)
		slices.Reverse(path)
	}
	n := len(path)
	moved := make([]Point, 0, n)
	for i, p := range path {
		in, out := normal(path[(i+n-1)%n], p), normal(p, path[(i+1)%n])
		sum := Point{in.X + out.X, in.Y + out.Y}
		// |sum|² is 2(1+cos) of the corner's angle; the mitre is 2/|sum|² of the sum.
		reach := margin * 2 / max(sum.X*sum.X+sum.Y*sum.Y, 1)
		moved = append(moved, Point{p.X + sum.X*reach, p.Y + sum.Y*reach})
	}
	return moved
}

// area is the signed area of a polygon, positive when it runs clockwise on a plan whose y grows downwards.
func area(path []Point) float64 {
	sum := 0.0
	for i, p := range path {
		q := path[(i+1)%len(path)]
		sum += p.X*q.Y - q.X*p.Y
	}
	return sum / 2
}

// normal is the unit normal of an edge that points out of a polygon of positive area.
func normal(from, to Point) Point {
	length := distance(from, to)
	if length == 0 {
		return Point{}
	}
	return Point{(to.Y - from.Y) / length, (from.X - to.X) / length}
}

// simplify drops the points of a closed path that lie within the tolerance of the line without them (Douglas and Peucker).
func simplify(path []Point, tolerance float64) []Point {
	if len(path) < 5 {
		return path
	}
	keep := make([]bool, len(path))
	far := 0
	for i, p := range path {
		if distance(p, path[0]) > distance(path[far], path[0]) {
			far = i
		}
	}
	closed := append(slices.Clone(path), path[0])
	keep[0], keep[far] = true, true
	type span struct{ from, to int }
	for work := []span{{0, far}, {far, len(path)}}; len(work) > 0; {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		worst, at := tolerance, -1
		for i := s.from + 1; i < s.to; i++ {
			if d := toSegment(closed[i], closed[s.from], closed[s.to]); d > worst {
				worst, at = d, i
			}
		}
		if at >= 0 {
			keep[at] = true
			work = append(work, span{s.from, at}, span{at, s.to})
		}
	}
	kept := make([]Point, 0, len(path))
	for i, p := range path {
		if keep[i] {
			kept = append(kept, p)
		}
	}
	return kept
}

// toSegment is the distance of p from the stretch between a and b.
func toSegment(p, a, b Point) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	length := dx*dx + dy*dy
	if length == 0 {
		return distance(p, a)
	}
	t := min(1, max(0, ((p.X-a.X)*dx+(p.Y-a.Y)*dy)/length))
	return math.Hypot(p.X-a.X-t*dx, p.Y-a.Y-t*dy)
}

// settle moves the plan so that it starts at the border, and sets its size. Coordinates are rounded to a tenth of a unit.
func (p *Plan) settle(border float64) {
	all := []Point{p.Focus}
	for i := range p.Areas {
		all = append(all, p.Areas[i].corners()...)
	}
	for i := range p.Zones {
		all = append(all, p.Zones[i].Outline...)
		for n := range p.Zones[i].Seats {
			all = append(all, Point{p.Zones[i].Seats[n].X, p.Zones[i].Seats[n].Y})
		}
	}
	box := boxOf(all)
	p.Width, p.Height = math.Ceil(box.Width+2*border), math.Ceil(box.Height+2*border)
	move := func(q *Point) { *q = round1(Point{q.X - box.X + border, q.Y - box.Y + border}) }
	move(&p.Focus)
	for i := range p.Areas {
		for n := range p.Areas[i].Points {
			move(&p.Areas[i].Points[n])
		}
		if p.Areas[i].Center != nil {
			move(p.Areas[i].Center)
		}
	}
	for i := range p.Zones {
		z := &p.Zones[i]
		z.Outline = simplify(z.Outline, 0.5)
		for n := range z.Outline {
			move(&z.Outline[n])
		}
		for n := range z.Seats {
			at := Point{z.Seats[n].X, z.Seats[n].Y}
			move(&at)
			z.Seats[n].X, z.Seats[n].Y = at.X, at.Y
		}
	}
}

// corners are points whose box encloses the area.
func (a *Area) corners() []Point {
	corners := slices.Clone(a.Points)
	if a.Center != nil {
		corners = append(corners, *a.Center)
		if a.Radius != nil {
			reach := max(a.Radius.X, a.Radius.Y)
			corners = append(corners, Point{a.Center.X - reach, a.Center.Y - reach}, Point{a.Center.X + reach, a.Center.Y + reach})
		}
	}
	return corners
}
