package seatmap

import "math"

// pretixDrawn is an area of the file as the plan has it: a shape, a text, or both of the same index.
type pretixDrawn struct {
	Area
	path  string
	index int
	label string // of a shape: the text drawn on it
}

func (a *pretixDrawn) stage() bool { return a.Role == "stage" }

// outline is the shape as a polygon.
func (a *pretixDrawn) outline() []Point {
	if a.Shape == "polygon" {
		return a.Points
	}
	if a.Shape != "ellipse" {
		return nil
	}
	const corners = 32
	points := make([]Point, corners)
	for i := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		points[i] = turned(Point{a.Radius.X * cos, a.Radius.Y * sin}, a.Rotation, *a.Center)
	}
	return points
}

// turned is the offset turned clockwise by so many degrees, from the origin.
func turned(offset Point, degrees float64, origin Point) Point {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return Point{origin.X + offset.X*cos - offset.Y*sin, origin.Y + offset.X*sin + offset.Y*cos}
}

// draw is what an area of the file shows: at most a shape and a text.
func (m *pretixImport) draw(path string, zone Point, a *pretixArea) []pretixDrawn {
	at := m.position(path+".position", a.Position)
	origin := Point{zone.X + at.X, zone.Y + at.Y}
	rotation := math.Mod(m.number(path+".rotation", a.Rotation), 360)
	var drawn []pretixDrawn
	label := ""
	if a.Text != nil {
		label = m.text(path+".text.text", a.Text.Text)
	}
	if shape, ok := m.shape(path, origin, rotation, a); ok {
		shape.Fill, shape.Stroke = m.color(path+".color", a.Color), m.color(path+".border_color", a.Border)
		if namesStage(label) {
			shape.Role = "stage"
		}
		drawn = append(drawn, pretixDrawn{Area: shape, path: path, index: a.index, label: label})
	}
	if label != "" {
		size := m.number(path+".text.size", a.Text.Size)
		if size <= 0 {
			size = 16 // the format's default
		}
		center := turned(m.position(path+".text.position", a.Text.Position), rotation, origin)
		drawn = append(drawn, pretixDrawn{path: path, index: a.index, Area: Area{
			Shape: "text", Center: &center, Rotation: rotation, Text: label, TextSize: size,
			Fill: m.color(path+".text.color", a.Text.Color),
		}})
	}
	return drawn
}

// shape is the area's shape, false when it has none.
func (m *pretixImport) shape(path string, origin Point, rotation float64, a *pretixArea) (Area, bool) {
	switch {
	case a.Shape == "text":
		return Area{}, false
	case a.Shape == "rectangle" && a.Rectangle != nil:
		w, h := m.number(path+".rectangle.width", a.Rectangle.Width), m.number(path+".rectangle.height", a.Rectangle.Height)
		if w > 0 && h > 0 {
			return polygon([]Point{{0, 0}, {w, 0}, {w, h}, {0, h}}, rotation, origin), true
		}
	case a.Shape == "polygon" && a.Polygon != nil:
		var points []Point
		for i := range a.Polygon.Points {
			if at, ok := a.Polygon.Points[i].point(); ok {
				points = append(points, at)
			}
		}
		if len(points) >= 3 && len(points) <= MaxPoints {
			return polygon(points, rotation, origin), true
		}
	case a.Shape == "circle" && a.Circle != nil:
		if r := m.number(path+".circle.radius", a.Circle.Radius); r > 0 {
			return Area{Shape: "ellipse", Center: &origin, Radius: &Point{r, r}}, true
		}
	case a.Shape == "ellipse" && a.Ellipse != nil:
		if r := m.position(path+".ellipse.radius", a.Ellipse.Radius); r.X > 0 && r.Y > 0 {
			return Area{Shape: "ellipse", Center: &origin, Radius: &r, Rotation: rotation}, true
		}
	}
	m.refuse(path, "%.80q without what it takes to draw it", string(a.Shape))
	return Area{}, false
}

func polygon(offsets []Point, rotation float64, origin Point) Area {
	for i := range offsets {
		offsets[i] = turned(offsets[i], rotation, origin)
	}
	return Area{Shape: "polygon", Points: offsets}
}

func (m *pretixImport) number(path string, n pretixNumber) float64 {
	if !finite(float64(n)) {
		m.repair(path, "is not a number: taken as 0")
		return 0
	}
	return float64(n)
}

// color is a colour as #rrggbb; one that cannot be read is left to whoever draws.
func (m *pretixImport) color(path string, c pretixText) string {
	color := parseColor(string(c))
	if color == "" && c != "" && c != "none" && c != "transparent" {
		m.repair(path, "%.80q is not a colour", string(c))
	}
	return color
}

// maxStages bounds the search below words for a stage, which looks at all shapes for each.
const maxStages = 20

// findStage gives the role of the stage to the smallest shape below each word for one, and makes the word large enough to be
// read where the whole plan is: files write it as small as the number of a table.
func (m *pretixImport) findStage() {
	words := 0
	for i := range m.plan.Areas {
		word := &m.plan.Areas[i]
		if word.Shape != "text" || !namesStage(word.Text) {
			continue
		}
		if words++; words > maxStages {
			break
		}
		best, size := -1, math.Inf(1)
		for n := range m.plan.Areas {
			a := pretixDrawn{Area: m.plan.Areas[n]}
			if outline := a.outline(); outline != nil && contains(outline, *word.Center) && math.Abs(area(outline)) < size {
				best, size = n, math.Abs(area(outline))
			}
		}
		if best >= 0 {
			m.plan.Areas[best].Role = "stage"
			box := boxOf(m.plan.Areas[best].corners())
			word.TextSize = max(word.TextSize, math.Round(min(box.Height/3, box.Width/8)))
		}
	}
}

// contains tells whether a point is inside a polygon, by the parity of its crossings to the right.
func contains(path []Point, p Point) bool {
	inside := false
	for i, a := range path {
		b := path[(i+1)%len(path)]
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(b.X-a.X)*(p.Y-a.Y)/(b.Y-a.Y) {
			inside = !inside
		}
	}
	return inside
}
