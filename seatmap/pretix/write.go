package pretix

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/google/uuid"

	"jari/seatmap"
)

// The shapes that are written: those of the schema, which allows no other member than these.

type writtenPlan struct {
	Name       string            `json:"name"`
	Categories []writtenCategory `json:"categories"`
	Zones      []writtenZone     `json:"zones"`
	Size       writtenSize       `json:"size"`
	Jari       *writtenBeside    `json:"jari,omitempty"`
}

type writtenSize struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

type writtenCategory struct {
	Name  string `json:"name"`
	Color string `json:"color"`
}

type writtenZone struct {
	Name     string          `json:"name"`
	ID       string          `json:"zone_id"`
	UUID     string          `json:"uuid"`
	Position writtenPosition `json:"position"`
	Rows     []writtenRow    `json:"rows"`
	Areas    []writtenArea   `json:"areas"`
}

type writtenRow struct {
	Number    string          `json:"row_number"`
	Shown     string          `json:"row_number_position"`
	SeatLabel string          `json:"seat_label,omitempty"`
	UUID      string          `json:"uuid"`
	Position  writtenPosition `json:"position"`
	Seats     []writtenSeat   `json:"seats"`
}

type writtenSeat struct {
	GUID     string          `json:"seat_guid"`
	Number   string          `json:"seat_number"`
	UUID     string          `json:"uuid"`
	Position writtenPosition `json:"position"`
	Category string          `json:"category"`
	Radius   int             `json:"radius"`
}

type writtenPosition struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

type writtenArea struct {
	Shape    string          `json:"shape"`
	UUID     string          `json:"uuid"`
	Color    string          `json:"color,omitempty"`
	Border   string          `json:"border_color,omitempty"`
	Rotation float64         `json:"rotation"`
	Position writtenPosition `json:"position"`
	Polygon  *writtenPolygon `json:"polygon,omitempty"`
	Ellipse  *writtenEllipse `json:"ellipse,omitempty"`
	Text     *writtenText    `json:"text,omitempty"`
}

type writtenPolygon struct {
	Points []writtenPosition `json:"points"`
}

type writtenEllipse struct {
	Radius writtenPosition `json:"radius"`
}

type writtenText struct {
	Text     string          `json:"text"`
	Color    string          `json:"color,omitempty"`
	Size     int             `json:"size,omitempty"`
	Position writtenPosition `json:"position"`
}

// Seat labels that Read knows again: the format has no field for what kind of place a seat is.
const (
	labelAccessible = "Wheelchair place %s"
	labelCompanion  = "Companion seat %s"
)

// Write writes the plan in the pretix format with all that the format cannot say in one more member, "jari". What
// Read reads from it is the same plan, whatever its names and numbers are. The error is that of Check.
func Write(p *seatmap.Plan) ([]byte, error) {
	return write(p, func(w *writer, out *writtenPlan) { out.Jari = w.beside() })
}

// WritePlain writes the plan in the pretix format, valid under its schema, for programs that refuse what they do not
// know. What the format cannot say is written where people put it: that seats are accessible in their row's seat_label
// (which cuts a row in pieces of one number), a general zone's capacity in the text on its area, its category as the area's
// colour. Prices, currency, time zone, focus and what a name cannot be in the format are lost. The error is that of Check.
func WritePlain(p *seatmap.Plan) ([]byte, error) {
	return write(p, func(*writer, *writtenPlan) {})
}

func write(p *seatmap.Plan, finish func(*writer, *writtenPlan)) ([]byte, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	w := &writer{plan: p, names: map[string]string{}, colors: map[string]string{}}
	out := w.write()
	finish(w, out)
	return json.Marshal(out)
}

type writer struct {
	plan   *seatmap.Plan
	names  map[string]string // of categories by id; the format refers to them by name
	colors map[string]string
}

func (w *writer) write() *writtenPlan {
	p := w.plan
	out := &writtenPlan{Name: p.Name, Categories: []writtenCategory{}, Zones: []writtenZone{}}
	out.Size = writtenSize{int(math.Ceil(p.Width)), int(math.Ceil(p.Height))}
	names := newUnique()
	for _, c := range p.Categories {
		w.names[c.ID], w.colors[c.ID] = names.id(c.Name, " ", 2*seatmap.MaxLabel), c.Color
		out.Categories = append(out.Categories, writtenCategory{w.names[c.ID], c.Color})
	}
	decorated := 0 // areas belong to zones in the format: to the first with seats, as its rows tell it from a general one
	for decorated < len(p.Zones)-1 && p.Zones[decorated].Kind == seatmap.KindGeneral {
		decorated++
	}
	for i := range p.Zones {
		z := &p.Zones[i]
		path := fmt.Sprintf("zones[%d]", i)
		zone := writtenZone{Name: z.Label, ID: z.ID, UUID: w.uuid(path), Rows: []writtenRow{}, Areas: []writtenArea{}}
		if z.Kind == seatmap.KindGeneral {
			zone.Areas = append(zone.Areas, w.generalArea(path, z))
		}
		zone.Rows = w.rows(path, z)
		if i == decorated {
			for n := range p.Areas {
				zone.Areas = append(zone.Areas, w.area(fmt.Sprintf("%s.areas[%d]", path, n), &p.Areas[n]))
			}
		}
		out.Zones = append(out.Zones, zone)
	}
	return out
}

// uuid is the same for the same place in the same plan.
func (w *writer) uuid(path string) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(w.plan.Hash()+path)).String()
}

func (w *writer) rows(path string, z *seatmap.Zone) []writtenRow {
	rows := []writtenRow{}
	for from := 0; from < len(z.Seats); {
		label, to := seatLabel(&z.Seats[from]), from+1
		for to < len(z.Seats) && z.Seats[to].Row == z.Seats[from].Row && seatLabel(&z.Seats[to]) == label {
			to++
		}
		path := fmt.Sprintf("%s.rows[%d]", path, len(rows))
		row := writtenRow{Number: z.Seats[from].Row, Shown: "both", SeatLabel: label, UUID: w.uuid(path)}
		row.Position = anchor(z.Seats[from:to])
		for n := range z.Seats[from:to] {
			s := &z.Seats[from+n]
			row.Seats = append(row.Seats, writtenSeat{
				GUID: s.ID, Number: s.Number, UUID: w.uuid(fmt.Sprintf("%s.seats[%d]", path, n)), Category: w.names[s.Category],
				Position: writtenPosition{step(row.Position.X, s.X), step(row.Position.Y, s.Y)}, Radius: 4,
			})
		}
		rows, from = append(rows, row), to
	}
	return rows
}

func seatLabel(s *seatmap.Seat) string {
	switch {
	case s.Companion:
		return labelCompanion
	case s.Accessible:
		return labelAccessible
	}
	return ""
}

// anchor is a position for a row from which each of its seats is reached without a rounding error: whole, and on each axis
// not farther from the origin than any seat, so that the way from it to a seat has no more digits than the seat has.
func anchor(seats []seatmap.Seat) writtenPosition {
	along := func(of func(*seatmap.Seat) float64) float64 {
		low, high := of(&seats[0]), of(&seats[0])
		for i := range seats {
			low, high = min(low, of(&seats[i])), max(high, of(&seats[i]))
		}
		return max(math.Floor(low), 0) + min(math.Ceil(high), 0)
	}
	return writtenPosition{along(func(s *seatmap.Seat) float64 { return s.X }), along(func(s *seatmap.Seat) float64 { return s.Y })}
}

// step is the way from an anchor to a seat, with two decimals where they suffice.
func step(from, to float64) float64 {
	if from == 0 {
		return to // a negative zero too
	}
	if short := math.Round((to-from)*100) / 100; from+short == to {
		return short
	}
	return to - from
}

func (w *writer) generalArea(path string, z *seatmap.Zone) writtenArea {
	at := middle(z.Outline)
	return writtenArea{
		Shape: "polygon", UUID: w.uuid(path + ".area"), Color: w.colors[z.Category], Polygon: polygonOf(z.Outline),
		Text: &writtenText{
			Text: fmt.Sprintf("%s (capacity %d)", z.Label, z.Places), Color: "#ffffff", Size: 12, Position: writtenPosition(at),
		},
	}
}

func polygonOf(points []seatmap.Point) *writtenPolygon {
	p := &writtenPolygon{}
	for _, q := range points {
		p.Points = append(p.Points, writtenPosition(q))
	}
	return p
}

func (w *writer) area(path string, a *seatmap.Area) writtenArea {
	out := writtenArea{Shape: a.Shape, UUID: w.uuid(path), Color: a.Fill, Border: a.Stroke, Rotation: a.Rotation}
	if a.Center != nil {
		out.Position = writtenPosition(*a.Center)
	}
	switch a.Shape {
	case "polygon":
		out.Polygon, out.Rotation = polygonOf(a.Points), 0 // the points are turned already
	case "ellipse":
		out.Ellipse = &writtenEllipse{writtenPosition(*a.Radius)}
	case "text":
		out.Text = &writtenText{Text: a.Text, Color: a.Fill, Size: int(math.Round(max(1, a.TextSize)))}
	}
	return out
}
