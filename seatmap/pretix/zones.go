package pretix

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"jari/seatmap"
	"jari/seatmap/layout"
)

func (m *importer) readZones(zones []fileZone) {
	for i := range zones {
		m.readZone(&zones[i])
	}
}

func (m *importer) readZone(from *fileZone) {
	path := fmt.Sprintf("zones[%d]", from.index)
	origin := m.position(path+".position", from.position)
	z := seatmap.Zone{Kind: seatmap.KindSeats, Label: m.text(path+".name", from.name)}
	source := zoneSource{zone: from.index, key: string(from.id)}
	if source.key == "" {
		source.key = string(from.name)
	}
	m.readRows(path, &z, &source, from, origin)
	var areas []drawnArea
	if outline := m.outlines[source.key]; m.own.drawn == nil || len(z.Seats) == 0 && len(outline) == 0 {
		for n := range from.areas {
			a := &from.areas[n]
			areas = append(areas, m.draw(fmt.Sprintf("%s.areas[%d]", path, a.index), origin, a)...)
		}
	}
	if len(z.Seats) == 0 {
		areas = m.makeGeneral(path, &z, source.key, origin, areas)
	}
	for _, a := range areas {
		if m.own.drawn == nil && (a.Text == "" || a.Text != z.Label) { // the page writes a zone's label itself
			m.plan.Areas = append(m.plan.Areas, a.Area)
		}
	}
	if z.Capacity() == 0 {
		m.refuse(path, "has neither seats nor an area of its own")
		return
	}
	if strings.TrimSpace(z.Label) == "" {
		z.Label = "Zone " + strconv.Itoa(from.index+1)
		m.repair(path+".name", "is empty: called %s", z.Label)
	}
	base := string(from.id)
	if !seatmap.IsID(base) {
		base = slug(base)
	}
	if base == "" {
		base = slug(z.Label)
	}
	if base == "" {
		base = "zone-" + strconv.Itoa(from.index+1)
	}
	z.ID = m.zoneIDs.id(base, "-", 32)
	m.plan.Zones = append(m.plan.Zones, z)
	m.zones = append(m.zones, source)
}

// position is a position in the file, the origin when it has no meaning.
func (m *importer) position(path string, p *filePosition) seatmap.Point {
	at, ok := p.point()
	if !ok {
		m.repair(path, "is not a position: taken as 0, 0")
	}
	return at
}

func (m *importer) readRows(path string, z *seatmap.Zone, source *zoneSource, from *fileZone, origin seatmap.Point) {
	labels := newRowLabels()
	for r := range from.rows {
		row := &from.rows[r]
		path := fmt.Sprintf("%s.rows[%d]", path, row.index)
		if len(row.seats) == 0 {
			m.refuse(path, "has no seats")
			continue
		}
		offset := m.position(path+".position", row.position)
		name, numbers := m.label(path, row, labels)
		words := string(row.label) + " " + string(row.seatLabel)
		companion, accessible := false, false
		for n := range row.seats {
			s := &row.seats[n]
			path := func(field string) string { return fmt.Sprintf("%s.seats[%d].%s", path, s.index, field) }
			if s.Position == nil {
				m.repair(path("position"), "is missing: taken as the row's")
			}
			at, ok := s.Position.point()
			if !ok {
				m.repair(path("position"), "is not a position: taken as the row's")
			}
			if kind := words + " " + string(s.Category); n == 0 || s.Category != row.seats[n-1].Category {
				companion = companionWords.MatchString(kind)
				accessible = !companion && accessibleWords.MatchString(kind)
			}
			z.Seats = append(z.Seats, seatmap.Seat{
				Row: name, Number: numbers[n], X: plus(origin.X, offset.X, at.X), Y: plus(origin.Y, offset.Y, at.Y),
				Category: m.category(path("category"), s.Category), Companion: companion,
				Accessible: accessible,
			})
			source.seats = append(source.seats, seatAt{row.index, s.index, string(s.GUID)})
		}
	}
}

// rowLabels are the labels given within a zone: a ticket's row and number must lead to one seat.
type rowLabels struct {
	taken map[[2]string]bool
	next  map[string]int
}

func newRowLabels() *rowLabels {
	return &rowLabels{taken: map[[2]string]bool{}, next: map[string]int{}}
}

// label is what the row and its seats are called, with a number behind what was called so before.
func (m *importer) label(path string, row *fileRow, labels *rowLabels) (name string, numbers []string) {
	within := newUnique()
	for n := range row.seats {
		path := fmt.Sprintf("%s.seats[%d].seat_number", path, row.seats[n].index)
		number := m.text(path, row.seats[n].Number)
		if number == "" && m.own.drawn == nil {
			number = strconv.Itoa(n + 1)
			m.repair(path, "is empty: now %s", number)
		}
		own := within.id(number, "/", seatmap.MaxLabel)
		if own != number {
			m.repair(path, "%.80q is twice in the row: now %.80q", number, own)
		}
		numbers = append(numbers, own)
	}
	base := m.text(path+".row_number", row.number)
	if tableWords.MatchString(strings.TrimSpace(string(row.label))) { // T5 would be called row T5
		base = m.text(path+".row_label", row.label)
	}
	if base == "" && m.own.drawn == nil {
		base = strconv.Itoa(row.index + 1)
		m.repair(path+".row_number", "is empty: now %s", base)
	}
	name = base
	repeated := func(number string) bool { return labels.taken[[2]string{name, number}] }
	for n := max(2, labels.next[base]); slices.ContainsFunc(numbers, repeated); n++ {
		name = base + "/" + strconv.Itoa(n)
		labels.next[base] = n + 1
	}
	if name != base {
		m.repair(path+".row_number", "%.80q has these seat numbers before: now %.80q", base, name)
	}
	for _, number := range numbers {
		labels.taken[[2]string{name, number}] = true
	}
	return name, numbers
}

// makeGeneral makes a zone without rows one of places without numbers, with the shape of the area that names its capacity,
// else of its largest. It returns the areas that remain decoration.
func (m *importer) makeGeneral(path string, z *seatmap.Zone, key string, origin seatmap.Point, areas []drawnArea) []drawnArea {
	own := m.ownZones[key]
	if own == nil {
		own = &besideZone{}
	}
	own.used = true
	places := m.besidePlaces(own)
	best, size := -1, 0.0
	for i, a := range areas {
		reach := math.Abs(layout.SignedArea(layout.OutlineOfArea(&a.Area)))
		if capacityIn(a.label) > 0 {
			reach *= 1e12
		}
		if !a.stage() && a.Shape != "text" && reach > size {
			best, size = i, reach
		}
	}
	shape := drawnArea{index: -1}
	switch outline := m.outlines[key]; {
	case len(outline) > 0:
		z.Outline = outline
	case best >= 0:
		shape = areas[best]
		z.Outline = layout.OutlineOfArea(&shape.Area)
	case places > 0:
		m.repair(path, "has no area: drawn as a square")
		z.Outline = square(origin, places)
	default:
		return areas
	}
	z.Kind = seatmap.KindGeneral
	if z.Places = places; places == 0 {
		z.Places = m.guessPlaces(path, shape.label, z.Label)
	}
	if z.Label == "" {
		z.Label = shape.label
	}
	if own.Category != "" {
		z.Category = m.category(fmt.Sprintf("jari.zones[%d].category", own.index), own.Category)
	} else {
		z.Category = m.generalCategory(path, z.Label, shape.Fill)
	}
	// The zone is drawn with its own shape and label: the area and its text would lie below it once more.
	return slices.DeleteFunc(areas, func(a drawnArea) bool { return a.index == shape.index })
}

// besidePlaces is the capacity that is given beside the plan, 0 when none is.
func (m *importer) besidePlaces(own *besideZone) int {
	if own.Places == 0 {
		return 0
	}
	places := min(max(math.Round(float64(own.Places)), 1), seatmap.MaxPlaces)
	if places != float64(own.Places) {
		if !seatmap.Finite(places) {
			places = defaultPlaces
		}
		m.repair(fmt.Sprintf("jari.zones[%d].places", own.index), "is not a number of places: now %.0f", places)
	}
	return int(places)
}

// guessPlaces is the capacity that one of the texts names.
func (m *importer) guessPlaces(path string, texts ...string) int {
	places := min(capacityIn(texts...), seatmap.MaxPlaces)
	if places == 0 {
		m.repair(path, "has no rows: places without numbers, %d", defaultPlaces)
		return defaultPlaces
	}
	m.repair(path, "has no rows: places without numbers, %d as its name says", places)
	return places
}

// square is an outline for so many places.
func square(at seatmap.Point, places int) []seatmap.Point {
	side := planPitch * math.Ceil(math.Sqrt(float64(places)))
	return []seatmap.Point{at, {X: at.X + side, Y: at.Y}, {X: at.X + side, Y: at.Y + side}, {X: at.X, Y: at.Y + side}}
}

// generalCategory is the category called like the zone, else the one of its colour, else a new one.
func (m *importer) generalCategory(path, label, color string) string {
	for _, c := range m.plan.Categories {
		if strings.EqualFold(c.Name, label) {
			return c.ID
		}
	}
	for _, c := range m.plan.Categories {
		if color != "" && c.Color == color {
			return c.ID
		}
	}
	const name = "General admission"
	if id, ok := m.categories[name]; ok {
		return id
	}
	m.repair(path, "has no category: now %s", name)
	return m.addCategory(path, name, "")
}
