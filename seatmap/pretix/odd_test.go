package pretix

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jari/seatmap"
	"jari/seatmap/demo"
)

// TestReadKeepsOddNames: an editor's file with the odd names of demo.Odd has them afterwards, all different, byte by byte.
func TestReadKeepsOddNames(t *testing.T) {
	want := demo.Odd()
	plain, err := WritePlain(want)
	if err != nil {
		t.Fatal(err)
	}
	p, report, err := Read(plain)
	if err != nil || report.Lost() != 0 {
		t.Fatal(err, report)
	}
	ids := map[string]bool{}
	for i := range want.Zones {
		for n, s := range want.Zones[i].Seats {
			if got := p.Zones[i].Seats[n].ID; got != s.ID || ids[got] {
				t.Errorf("seat %q is %q", s.ID, got)
			}
			ids[s.ID] = true
			if zone, index, ok := p.Find(s.ID); !ok || zone.Seats[index].ID != s.ID || zone.ID != want.Zones[i].ID {
				t.Errorf("%q is not found", s.ID)
			}
		}
	}
	for _, id := range []string{"a1", "A1", "A1 ", "1", "01", "1e0"} {
		if !ids[id] {
			t.Errorf("no seat %q", id)
		}
	}
}

// TestReadCallsTablesSo: a table's row_number is as short as the map needs it, and its row_label says what it is.
func TestReadCallsTablesSo(t *testing.T) {
	for _, tc := range []struct{ number, label, want string }{
		{"T5", "Table 5", "Table 5"}, {"5", " Tisch 5 ", "Tisch 5"}, {"5", "테이블 5", "테이블 5"}, {"", "table B", "table B"},
		{"A", "Row A", "A"}, {"A", "", "A"}, {"A", "Table", "A"}, {"A", "Table beside the bar", "A"}, {"Table 7", "", "Table 7"},
	} {
		file := fmt.Sprintf(`{"categories":[{"name":"c"}],"zones":[{"name":"z","rows":[{"row_number":%q,"row_label":%q,"seats":[
			{"seat_guid":"a","seat_number":"1","category":"c","position":{"x":0,"y":0}},
			{"seat_guid":"b","seat_number":"2","category":"c","position":{"x":10,"y":0}}]}]}]}`, tc.number, tc.label)
		p, _, err := Read([]byte(file))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Zones[0].Seats[1].Row; got != tc.want {
			t.Errorf("row_number %q, row_label %q: row %q, want %q", tc.number, tc.label, got, tc.want)
		}
	}
}

// TestReadReportsOddDrawings: what the table of repairs cannot say, because it is about places.
func TestReadReportsOddDrawings(t *testing.T) {
	var seats []string
	for n := range 20 {
		seats = append(seats, fmt.Sprintf(`{"seat_guid":"s%d","uuid":"u%d","seat_number":"%d","category":"A","position":{"x":%d,"y":0}}`, n, n/2, n, 10*(n/2)))
	}
	file := small(`{"row_number":"A","uuid":"u0","position":{"x":-4e9,"y":-4e9},"seats":[` + strings.Join(seats, ",") + `]},{"row_number":"B","seats":[]}`)
	file = strings.Replace(file, `"zones":[`, `"zones":[{"name":"Lawn","uuid":"lawn","areas":[{"shape":"rectangle","uuid":"lawn","rectangle":{"width":1e11,"height":1e11}}]},`, 1)
	p, report, err := Read([]byte(file))
	if err != nil || report.Seats != 20 || report.Lost() != 0 {
		t.Fatal(err, report)
	}
	if p.Width > 3000 || p.Height > 3000 {
		t.Errorf("the plan is %g x %g", p.Width, p.Height)
	}
	at := map[seatmap.Point]bool{}
	for _, s := range p.Zones[1].Seats {
		at[seatmap.Point{X: s.X, Y: s.Y}] = true
	}
	if len(at) != 20 {
		t.Errorf("20 seats at %d places", len(at))
	}
	for _, path := range []string{
		"zones[0].areas[0].uuid", "zones[1].rows[0].seats[1].uuid", "zones[1].rows[0].seats[1].position", "zones[0]", "zones",
	} {
		if !slices.Contains(paths(report.Repaired), path) {
			t.Errorf("%s is not among %v", path, paths(report.Repaired))
		}
	}
	if got := paths(report.Refused); !slices.Equal(got, []string{"zones[1].rows[1]"}) {
		t.Errorf("refused %v", got)
	}
}

// TestReadLeavesDecorationOut beyond its bounds, never a seat.
func TestReadLeavesDecorationOut(t *testing.T) {
	with := func(areas string) string {
		return strings.Replace(small(`{"seats":[{},{}]}`), `"zone_id":"hall",`, `"zone_id":"hall","areas":[`+areas+`],`, 1)
	}
	polygon := `{"shape":"polygon","polygon":{"points":[` + strings.Repeat("[0,1],", seatmap.MaxPoints-2) + `[5,5],[9,0]]}},`
	text := `{"shape":"circle","circle":{"radius":3},"text":{"text":"x"}},`
	for name, file := range map[string]string{
		"areas": with(strings.Repeat(`{"shape":"text","text":{"text":"x"}},`, seatmap.MaxAreas+seatmap.MaxZones+10) + "{}"), "drawn": with(strings.Repeat(text, seatmap.MaxAreas-5) + "{}"),
		"points":     with(strings.Repeat(polygon, seatmap.MaxAreaPoints/seatmap.MaxPoints+2) + "{}"),
		"categories": strings.Replace(small(`{"seats":[{},{}]}`), `"categories":[`, `"categories":[`+strings.Repeat(`{},`, maxFileZones), 1),
		"lists":      strings.Replace(small(`{"seats":[{},{}]}`), `"zones":`, `"jari":{"accessible":[`+strings.Repeat(`"",`, seatmap.MaxPlaces)+`""]},"zones":`, 1),
	} {
		p, report, err := Read([]byte(file))
		if err != nil || report.Seats != 2 || len(p.Areas) > seatmap.MaxAreas || len(report.Refused) == 0 {
			t.Errorf("%s: %v, %d seats, %d areas, %d refused", name, err, report.Seats, len(p.Areas), len(report.Refused))
		}
	}
}
