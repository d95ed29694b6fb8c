package page

import (
	"html"
	"math"
	"strconv"
	"strings"

	"jari/seatmap"
	"jari/server/protocol"
)

// screen is one for which labels are drawn: what does not fit at its scale is left out there. The classes are those of still.css.
type screen struct {
	class         string
	width, height float64 // of the map, px
	letters       float64 // px
}

var screens = []screen{{"wide", 1016, 690, 12}, {"narrow", 370, 480, 11}}

// House is a plan as a still picture: the stage, and the zones in the colours of their prices. It has no styles of its own, which the page's
// policy would refuse: colours of categories are attributes, all others are those of the page's classes.
func House(e *protocol.Event, title string) string {
	box := content(e)
	var b strings.Builder
	b.WriteString(`<svg class="still-house" role="img" aria-label="` + html.EscapeString(title) + `" viewBox="` +
		numbers(box.X, box.Y, box.Width, box.Height) + `">`)
	drawAreas(&b, e.Plan.Areas, false)
	colors := map[string]string{}
	for _, c := range e.Categories {
		colors[c.ID] = c.Color
	}
	for i := range e.Zones {
		if z := &e.Zones[i]; len(z.Outline) > 0 {
			b.WriteString(`<path`)
			if color := colors[categoryOf(z)]; seatmap.IsColor(color) {
				b.WriteString(` color="` + color + `"`)
			}
			b.WriteString(` d="` + shape(z.Outline) + `"/>`)
		}
	}
	drawAreas(&b, e.Plan.Areas, true)
	for _, s := range screens {
		nameZones(&b, e.Zones, s, min(s.width/box.Width, s.height/box.Height))
	}
	b.WriteString("</svg>")
	return b.String()
}

// categoryOf is what most seats of a zone cost.
func categoryOf(z *protocol.Zone) string {
	if len(z.Categories) > 0 {
		return z.Categories[0].ID
	}
	return z.Category
}

// content is the box around all that is drawn, as the live map fits it.
func content(e *protocol.Event) seatmap.Box {
	var points []seatmap.Point
	for i := range e.Zones {
		points = append(points, e.Zones[i].Outline...)
	}
	for i := range e.Plan.Areas {
		a := &e.Plan.Areas[i]
		points = append(points, a.Points...)
		if a.Center == nil {
			continue
		}
		var r seatmap.Point
		if a.Radius != nil {
			r = *a.Radius
		}
		points = append(points, seatmap.Point{X: a.Center.X - r.X, Y: a.Center.Y - r.Y}, seatmap.Point{X: a.Center.X + r.X, Y: a.Center.Y + r.Y})
	}
	box := seatmap.BoxOf(points)
	if box.Width <= 0 || box.Height <= 0 {
		return seatmap.Box{Width: e.Plan.Width, Height: e.Plan.Height}
	}
	return box
}

// drawAreas draws what is said in words, which zones must not hide, or all else.
func drawAreas(b *strings.Builder, areas []seatmap.Area, words bool) {
	for i := range areas {
		if (areas[i].Shape == "text") == words {
			drawArea(b, &areas[i])
		}
	}
}

func drawArea(b *strings.Builder, a *seatmap.Area) {
	class := "area"
	if a.Shape == "text" {
		class = "words"
	}
	if a.Role == "stage" {
		class += " stage"
	}
	turned := ""
	if a.Rotation != 0 && a.Center != nil {
		turned = ` transform="rotate(` + numbers(a.Rotation, a.Center.X, a.Center.Y) + `)"`
	}
	switch {
	case a.Shape == "polygon" && len(a.Points) > 0:
		b.WriteString(`<path class="` + class + `"` + turned + ` d="` + shape(a.Points) + `"/>`)
	case a.Shape == "ellipse" && a.Center != nil && a.Radius != nil:
		b.WriteString(`<ellipse class="` + class + `"` + turned + ` cx="` + number(a.Center.X) + `" cy="` + number(a.Center.Y) +
			`" rx="` + number(a.Radius.X) + `" ry="` + number(a.Radius.Y) + `"/>`)
	case a.Shape == "text" && a.Center != nil:
		size := a.TextSize
		if size <= 0 {
			size = 12
		}
		b.WriteString(`<text class="` + class + `"` + turned + ` x="` + number(a.Center.X) + `" y="` + number(a.Center.Y) +
			`" font-size="` + number(size) + `">` + html.EscapeString(a.Text) + `</text>`)
	}
}

// nameZones writes the names that fit into their zones at so many px a plan unit.
func nameZones(b *strings.Builder, zones []protocol.Zone, s screen, scale float64) {
	size := s.letters / scale
	b.WriteString(`<g class="names ` + s.class + `" font-size="` + number(size) + `">`)
	for i := range zones {
		z := &zones[i]
		if at, fits := roomFor(z.Outline, 1.1*size*letters(z.Label), 1.3*size); fits {
			b.WriteString(`<text x="` + number(at.X) + `" y="` + number(at.Y) + `">` + html.EscapeString(z.Label) + `</text>`)
		}
	}
	b.WriteString(`</g>`)
}

// letters is about how wide a text is in em, as the live map reckons: measuring needs the browser.
func letters(text string) float64 {
	em := 0.0
	for _, r := range text {
		if r > 0x10ff {
			em += 0.95
		} else {
			em += 0.58
		}
	}
	return em
}

func shape(points []seatmap.Point) string {
	var b strings.Builder
	for i, p := range points {
		switch i {
		case 0:
			b.WriteByte('M')
		case 1:
			b.WriteByte('L')
		default:
			b.WriteByte(' ')
		}
		b.WriteString(numbers(p.X, p.Y))
	}
	return b.String() + "Z"
}

func numbers(list ...float64) string {
	texts := make([]string, len(list))
	for i, f := range list {
		texts[i] = number(f)
	}
	return strings.Join(texts, " ")
}

// number has one decimal, a tenth of a unit: seats are ten or more apart, and the picture is small. Tiny plans get what they need.
func number(f float64) string {
	if a := math.Abs(f); a > 0 && a < 10 {
		return strconv.FormatFloat(f, 'g', 3, 64)
	}
	return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
}
