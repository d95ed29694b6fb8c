package pretix

import (
	"fmt"
	"math"
	"strings"

	"jari/seatmap"
	"jari/seatmap/layout"
)

// fileBeside is the member "jari" of a file: what the format cannot say. docs/plans.md is its reference. A file may have
// any part of it; one that Write wrote has all.
type fileBeside struct {
	version            fileNumber // 0: not given
	currency, timeZone fileText
	categories         []besideCategory
	zones              []besideZone
	accessible         []besideSeat // nil: not given
	companions         []besideSeat
	drawn              *besideDrawn
}

type besideSeat struct {
	index int
	guid  string
}

// besideVersion is what this program writes, and the newest it reads.
const besideVersion = 1

type besideCategory struct {
	index    int
	Category fileText    `json:"category"` // its name in the file
	ID       fileText    `json:"id"`
	Name     fileText    `json:"name"` // where it is not that in the file
	Price    *fileNumber `json:"price"`
}

type besideZone struct {
	index    int
	used     bool
	Zone     fileText   `json:"zone"` // its zone_id, or its name where it has none
	Places   fileNumber `json:"places"`
	Category fileText   `json:"category"` // by its name in the file
}

// besideDrawn makes the positions in the file those of the plan: nothing is moved, scaled, rounded or guessed, and names
// that a plan may have are kept byte by byte.
type besideDrawn struct {
	Width, Height fileNumber
	Focus         *filePosition
	Areas         []besideArea
	Outlines      []besideOutline
}

type besideArea struct {
	index    int
	Shape    fileText      `json:"shape"`
	Role     fileText      `json:"role"`
	Points   filePoints    `json:"points"`
	Center   *filePosition `json:"center"`
	Radius   *filePosition `json:"radius"`
	Rotation fileNumber    `json:"rotation"`
	Text     fileText      `json:"text"`
	TextSize fileNumber    `json:"text_size"`
	Fill     fileText      `json:"fill"`
	Stroke   fileText      `json:"stroke"`
}

type besideOutline struct {
	Zone   fileText   `json:"zone"`
	Points filePoints `json:"points"`
}

// beside takes what is beside the file's plan before the plan is read.
func (m *importer) beside(from *fileBeside) {
	if from == nil {
		from = &fileBeside{}
	}
	if v := float64(from.version); v != 0 && v != besideVersion {
		m.refuse("jari.version", "is not %d, the newest that is known here: left out with all of jari", besideVersion)
		from = &fileBeside{}
	}
	m.own = from
	m.ownCategories, m.ownZones = map[string]*besideCategory{}, map[string]*besideZone{}
	for i := range from.categories {
		c := &from.categories[i]
		if m.ownCategories[string(c.Category)] != nil {
			m.repair(fmt.Sprintf("jari.categories[%d]", c.index), "%.80q is there twice: the first stands", string(c.Category))
			continue
		}
		m.ownCategories[string(c.Category)] = c
	}
	for i := range from.zones {
		z := &from.zones[i]
		if m.ownZones[string(z.Zone)] != nil {
			m.repair(fmt.Sprintf("jari.zones[%d]", z.index), "%.80q is there twice: the first stands", string(z.Zone))
			continue
		}
		m.ownZones[string(z.Zone)] = z
	}
	if from.drawn != nil {
		m.outlines = map[string][]seatmap.Point{}
		for _, o := range from.drawn.Outlines {
			m.outlines[string(o.Zone)] = o.Points.points()
		}
	}
}

// besideHead is the currency and the time zone, or what a house in Seoul has.
func (m *importer) besideHead() {
	m.plan.Currency, m.plan.TimeZone = defaultCurrency, defaultTimeZone
	if c := string(m.own.currency); c != "" {
		if seatmap.IsCurrency(c) {
			m.plan.Currency = c
		} else {
			m.repair("jari.currency", "%.80q is not an ISO 4217 code: taken as %s", c, defaultCurrency)
		}
	}
	if z := string(m.own.timeZone); z != "" {
		if seatmap.IsTimeZone(z) {
			m.plan.TimeZone = z
		} else {
			m.repair("jari.time_zone", "%.80q is not an IANA time zone: taken as %s", z, defaultTimeZone)
		}
	}
}

// besideCategory is what a category of the file is called here and what it costs.
func (m *importer) besideCategory(path, file string, c *seatmap.Category) {
	own := m.ownCategories[file]
	if own == nil {
		if m.plan.Currency != defaultCurrency {
			m.repair(path, "%.80q has no price: taken as %d %s in minor units", file, c.Price, m.plan.Currency)
		}
		return
	}
	path = fmt.Sprintf("jari.categories[%d]", own.index)
	if own.Name != "" {
		if name := m.text(path+".name", own.Name); strings.TrimSpace(name) != "" {
			c.Name = name
		}
	}
	if id := string(own.ID); seatmap.IsID(id) {
		c.ID = id
	} else if id != "" {
		m.repair(path+".id", "%.80q is not 1 to 32 of A-Z a-z 0-9 _ -: now %s", id, c.ID)
	}
	switch {
	case own.Price == nil:
		m.repair(path+".price", "is missing: taken as %d %s in minor units", c.Price, m.plan.Currency)
	case !seatmap.Finite(float64(*own.Price)) || *own.Price < 0 || *own.Price > seatmap.MaxPrice:
		m.repair(path+".price", "is not a price: taken as %d %s in minor units", c.Price, m.plan.Currency)
	default:
		c.Price = int64(math.Round(float64(*own.Price)))
		if float64(c.Price) != float64(*own.Price) {
			m.repair(path+".price", "is not a whole number of minor units: now %d", c.Price)
		}
	}
}

// besideSeats marks the seats that the file names as accessible or for a companion; a list that is there is all of them.
func (m *importer) besideSeats() {
	mark := func(name string, seats []besideSeat, set func(*seatmap.Seat, bool)) {
		if seats == nil {
			return
		}
		listed := make(map[string]bool, len(seats))
		for _, s := range seats {
			listed[s.guid] = false
		}
		for i := range m.zones {
			for n := range m.zones[i].seats {
				guid := m.zones[i].seats[n].guid
				_, is := listed[guid]
				set(&m.plan.Zones[i].Seats[n], is)
				if is {
					listed[guid] = true
				}
			}
		}
		for _, s := range seats {
			if !listed[s.guid] {
				m.refuse(fmt.Sprintf("jari.%s[%d]", name, s.index), "no seat has the seat_guid %.80q", s.guid)
			}
		}
	}
	mark("accessible", m.own.accessible, func(s *seatmap.Seat, is bool) { s.Accessible = is })
	mark("companions", m.own.companions, func(s *seatmap.Seat, is bool) { s.Companion = is })
}

// besideLeft reports what names nothing in the file.
func (m *importer) besideLeft() {
	for i := range m.own.zones {
		if z := &m.own.zones[i]; !z.used && m.ownZones[string(z.Zone)] == z {
			m.refuse(fmt.Sprintf("jari.zones[%d]", z.index), "no general zone has the zone_id %.80q", string(z.Zone))
		}
	}
	for i := range m.own.categories {
		c := &m.own.categories[i]
		if _, known := m.categories[string(c.Category)]; !known {
			m.refuse(fmt.Sprintf("jari.categories[%d]", c.index), "the file has no category %.80q", string(c.Category))
		}
	}
}

// drawn takes the drawing as it is, and tells whether the plan is sound with it.
func (m *importer) drawn() bool {
	from := m.own.drawn
	if from == nil {
		return false
	}
	focus, ok := from.Focus.point()
	if !ok {
		m.repair("jari.drawn.focus", "is not a position: taken as 0, 0")
	}
	m.plan.Width, m.plan.Height, m.plan.Focus = float64(from.Width), float64(from.Height), focus
	for i := range from.Areas {
		a, path := from.Areas[i].area(), fmt.Sprintf("jari.drawn.areas[%d]", from.Areas[i].index)
		if err := a.Check(path); err != nil {
			m.refuse(path, "%v", err)
			continue
		}
		m.plan.Areas = append(m.plan.Areas, a)
	}
	for i := range m.plan.Zones {
		z := &m.plan.Zones[i]
		if outline := m.outlines[m.zones[i].key]; len(outline) >= 3 && len(outline) <= seatmap.MaxPoints {
			z.Outline = outline
		} else if z.Kind == seatmap.KindSeats {
			z.Outline = layout.OutlineOfSeats(z.Seats, planMargin)
		}
	}
	if err := m.plan.Check(); err != nil {
		m.repair("jari.drawn", "is not sound (%v): the plan is placed anew", err)
		return false
	}
	return true
}

func (a *besideArea) area() seatmap.Area {
	drawn := seatmap.Area{
		Shape: string(a.Shape), Role: string(a.Role), Points: a.Points.points(), Rotation: float64(a.Rotation),
		Text: string(a.Text), TextSize: float64(a.TextSize), Fill: string(a.Fill), Stroke: string(a.Stroke),
	}
	for _, pair := range []struct {
		from *filePosition
		to   **seatmap.Point
	}{{a.Center, &drawn.Center}, {a.Radius, &drawn.Radius}} {
		if at, ok := pair.from.point(); ok && pair.from != nil {
			*pair.to = &at
		}
	}
	return drawn
}

// plus is a sum that keeps the sign of a single zero.
func plus(parts ...float64) (sum float64) {
	for i, part := range parts {
		if i == 0 || sum == 0 {
			sum = part
		} else {
			sum += part
		}
	}
	return sum
}

// points are those of the points that are positions.
func (l filePoints) points() []seatmap.Point {
	var list []seatmap.Point
	for i := range l {
		if at, ok := l[i].point(); ok {
			list = append(list, at)
		}
	}
	return list
}
