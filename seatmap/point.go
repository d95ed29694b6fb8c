package seatmap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// Point is a place on the plan in plan units; in JSON it is [x, y].
type Point struct{ X, Y float64 }

// Box is an axis-aligned rectangle in plan units.
type Box struct {
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

var errNotFinite = errors.New("a coordinate is not a finite number")

// MarshalJSON writes [x, y].
func (p Point) MarshalJSON() ([]byte, error) {
	if !Finite(p.X) || !Finite(p.Y) {
		return nil, errNotFinite
	}
	b := append(make([]byte, 0, 24), '[')
	b = strconv.AppendFloat(b, p.X, 'f', -1, 64)
	b = append(b, ',')
	b = strconv.AppendFloat(b, p.Y, 'f', -1, 64)
	return append(b, ']'), nil
}

// UnmarshalJSON reads [x, y] and nothing else: encoding/json would fill a short array with zeros and cut a long one.
func (p *Point) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		return errors.New("a point is [x, y], not null")
	}
	var xy []*float64
	if err := json.Unmarshal(b, &xy); err != nil {
		return fmt.Errorf("read point: %w", err)
	}
	if len(xy) != 2 || xy[0] == nil || xy[1] == nil {
		return fmt.Errorf("a point is [x, y], not %d numbers", len(xy))
	}
	p.X, p.Y = *xy[0], *xy[1]
	return nil
}

// Finite tells whether a number may be a coordinate.
func Finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// Distance is that of two points, in plan units.
func Distance(a, b Point) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }

// BoxOf is the box around the points, the zero Box around none.
func BoxOf(points []Point) Box {
	if len(points) == 0 {
		return Box{}
	}
	low, high := points[0], points[0]
	for _, p := range points[1:] {
		low = Point{min(low.X, p.X), min(low.Y, p.Y)}
		high = Point{max(high.X, p.X), max(high.Y, p.Y)}
	}
	return Box{X: low.X, Y: low.Y, Width: high.X - low.X, Height: high.Y - low.Y}
}
