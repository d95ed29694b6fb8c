// Package layout is for those who make plans: it draws outlines around seats, and moves what is drawn. It changes a plan, which must
// not be in use yet.
package layout

import (
	"math"
	"slices"

	"jari/seatmap"
)

// Settle moves a plan so that it starts at the border, and sets its size. Coordinates are rounded to so many parts of a unit.
func Settle(p *seatmap.Plan, border, parts float64) {
	box := Extent(p)
	Move(p, func(at seatmap.Point) seatmap.Point {
		return seatmap.Point{X: at.X - box.X + border, Y: at.Y - box.Y + border}
	})
	p.Width, p.Height = math.Ceil(box.Width+2*border), math.Ceil(box.Height+2*border)
	Round(p, parts)
}

// Round rounds coordinates to so many parts of a unit.
func Round(p *seatmap.Plan, parts float64) {
	Move(p, func(at seatmap.Point) seatmap.Point {
		return seatmap.Point{X: math.Round(at.X*parts) / parts, Y: math.Round(at.Y*parts) / parts}
	})
}

// Extent is the box around everything that is drawn.
func Extent(p *seatmap.Plan) seatmap.Box {
	var all []seatmap.Point
	for i := range p.Areas {
		all = append(all, AreaCorners(&p.Areas[i])...)
	}
	for i := range p.Zones {
		all = append(all, ZoneCorners(&p.Zones[i])...)
	}
	return seatmap.BoxOf(all)
}

// Move replaces every place of the plan.
func Move(p *seatmap.Plan, move func(seatmap.Point) seatmap.Point) {
	p.Focus = move(p.Focus)
	for i := range p.Areas {
		MoveArea(&p.Areas[i], move)
	}
	for i := range p.Zones {
		MoveZone(&p.Zones[i], move)
	}
}

// MoveArea replaces every place of the area.
func MoveArea(a *seatmap.Area, move func(seatmap.Point) seatmap.Point) {
	for n := range a.Points {
		a.Points[n] = move(a.Points[n])
	}
	if a.Center != nil {
		*a.Center = move(*a.Center)
	}
}

// MoveZone replaces every place of the zone.
func MoveZone(z *seatmap.Zone, move func(seatmap.Point) seatmap.Point) {
	for n := range z.Outline {
		z.Outline[n] = move(z.Outline[n])
	}
	for n := range z.Seats {
		at := move(seatmap.Point{X: z.Seats[n].X, Y: z.Seats[n].Y})
		z.Seats[n].X, z.Seats[n].Y = at.X, at.Y
	}
}

// AreaCorners are points whose box encloses the area.
func AreaCorners(a *seatmap.Area) []seatmap.Point {
	corners := slices.Clone(a.Points)
	if a.Center != nil {
		corners = append(corners, *a.Center)
		if a.Radius != nil {
			reach := max(a.Radius.X, a.Radius.Y)
			corners = append(corners, seatmap.Point{X: a.Center.X - reach, Y: a.Center.Y - reach}, seatmap.Point{X: a.Center.X + reach, Y: a.Center.Y + reach})
		}
	}
	return corners
}

// ZoneCorners are points whose box encloses the zone.
func ZoneCorners(z *seatmap.Zone) []seatmap.Point {
	corners := slices.Clone(z.Outline)
	for i := range z.Seats {
		corners = append(corners, seatmap.Point{X: z.Seats[i].X, Y: z.Seats[i].Y})
	}
	return corners
}
