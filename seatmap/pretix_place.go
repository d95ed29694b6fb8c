package seatmap

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

const (
	planPitch   = 10.0 // between neighbouring seats: what seats are drawn for
	pretixLoose = 0.25 // how far from it, in parts, a plan may be and keep its units
	planMargin  = 7.0  // from a seat to its zone's outline
	planBorder  = 30.0 // around a plan that is moved
	planParts   = 100  // of a unit that its coordinates are rounded to
	// planStray is how far from the middle of its zone a seat is lost: five thousand seats side by side.
	planStray = 50_000.0
	// planVoid is the widest empty strip that a plan keeps: two hundred seats. What remains of a wider one is a tenth.
	planVoid = 2_000.0
)

// place puts what was read where it can be drawn: near the origin, ten units from seat to seat, nothing out of sight.
func (m *pretixImport) place() {
	if scale := m.scale(); scale != 1 {
		m.plan.each(func(at Point) Point { return Point{at.X * scale, at.Y * scale} })
		for i := range m.plan.Areas {
			a := &m.plan.Areas[i]
			a.TextSize *= scale
			if a.Radius != nil {
				a.Radius.X, a.Radius.Y = a.Radius.X*scale, a.Radius.Y*scale
			}
		}
		m.size.X, m.size.Y = m.size.X*scale, m.size.Y*scale
	}
	m.bringBack()
	m.part()
	m.dropVast()
	m.closeVoids()
	for i := range m.plan.Zones {
		if z := &m.plan.Zones[i]; z.Kind == KindSeats {
			z.Outline = outlineOfSeats(z.Seats, planMargin)
		}
	}
	m.findStage()
	m.plan.Focus = m.focus()
	m.frame()
}

// scale is what makes the median distance of nearest neighbours ten units; 1 when it is near that already.
func (m *pretixImport) scale() float64 {
	var all []Point
	for i := range m.plan.Zones {
		for _, s := range m.plan.Zones[i].Seats {
			all = append(all, Point{s.X, s.Y})
		}
	}
	pitch := median(nearest(all))
	if pitch == 0 || math.Abs(pitch-planPitch) <= pretixLoose*planPitch {
		return 1
	}
	return min(max(planPitch/pitch, 1e-6), 1e3)
}

// nearest are the distances of points to their nearest neighbour that is not at the same place, of a sample of them where
// they are many.
func nearest(points []Point) []float64 {
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
		if finite(best) {
			found = append(found, math.Sqrt(best))
		}
	}
	return found
}

// bringBack moves seats that are far from all others of their zone to its middle, and makes a vast general zone a small one.
func (m *pretixImport) bringBack() {
	for i := range m.plan.Zones {
		z := &m.plan.Zones[i]
		if z.Kind == KindGeneral {
			if box := z.Bounds(); max(box.Width, box.Height) > 2*planStray {
				at := middle(z.Outline)
				z.Outline = square(at, z.Places)
				m.repair(fmt.Sprintf("zones[%d]", m.zones[i].zone), "is %.0f x %.0f: too large to draw, now a square", box.Width, box.Height)
			}
			continue
		}
		var xs, ys []float64
		for n := range z.Seats {
			xs, ys = append(xs, z.Seats[n].X), append(ys, z.Seats[n].Y)
		}
		middle := Point{median(xs), median(ys)}
		for n := range z.Seats {
			s := &z.Seats[n]
			if d := distance(Point{s.X, s.Y}, middle); d > planStray {
				s.X, s.Y = middle.X, middle.Y
				m.repair(m.zones[i].path(n)+".position", "is %.0f seats away from its zone: moved there", d/planPitch)
			}
		}
	}
}

// part moves seats that are drawn on top of another one aside, around it in a spiral.
func (m *pretixImport) part() {
	taken := map[Point]bool{}
	turns := map[Point]int{}
	grained := func(p Point) Point { return Point{math.Round(p.X * 10), math.Round(p.Y * 10)} }
	for i := range m.plan.Zones {
		z := &m.plan.Zones[i]
		for n := range z.Seats {
			s := &z.Seats[n]
			from := Point{s.X, s.Y}
			at := from
			for taken[grained(at)] {
				turns[grained(from)]++
				const golden = 137.50776
				k := float64(turns[grained(from)])
				at = turned(Point{X: planPitch / 2 * math.Sqrt(k)}, golden*k, from)
			}
			taken[grained(at)] = true
			if at != from {
				s.X, s.Y = at.X, at.Y
				m.repair(m.zones[i].path(n)+".position", "is that of another seat: moved %.1f aside", distance(at, from))
			}
		}
	}
}

// dropVast leaves out decoration that is too large to be a part of any hall.
func (m *pretixImport) dropVast() {
	m.plan.Areas = slices.DeleteFunc(m.plan.Areas, func(a Area) bool {
		box := boxOf(a.corners())
		if max(box.Width, box.Height, a.TextSize) <= 2*planStray {
			return false
		}
		m.refuse("areas", "an area of %.0f x %.0f is too large to draw", box.Width, box.Height)
		return true
	})
}

// closeVoids shortens empty strips across the whole plan, as between stands that are drawn tens of thousands of units
// apart. Everything on one side of a strip moves together, so that nothing changes its shape.
func (m *pretixImport) closeVoids() {
	for _, axis := range []struct {
		name string
		of   func(*Point) *float64
	}{{"x", func(p *Point) *float64 { return &p.X }}, {"y", func(p *Point) *float64 { return &p.Y }}} {
		type part struct {
			from, to float64
			each     func(func(Point) Point)
		}
		var parts []part
		add := func(corners []Point, each func(func(Point) Point)) {
			box := boxOf(corners)
			low, high := Point{box.X, box.Y}, Point{box.X + box.Width, box.Y + box.Height}
			parts = append(parts, part{*axis.of(&low), *axis.of(&high), each})
		}
		for i := range m.plan.Zones {
			add(m.plan.Zones[i].corners(), m.plan.Zones[i].each)
		}
		for i := range m.plan.Areas {
			add(m.plan.Areas[i].corners(), m.plan.Areas[i].each)
		}
		slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.from, b.from) })
		reach, moved := parts[0].to, 0.0
		for _, p := range parts {
			if void := p.from - reach; void > planVoid {
				moved -= void - planVoid/10
				m.repair("zones", "nothing is drawn between %s %.0f and %.0f: brought together", axis.name, reach, p.from)
			}
			reach = max(reach, p.to)
			if by := moved; by != 0 {
				p.each(func(at Point) Point {
					*axis.of(&at) += by
					return at
				})
			}
		}
	}
}

// focus is the middle of the stage; without one, of the largest shape with no seat on it, as a lawn in a stadium; without
// that, the middle of the upper edge, where plans have their stage.
func (m *pretixImport) focus() Point {
	type shape struct {
		outline []Point
		size    float64
	}
	var shapes []shape
	for i := range m.plan.Areas {
		a := pretixDrawn{Area: m.plan.Areas[i]}
		outline := a.outline()
		if a.stage() && outline != nil {
			return middle(outline)
		}
		if own := math.Abs(area(outline)); own > (5*planPitch)*(5*planPitch) {
			shapes = append(shapes, shape{outline, own})
		}
	}
	slices.SortStableFunc(shapes, func(a, b shape) int { return cmp.Compare(b.size, a.size) })
	for _, s := range shapes[:min(len(shapes), maxStages)] {
		if !m.seated(s.outline) {
			return middle(s.outline)
		}
	}
	box := m.plan.extent()
	return Point{box.X + box.Width/2, box.Y}
}

func middle(outline []Point) Point {
	box := boxOf(outline)
	return Point{box.X + box.Width/2, box.Y + box.Height/2}
}

// seated tells whether a seat is inside the outline.
func (m *pretixImport) seated(outline []Point) bool {
	box := boxOf(outline)
	for i := range m.plan.Zones {
		for _, s := range m.plan.Zones[i].Seats {
			if s.X >= box.X && s.X <= box.X+box.Width && s.Y >= box.Y && s.Y <= box.Y+box.Height && contains(outline, Point{s.X, s.Y}) {
				return true
			}
		}
	}
	return false
}

// frame leaves a plan that is near the origin, as an exported one, where it is, and moves any other there.
func (m *pretixImport) frame() {
	box := m.plan.extent()
	right, bottom := box.X+box.Width, box.Y+box.Height
	if min(box.X, box.Y) >= 0 && max(box.X, box.Y) <= 2*planBorder && m.size.X >= right && m.size.Y >= bottom &&
		m.size.X <= right+2*planBorder && m.size.Y <= bottom+2*planBorder {
		m.plan.Width, m.plan.Height = math.Ceil(m.size.X), math.Ceil(m.size.Y)
		m.plan.round(planParts)
		return
	}
	m.plan.settle(planBorder, planParts)
}
