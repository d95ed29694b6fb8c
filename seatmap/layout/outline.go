package layout

import (
	"cmp"
	"math"
	"slices"

	"jari/seatmap"
)

// OutlineOfRows is the polygon around rows that lie one behind the other, each from its left to its right end, at a margin
// from the outermost seats. It follows the row ends, so that neighbouring zones with an aisle between them do not overlap.
func OutlineOfRows(rows [][]seatmap.Point, margin float64) []seatmap.Point {
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
func offset(path []seatmap.Point, margin float64) []seatmap.Point {
	if SignedArea(path) < 0 {
		path = slices.Clone(path)
		slices.Reverse(path)
	}
	n := len(path)
	moved := make([]seatmap.Point, 0, n)
	for i, p := range path {
		in, out := normal(path[(i+n-1)%n], p), normal(p, path[(i+1)%n])
		sum := seatmap.Point{X: in.X + out.X, Y: in.Y + out.Y}
		// |sum|² is 2(1+cos) of the corner's angle; the mitre is 2/|sum|² of the sum.
		reach := margin * 2 / max(sum.X*sum.X+sum.Y*sum.Y, 1)
		moved = append(moved, seatmap.Point{X: p.X + sum.X*reach, Y: p.Y + sum.Y*reach})
	}
	return moved
}

// normal is the unit normal of an edge that points out of a polygon of positive area.
func normal(from, to seatmap.Point) seatmap.Point {
	length := seatmap.Distance(from, to)
	if length == 0 {
		return seatmap.Point{}
	}
	return seatmap.Point{X: (to.Y - from.Y) / length, Y: (from.X - to.X) / length}
}

// Simplify drops the points of a closed path that lie within the tolerance of the line without them (Douglas and Peucker).
func Simplify(path []seatmap.Point, tolerance float64) []seatmap.Point {
	if len(path) < 5 {
		return path
	}
	keep := make([]bool, len(path))
	far := 0
	for i, p := range path {
		if seatmap.Distance(p, path[0]) > seatmap.Distance(path[far], path[0]) {
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
	kept := make([]seatmap.Point, 0, len(path))
	for i, p := range path {
		if keep[i] {
			kept = append(kept, p)
		}
	}
	return kept
}

// toSegment is the distance of p from the stretch between a and b.
func toSegment(p, a, b seatmap.Point) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	length := dx*dx + dy*dy
	if length == 0 {
		return seatmap.Distance(p, a)
	}
	t := min(1, max(0, ((p.X-a.X)*dx+(p.Y-a.Y)*dy)/length))
	return math.Hypot(p.X-a.X-t*dx, p.Y-a.Y-t*dy)
}

// OutlineOfSeats is a polygon around any seats at the margin: along the ends of the rows where they lie one behind the other
// and that polygon is sound, otherwise the convex hull.
func OutlineOfSeats(seats []seatmap.Seat, margin float64) []seatmap.Point {
	var rows [][]seatmap.Point
	for i := range seats {
		if i == 0 || seats[i].Row != seats[i-1].Row {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], seatmap.Point{X: seats[i].X, Y: seats[i].Y})
	}
	if len(rows) > 1 {
		// Rows may be numbered in turns from left and right: all of them must run one way.
		along := vector(rows[0])
		for _, row := range rows[1:] {
			if v := vector(row); v.X*along.X+v.Y*along.Y < 0 {
				slices.Reverse(row)
			}
		}
		path := Simplify(OutlineOfRows(rows, margin), Tolerance)
		if len(path) <= maxChecked && Simple(path) && surrounds(path, rows, margin/2) {
			return path
		}
	}
	all := make([]seatmap.Point, 0, len(seats))
	for _, row := range rows {
		all = append(all, row...)
	}
	return hullAround(all, margin)
}

const (
	Tolerance = 0.5 // plan units
	// maxChecked bounds the corners of an outline whose every pair of edges is checked.
	maxChecked = 400
)

func vector(row []seatmap.Point) seatmap.Point {
	first, last := row[0], row[len(row)-1]
	return seatmap.Point{X: last.X - first.X, Y: last.Y - first.Y}
}

// surrounds tells whether all points are inside the path and at least so far from it.
func surrounds(path []seatmap.Point, rows [][]seatmap.Point, away float64) bool {
	for _, row := range rows {
		for _, p := range row {
			if !Contains(path, p) {
				return false
			}
			for i, a := range path {
				if toSegment(p, a, path[(i+1)%len(path)]) < away {
					return false
				}
			}
		}
	}
	return true
}

// hullAround is the convex hull of discs around the points: sound for one point or a line of them too.
func hullAround(points []seatmap.Point, radius float64) []seatmap.Point {
	const corners = 16
	var discs []seatmap.Point
	for _, p := range hull(points) {
		for i := range corners {
			discs = append(discs, Turned(seatmap.Point{X: radius / math.Cos(math.Pi/corners)}, 360/corners*(float64(i)+0.5), p))
		}
	}
	return Simplify(hull(discs), Tolerance)
}

// hull is the convex hull by Andrew's monotone chain.
func hull(points []seatmap.Point) []seatmap.Point {
	sorted := slices.Clone(points)
	slices.SortFunc(sorted, func(a, b seatmap.Point) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) })
	sorted = slices.Compact(sorted)
	if len(sorted) < 3 {
		return sorted
	}
	half := func() []seatmap.Point {
		var chain []seatmap.Point
		for _, p := range sorted {
			for len(chain) >= 2 && turn(chain[len(chain)-2], chain[len(chain)-1], p) <= 0 {
				chain = chain[:len(chain)-1]
			}
			chain = append(chain, p)
		}
		return chain[:len(chain)-1]
	}
	lower := half()
	slices.Reverse(sorted)
	return append(lower, half()...)
}
