package pretix

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"jari/seatmap"
)

// What the format cannot say.
const (
	defaultCurrency = "KRW"
	defaultTimeZone = "Asia/Seoul"
	defaultPlaces   = 100 // of a general zone whose texts name no capacity
	otherCategory   = "Other"
)

// defaultPrices are the default prices of the categories in the order of their declaration, in won; the last is that of all
// others.
var defaultPrices = []int64{150_000, 120_000, 90_000, 70_000, 50_000}

// defaultColors are those of categories without one.
var defaultColors = []string{
	"#8b5cf6", "#e8476a", "#2f80ed", "#14a38b", "#f2994a", "#b45309", "#0891b2", "#65a30d", "#be185d", "#475569",
}

// Read reads a seating plan in the open pretix format. Everything repairable is repaired without losing a seat and
// reported with its place in the file; what has no meaning is left out and reported as refused. The error is a Refusal
// with code invalid for a file that is not a plan, is larger than 64 MiB or has no places.
//
// Zone ids are slugs of zone_id, else of the name; category ids of the names in lower case. The plan is moved near the
// origin, and scaled where its seats are not about 10 units apart. The format does not know prices, currency, time zone,
// capacities and which seats are accessible: prices are by the order of declaration (150,000, 120,000, 90,000, 70,000,
// then 50,000 won) in Asia/Seoul, a capacity is what a text names ("capacity 600") or 100, and seats are accessible or a
// companion's where their category, row_label or seat_label says so. A row that its row_label calls a table ("Table 5") is called
// so. A zone without rows is a general one with the shape
// of its largest area.
func Read(b []byte) (*seatmap.Plan, Report, error) {
	m := &importer{}
	file, err := decode(b, &m.findings)
	if err != nil {
		return nil, m.report(), err
	}
	m.beside(file.beside)
	m.head(file)
	m.declare(file.categories)
	m.readZones(file.zones)
	m.nameSeats()
	m.besideSeats()
	m.besideLeft()
	if len(m.plan.Zones) == 0 {
		return nil, m.report(), seatmap.Invalid("zones", "hold neither seats nor areas")
	}
	if n := len(m.plan.Areas); n > seatmap.MaxAreas {
		m.refuse("areas", "%d shapes and texts are more than %d: the others are left out", n, seatmap.MaxAreas)
		m.plan.Areas = m.plan.Areas[:seatmap.MaxAreas]
	}
	if !m.drawn() {
		m.place()
		if err := m.plan.Check(); err != nil {
			return nil, m.report(), err
		}
	}
	report := m.report()
	report.Zones, report.InFile, report.Meaningless = len(m.plan.Zones), file.seats, file.noSeats
	for i := range m.plan.Zones {
		report.Seats += len(m.plan.Zones[i].Seats)
	}
	return m.plan, report, nil
}

// importer is a file becoming a plan.
type importer struct {
	findings
	plan       *seatmap.Plan
	size       seatmap.Point
	categories map[string]string // name in the file to id
	ids        *unique           // of categories
	zones      []zoneSource      // of plan.Zones
	zoneIDs    *unique

	own           *fileBeside
	ownCategories map[string]*besideCategory // by name in the file
	ownZones      map[string]*besideZone     // by key in the file
	outlines      map[string][]seatmap.Point // of a drawing that is taken as it is, by key of the zone in the file
}

// zoneSource is where a zone of the plan and its seats come from.
type zoneSource struct {
	zone  int
	key   string // what a file calls the zone where it says more of it: its zone_id, else its name
	seats []seatAt
}

type seatAt struct {
	row, seat int
	guid      string
}

func (s *zoneSource) path(seat int) string {
	at := s.seats[seat]
	return fmt.Sprintf("zones[%d].rows[%d].seats[%d]", s.zone, at.row, at.seat)
}

func (m *importer) head(file *filePlan) {
	m.plan = &seatmap.Plan{Areas: []seatmap.Area{}}
	m.categories, m.ids, m.zoneIDs = map[string]string{}, newUnique(), newUnique()
	m.besideHead()
	if m.plan.Name = m.text("name", file.name); strings.TrimSpace(m.plan.Name) == "" {
		m.plan.Name = "Venue"
		m.repair("name", "is empty: called Venue")
	}
	width, height := float64(file.size.Width), float64(file.size.Height)
	if width > 0 && height > 0 {
		m.size = seatmap.Point{X: width, Y: height}
	}
}

// text cleans a name and reports when that changed more than the spaces around it. The names of a plan that was written here
// stay as they are.
func (m *importer) text(path string, t fileText) string {
	if m.own.drawn != nil && len(t) <= seatmap.MaxLabel && seatmap.Printable(string(t)) {
		return string(t)
	}
	// A name that is repeated gets a number behind it, which must fit too.
	text := clean(string(t), seatmap.MaxLabel-40)
	switch {
	case !utf8.ValidString(string(t)):
		m.repair(path, "%.80q is not UTF-8: now %.80q", string(t), text)
	case text != strings.TrimSpace(string(t)):
		m.repair(path, "%.80q has control characters or is too long: now %.80q", string(t), text)
	}
	return text
}

func (m *importer) declare(declared []fileCategory) {
	for i, c := range declared {
		path := fmt.Sprintf("categories[%d]", i)
		if _, twice := m.categories[string(c.Name)]; twice {
			m.repair(path+".name", "%.80q is declared twice: the first stands", string(c.Name))
			continue
		}
		color := parseColor(string(c.Color))
		if m.own.drawn != nil && seatmap.IsColor(string(c.Color)) {
			color = string(c.Color)
		}
		if color == "" {
			m.repair(path+".color", "%.80q is not a colour", string(c.Color))
		}
		m.addCategory(path, string(c.Name), color)
	}
}

// addCategory adds a category under its name in the file. The last one that fits stands for all beyond it.
func (m *importer) addCategory(path, name, color string) string {
	n := len(m.plan.Categories)
	if n == seatmap.MaxCategories {
		m.repair(path, "%.80q is one category too many: counted as %s", name, m.plan.Categories[n-1].Name)
		m.categories[name] = m.plan.Categories[n-1].ID
		return m.categories[name]
	}
	label := ""
	switch own := m.ownCategories[name]; {
	case own != nil && own.Name != "": // besideCategory has the name
	case own == nil && n == seatmap.MaxCategories-1:
		label = otherCategory
	default:
		label = m.text(path, fileText(name))
	}
	if strings.TrimSpace(label) == "" {
		label = "Category " + strconv.Itoa(n+1)
	}
	base := strings.ToLower(slug(label))
	if base == "" {
		base = "category-" + strconv.Itoa(n+1)
	}
	if color == "" {
		color = defaultColors[n%len(defaultColors)]
	}
	c := seatmap.Category{ID: base, Name: label, Color: color, Price: defaultPrices[min(n, len(defaultPrices)-1)]}
	m.besideCategory(path, name, &c)
	c.ID = m.ids.id(c.ID, "-", 32)
	m.plan.Categories = append(m.plan.Categories, c)
	m.categories[name] = c.ID
	return c.ID
}

// category is the id for a seat's category, which is declared now if it was not.
func (m *importer) category(path string, name fileText) string {
	if id, ok := m.categories[string(name)]; ok {
		return id
	}
	id := m.addCategory(path, string(name), "")
	m.repair(path, "%.80q is not declared: added to the categories, for all seats that name it", string(name))
	return id
}
