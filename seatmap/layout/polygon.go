package layout

import (
	"math"

	"jari/seatmap"
)

// SignedArea is the signed area of a polygon, positive when it runs clockwise on a plan whose y grows downwards.
func SignedArea(path []seatmap.Point) float64 {
	sum := 0.0
	for i, p := range path {
		q := path[(i+1)%len(path)]
		sum += p.X*q.Y - q.X*p.Y
	}
	return sum / 2
}

// Contains tells whether a point is inside a polygon, by the parity of its crossings to the right.
func Contains(path []seatmap.Point, p seatmap.Point) bool {
	inside := false
	for i, a := range path {
		b := path[(i+1)%len(path)]
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(b.X-a.X)*(p.Y-a.Y)/(b.Y-a.Y) {
			inside = !inside
		}
	}
	return inside
}

// Simple tells whether no two edges of a path cross.
func Simple(path []seatmap.Point) bool {
	n := len(path)
	for i := range n {
		for j := i + 2; j < n; j++ {
			if (j+1)%n != i && Crosses(path[i], path[i+1], path[j], path[(j+1)%n]) {
				return false
			}
		}
	}
	return true
}

// Crosses tells whether the stretch from a to b crosses that from c to d.
func Crosses(a, b, c, d seatmap.Point) bool {
	return (turn(a, b, c) > 0) != (turn(a, b, d) > 0) && (turn(c, d, a) > 0) != (turn(c, d, b) > 0)
}

// turn is twice the signed area of the triangle: positive when c lies to the right of the way from a to b.
func turn(a, b, c seatmap.Point) float64 { return (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X) }

// Turned is the offset turned clockwise by so many degrees, from the origin.
func Turned(offset seatmap.Point, degrees float64, origin seatmap.Point) seatmap.Point {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return seatmap.Point{X: origin.X + offset.X*cos - offset.Y*sin, Y: origin.Y + offset.X*sin + offset.Y*cos}
}

// OutlineOfArea is an area's shape as a polygon, none of a text.
func OutlineOfArea(a *seatmap.Area) []seatmap.Point {
	if a.Shape == "polygon" {
		return a.Points
	}
	if a.Shape != "ellipse" {
		return nil
	}
	const corners = 32
	points := make([]seatmap.Point, corners)
	for i := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		points[i] = Turned(seatmap.Point{X: a.Radius.X * cos, Y: a.Radius.Y * sin}, a.Rotation, *a.Center)
	}
	return points
}

// Nearest are the distances of points to their nearest neighbour that is not at the same place, of a sample of them where
// they are many.
func Nearest(points []seatmap.Point) []float64 {
	const comparisons = 4_000_000
	sample := max(100, comparisons/max(1, len(points)))
	step := max(1, len(points)/sample)
	var found []float64
	for i := 0; i < len(points); i += step {
		best := math.Inf(1)
		for _, p := range points {
			dx, dy := p.X-points[i].X, p.Y-points[i].Y
			if d := dx*dx + dy*dy; d < best && d > 0 {
				best = d
			}
		}
		if seatmap.Finite(best) {
			found = append(found, math.Sqrt(best))
		}
	}
	return found
}
