package pretix

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"jari/seatmap"
	"jari/seatmap/layout"
)

const (
	planPitch  = 10.0 // between neighbouring seats: what seats are drawn for
	planLoose  = 0.25 // how far from it, in parts, a plan may be and keep its units
	planMargin = 7.0  // from a seat to its zone's outline
	planBorder = 30.0 // around a plan that is moved
	planParts  = 100  // of a unit that its coordinates are rounded to
	// planStray is how far from the middle of its zone a seat is lost: five thousand seats side by side.
	planStray = 50_000.0
	// planVoid is the widest empty strip that a plan keeps: two hundred seats. What remains of a wider one is a tenth.
	planVoid = 2_000.0
)

// place puts what was read where it can be drawn: near the origin, ten units from seat to seat, nothing out of sight.
func (m *importer) place() {
	if scale := m.scale(); scale != 1 {
		layout.Move(m.plan, func(at seatmap.Point) seatmap.Point { return seatmap.Point{X: at.X * scale, Y: at.Y * scale} })
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
		if z := &m.plan.Zones[i]; z.Kind == seatmap.KindSeats {
			z.Outline = layout.OutlineOfSeats(z.Seats, planMargin)
		}
	}
	m.findStage()
	m.plan.Focus = m.focus()
	m.frame()
}

// scale is what makes the median distance of nearest neighbours ten units; 1 when it is near that already.
func (m *importer) scale() float64 {
	var all []seatmap.Point
	for i := range m.plan.Zones {
		for _, s := range m.plan.Zones[i].Seats {
			all = append(all, seatmap.Point{X: s.X, Y: s.Y})
		}
	}
	pitch := seatmap.Median(layout.Nearest(all))
	if pitch == 0 || math.Abs(pitch-planPitch) <= planLoose*planPitch {
		return 1
	}
	return min(max(planPitch/pitch, 1e-6), 1e3)
}

// bringBack moves seats that are far from all others of their zone to its middle, and makes a vast general zone a small one.
func (m *importer) bringBack() {
	for i := range m.plan.Zones {
		z := &m.plan.Zones[i]
		if z.Kind == seatmap.KindGeneral {
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
		middle := seatmap.Point{X: seatmap.Median(xs), Y: seatmap.Median(ys)}
		for n := range z.Seats {
			s := &z.Seats[n]
			if d := seatmap.Distance(seatmap.Point{X: s.X, Y: s.Y}, middle); d > planStray {
				s.X, s.Y = middle.X, middle.Y
				m.repair(m.zones[i].path(n)+".position", "is %.0f seats away from its zone: moved there", d/planPitch)
			}
		}
	}
}

// part moves seats that are drawn on top of another one aside, around it in a spiral.
func (m *importer) part() {
	taken := map[seatmap.Point]bool{}
	turns := map[seatmap.Point]int{}
	grained := func(p seatmap.Point) seatmap.Point {
		return seatmap.Point{X: math.Round(p.X * 10), Y: math.Round(p.Y * 10)}
	}
	for i := range m.plan.Zones {
		z := &m.plan.Zones[i]
		for n := range z.Seats {
			s := &z.Seats[n]
			from := seatmap.Point{X: s.X, Y: s.Y}
			at := from
			for taken[grained(at)] {
				turns[grained(from)]++
				const golden = 137.50776
				k := float64(turns[grained(from)])
				at = layout.Turned(seatmap.Point{X: planPitch / 2 * math.Sqrt(k)}, golden*k, from)
			}
			taken[grained(at)] = true
			if at != from {
				s.X, s.Y = at.X, at.Y
				m.repair(m.zones[i].path(n)+".position", "is that of another seat: moved %.1f aside", seatmap.Distance(at, from))
			}
		}
	}
}

// dropVast leaves out decoration that is too large to be a part of any hall.
func (m *importer) dropVast() {
	m.plan.Areas = slices.DeleteFunc(m.plan.Areas, func(a seatmap.Area) bool {
		box := seatmap.BoxOf(layout.AreaCorners(&a))
		if max(box.Width, box.Height, a.TextSize) <= 2*planStray {
			return false
		}
		m.refuse("areas", "an area of %.0f x %.0f is too large to draw", box.Width, box.Height)
		return true
	})
}

// closeVoids shortens empty strips across the whole plan, as between stands that are drawn tens of thousands of units
// apart. Everything on one side of a strip moves together, so that nothing changes its shape.
func (m *importer) closeVoids() {
	for _, axis := range []struct {
		name string
		of   func(*seatmap.Point) *float64
	}{{"x", func(p *seatmap.Point) *float64 { return &p.X }}, {"y", func(p *seatmap.Point) *float64 { return &p.Y }}} {
		type part struct {
			from, to float64
			each     func(func(seatmap.Point) seatmap.Point)
		}
		var parts []part
		add := func(corners []seatmap.Point, each func(func(seatmap.Point) seatmap.Point)) {
			box := seatmap.BoxOf(corners)
			low, high := seatmap.Point{X: box.X, Y: box.Y}, seatmap.Point{X: box.X + box.Width, Y: box.Y + box.Height}
			parts = append(parts, part{*axis.of(&low), *axis.of(&high), each})
		}
		for i := range m.plan.Zones {
			z := &m.plan.Zones[i]
			add(layout.ZoneCorners(z), func(move func(seatmap.Point) seatmap.Point) { layout.MoveZone(z, move) })
		}
		for i := range m.plan.Areas {
			a := &m.plan.Areas[i]
			add(layout.AreaCorners(a), func(move func(seatmap.Point) seatmap.Point) { layout.MoveArea(a, move) })
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
				p.each(func(at seatmap.Point) seatmap.Point {
					*axis.of(&at) += by
					return at
				})
			}
		}
	}
}

// focus is the middle of the stage; without one, of the largest shape with no seat on it, as a lawn in a stadium; without
// that, the middle of the upper edge, where plans have their stage.
func (m *importer) focus() seatmap.Point {
	type shape struct {
		outline []seatmap.Point
		size    float64
	}
	var shapes []shape
	for i := range m.plan.Areas {
		a := &m.plan.Areas[i]
		outline := layout.OutlineOfArea(a)
		if a.Role == "stage" && outline != nil {
			return middle(outline)
		}
		if own := math.Abs(layout.SignedArea(outline)); own > (5*planPitch)*(5*planPitch) {
			shapes = append(shapes, shape{outline, own})
		}
	}
	slices.SortStableFunc(shapes, func(a, b shape) int { return cmp.Compare(b.size, a.size) })
	for _, s := range shapes[:min(len(shapes), maxStages)] {
		if !m.seated(s.outline) {
			return middle(s.outline)
		}
	}
	box := layout.Extent(m.plan)
	return seatmap.Point{X: box.X + box.Width/2, Y: box.Y}
}

func middle(outline []seatmap.Point) seatmap.Point {
	box := seatmap.BoxOf(outline)
	return seatmap.Point{X: box.X + box.Width/2, Y: box.Y + box.Height/2}
}

// seated tells whether a seat is inside the outline.
func (m *importer) seated(outline []seatmap.Point) bool {
	box := seatmap.BoxOf(outline)
	for i := range m.plan.Zones {
		for _, s := range m.plan.Zones[i].Seats {
			if s.X >= box.X && s.X <= box.X+box.Width && s.Y >= box.Y && s.Y <= box.Y+box.Height && layout.Contains(outline, seatmap.Point{X: s.X, Y: s.Y}) {
				return true
			}
		}
	}
	return false
}

// frame leaves a plan that is near the origin, as an exported one, where it is, and moves any other there.
func (m *importer) frame() {
	box := layout.Extent(m.plan)
	right, bottom := box.X+box.Width, box.Y+box.Height
	if min(box.X, box.Y) >= 0 && max(box.X, box.Y) <= 2*planBorder && m.size.X >= right && m.size.Y >= bottom &&
		m.size.X <= right+2*planBorder && m.size.Y <= bottom+2*planBorder {
		m.plan.Width, m.plan.Height = math.Ceil(m.size.X), math.Ceil(m.size.Y)
		layout.Round(m.plan, planParts)
		return
	}
	layout.Settle(m.plan, planBorder, planParts)
}
