package pretix

import (
	"math"

	"jari/seatmap"
	"jari/seatmap/layout"
)

// drawnArea is an area of the file as the plan has it: a shape, a text, or both of the same index.
type drawnArea struct {
	seatmap.Area
	path  string
	index int
	label string // of a shape: the text drawn on it
}

func (a *drawnArea) stage() bool { return a.Role == "stage" }

// draw is what an area of the file shows: at most a shape and a text.
func (m *importer) draw(path string, zone seatmap.Point, a *fileArea) []drawnArea {
	at := m.position(path+".position", a.Position)
	origin := seatmap.Point{X: zone.X + at.X, Y: zone.Y + at.Y}
	rotation := math.Mod(m.number(path+".rotation", a.Rotation), 360)
	var drawn []drawnArea
	label := ""
	if a.Text != nil {
		label = m.text(path+".text.text", a.Text.Text)
	}
	if shape, ok := m.shape(path, origin, rotation, a); ok {
		shape.Fill, shape.Stroke = m.color(path+".color", a.Color), m.color(path+".border_color", a.Border)
		if namesStage(label) {
			shape.Role = "stage"
		}
		drawn = append(drawn, drawnArea{Area: shape, path: path, index: a.index, label: label})
	}
	if label != "" {
		size := m.number(path+".text.size", a.Text.Size)
		if size <= 0 {
			size = 16 // the format's default
		}
		center := layout.Turned(m.position(path+".text.position", a.Text.Position), rotation, origin)
		drawn = append(drawn, drawnArea{path: path, index: a.index, Area: seatmap.Area{
			Shape: "text", Center: &center, Rotation: rotation, Text: label, TextSize: size,
			Fill: m.color(path+".text.color", a.Text.Color),
		}})
	}
	return drawn
}

// shape is the area's shape, false when it has none.
func (m *importer) shape(path string, origin seatmap.Point, rotation float64, a *fileArea) (seatmap.Area, bool) {
	switch {
	case a.Shape == "text":
		return seatmap.Area{}, false
	case a.Shape == "rectangle" && a.Rectangle != nil:
		w, h := m.number(path+".rectangle.width", a.Rectangle.Width), m.number(path+".rectangle.height", a.Rectangle.Height)
		if w > 0 && h > 0 {
			return polygon([]seatmap.Point{{X: 0, Y: 0}, {X: w, Y: 0}, {X: w, Y: h}, {X: 0, Y: h}}, rotation, origin), true
		}
	case a.Shape == "polygon" && a.Polygon != nil:
		var points []seatmap.Point
		for i := range a.Polygon.Points {
			if at, ok := a.Polygon.Points[i].point(); ok {
				points = append(points, at)
			}
		}
		if len(points) >= 3 && len(points) <= seatmap.MaxPoints {
			return polygon(points, rotation, origin), true
		}
	case a.Shape == "circle" && a.Circle != nil:
		if r := m.number(path+".circle.radius", a.Circle.Radius); r > 0 {
			return seatmap.Area{Shape: "ellipse", Center: &origin, Radius: &seatmap.Point{X: r, Y: r}}, true
		}
	case a.Shape == "ellipse" && a.Ellipse != nil:
		if r := m.position(path+".ellipse.radius", a.Ellipse.Radius); r.X > 0 && r.Y > 0 {
			return seatmap.Area{Shape: "ellipse", Center: &origin, Radius: &r, Rotation: rotation}, true
		}
	}
	m.refuse(path, "%.80q without what it takes to draw it", string(a.Shape))
	return seatmap.Area{}, false
}

func polygon(offsets []seatmap.Point, rotation float64, origin seatmap.Point) seatmap.Area {
	for i := range offsets {
		offsets[i] = layout.Turned(offsets[i], rotation, origin)
	}
	return seatmap.Area{Shape: "polygon", Points: offsets}
}

func (m *importer) number(path string, n fileNumber) float64 {
	if !seatmap.Finite(float64(n)) {
		m.repair(path, "is not a number: taken as 0")
		return 0
	}
	return float64(n)
}

// color is a colour as #rrggbb; one that cannot be read is left to whoever draws.
func (m *importer) color(path string, c fileText) string {
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
func (m *importer) findStage() {
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
			outline := layout.OutlineOfArea(&m.plan.Areas[n])
			if outline != nil && layout.Contains(outline, *word.Center) && math.Abs(layout.SignedArea(outline)) < size {
				best, size = n, math.Abs(layout.SignedArea(outline))
			}
		}
		if best >= 0 {
			m.plan.Areas[best].Role = "stage"
			box := seatmap.BoxOf(layout.AreaCorners(&m.plan.Areas[best]))
			word.TextSize = max(word.TextSize, math.Round(min(box.Height/3, box.Width/8)))
		}
	}
}
