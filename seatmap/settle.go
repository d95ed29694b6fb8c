package seatmap

import (
	"math"
	"slices"
)

// settle moves the plan so that it starts at the border, and sets its size. Coordinates are rounded to so many parts of a unit.
func (p *Plan) settle(border, parts float64) {
	box := p.extent()
	p.each(func(at Point) Point { return Point{at.X - box.X + border, at.Y - box.Y + border} })
	p.Width, p.Height = math.Ceil(box.Width+2*border), math.Ceil(box.Height+2*border)
	p.round(parts)
}

func (p *Plan) round(parts float64) {
	p.each(func(at Point) Point { return Point{math.Round(at.X*parts) / parts, math.Round(at.Y*parts) / parts} })
}

// extent is the box around everything that is drawn.
func (p *Plan) extent() Box {
	var all []Point
	for i := range p.Areas {
		all = append(all, p.Areas[i].corners()...)
	}
	for i := range p.Zones {
		all = append(all, p.Zones[i].corners()...)
	}
	return boxOf(all)
}

// each replaces every place of the plan. The plan must not be in use yet.
func (p *Plan) each(move func(Point) Point) {
	p.Focus = move(p.Focus)
	for i := range p.Areas {
		p.Areas[i].each(move)
	}
	for i := range p.Zones {
		p.Zones[i].each(move)
	}
}

func (a *Area) each(move func(Point) Point) {
	for n := range a.Points {
		a.Points[n] = move(a.Points[n])
	}
	if a.Center != nil {
		*a.Center = move(*a.Center)
	}
}

func (z *Zone) each(move func(Point) Point) {
	for n := range z.Outline {
		z.Outline[n] = move(z.Outline[n])
	}
	for n := range z.Seats {
		at := move(Point{z.Seats[n].X, z.Seats[n].Y})
		z.Seats[n].X, z.Seats[n].Y = at.X, at.Y
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

func (z *Zone) corners() []Point {
	corners := slices.Clone(z.Outline)
	for i := range z.Seats {
		corners = append(corners, Point{z.Seats[i].X, z.Seats[i].Y})
	}
	return corners
}
