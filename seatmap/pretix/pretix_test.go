package pretix

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jari/seatmap"
	"jari/seatmap/layout"
)

// venueFile is a plan of the collection beside the repository, which is not a part of it.
func venueFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "venues", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no collection of venues at ../../../shared/venues: %s is not read", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadVenues(t *testing.T) {
	for _, tc := range []struct {
		file                           string
		seats, zones, general, repairs int
		accessible                     int
	}{
		{"theatre-teatro-grande.pretix.json", 1349, 6, 0, 0, 10},
		{"pretix-groundfloor-stadium.json", 738, 2, 0, 480, 0},
		{"pretix-beer-benches.json", 960, 1, 0, 120, 0},
		{"hall-rotated-2215.pretix.json", 2215, 1, 0, 0, 0},
		{"festival-3ga-254.pretix.json", 254, 5, 300, 4, 0},
		{"hall-ga-floor-119.pretix.json", 119, 2, 600, 2, 0},
		{"synthetic-round-tables.pretix.json", 360, 2, 80, 2, 0},
		{"synthetic-bowl-20k.pretix.json", 18468, 56, 0, 0, 112},
	} {
		t.Run(tc.file, func(t *testing.T) {
			p, report, err := Read(venueFile(t, tc.file))
			if err != nil {
				t.Fatal(err)
			}
			if report.Seats != tc.seats || report.Zones != tc.zones || len(report.Repaired) != tc.repairs || len(report.Refused) != 0 ||
				report.InFile != tc.seats || report.Lost() != 0 {
				t.Errorf("%d seats, %d zones, %d repaired, refused %v", report.Seats, report.Zones, len(report.Repaired), report.Refused)
			}
			if err := p.Check(); err != nil {
				t.Error(err)
			}
			general, accessible := 0, 0
			var all []seatmap.Point
			for i := range p.Zones {
				general += p.Zones[i].Places
				for _, s := range p.Zones[i].Seats {
					all = append(all, seatmap.Point{X: s.X, Y: s.Y})
					if s.Accessible {
						accessible++
					}
					if !layout.Contains(p.Zones[i].Outline, seatmap.Point{X: s.X, Y: s.Y}) {
						t.Fatalf("%s is outside its zone", s.ID)
					}
				}
			}
			if general != tc.general || accessible != tc.accessible {
				t.Errorf("%d general places, %d accessible", general, accessible)
			}
			if pitch := seatmap.Median(layout.Nearest(all)); pitch < 7.5 || pitch > 12.5 {
				t.Errorf("seats are %.1f units apart", pitch)
			}
			if box := layout.Extent(p); box.X < 0 || box.Y < 0 || box.X+box.Width > p.Width || box.Y+box.Height > p.Height {
				t.Errorf("%+v is not within %g x %g", box, p.Width, p.Height)
			}
		})
	}
}

func TestReadTheatreIsTheHouseItIs(t *testing.T) {
	p, _, err := Read(venueFile(t, "theatre-teatro-grande.pretix.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i := range p.Zones {
		ids = append(ids, p.Zones[i].ID)
	}
	if want := []string{"Platea", "Galleria", "Palco-1", "Palco-2", "Palco-3", "Palco-4"}; !slices.Equal(ids, want) {
		t.Errorf("zones %v, want %v", ids, want)
	}
	z, n, ok := p.Find("Platea-A-1")
	if !ok || z.ID != "Platea" || n != 0 || !z.Seats[0].Accessible || z.Seats[0].Row != "A" || z.Seats[0].Number != "1" {
		t.Errorf("seat Platea-A-1 is %v %d %v", z, n, ok)
	}
	// The stalls have an aisle in the middle: nobody sits on both sides of it together.
	empty := func(zone string) []byte { return slices.Repeat([]byte("0"), p.Zone(zone).Capacity()) }
	groups, adjacent := p.Best(seatmap.BestRequest{Quantity: 17, Zone: "Platea"}, empty, nil)
	if !adjacent || len(groups) == 0 {
		t.Fatal("no seventeen together in an empty house")
	}
	if _, adjacent := p.Best(seatmap.BestRequest{Quantity: 20, Zone: "Platea"}, empty, nil); adjacent {
		t.Error("twenty sit together over the aisle")
	}
	stage := slices.IndexFunc(p.Areas, func(a seatmap.Area) bool { return a.Role == "stage" })
	if stage < 0 || !layout.Contains(p.Areas[stage].Points, p.Focus) {
		t.Errorf("the focus %v is not on the stage", p.Focus)
	}
}

func TestReadRefusesWhatIsNoPlan(t *testing.T) {
	for name, file := range map[string]string{
		"nothing":        "",
		"only spaces":    "\ufeff \n",
		"not JSON":       "<svg/>",
		"a list":         "[]",
		"null":           "null",
		"cut":            small(`{"row_number":"A","seats":[{"seat_guid":"a"`),
		"no zones":       `{"name":"x"}`,
		"zones null":     `{"name":"x","zones":null}`,
		"zones a number": `{"name":"x","zones":7}`,
		"no places":      `{"name":"x","zones":[{"name":"z","rows":[]}]}`,
		"two plans":      small(`{"seats":[{}]}`) + "{}",
		"deep":           `{"zones":` + strings.Repeat("[", 100_000),
		"deep unknown":   `{"x":` + strings.Repeat(`{"a":`, 100_000),
		"too many seats": small(`{"seats":[` + strings.Repeat("{},", seatmap.MaxPlaces) + `{}]}`),
		"too many rows":  small(strings.Repeat("{},", seatmap.MaxPlaces) + "{}"),
		"too many zones": `{"zones":[` + strings.Repeat("{},", maxFileZones) + `{}]}`,
		"too large":      strings.Repeat(" ", maxFileBytes+1),
	} {
		t.Run(name, func(t *testing.T) {
			var refusal *seatmap.Refusal
			p, _, err := Read([]byte(file))
			if p != nil || !errors.As(err, &refusal) || refusal.Code != seatmap.CodeInvalid {
				t.Errorf("read as %v, %v", p, err)
			}
		})
	}
}

func TestReadBringsStrayThingsTogether(t *testing.T) {
	stand := func(name string, x float64) string {
		var seats []string
		for n := range 20 {
			seats = append(seats, fmt.Sprintf(`{"seat_guid":"%s%d","seat_number":"%d","position":{"x":%d,"y":0},"category":"A"}`, name, n, n, 25*n))
		}
		return fmt.Sprintf(`{"name":"%s","position":{"x":%g,"y":-3e5},"rows":[{"row_number":"A","seats":[%s]}]}`, name, x, strings.Join(seats, ","))
	}
	file := `{"name":"x","categories":[{"name":"A"}],"zones":[` + stand("west", -90_000) + "," + stand("east", 80_000) + `]}`
	file = strings.Replace(file, `"x":475,"y":0`, `"x":9e9,"y":0`, 1) // a seat of the west stand
	p, report, err := Read([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if p.Width > 1000 || p.Height > 200 || report.Seats != 40 {
		t.Errorf("%d seats on %g x %g", report.Seats, p.Width, p.Height)
	}
	if !slices.Contains(paths(report.Repaired), "zones[0].rows[0].seats[19].position") {
		t.Errorf("the stray seat is not reported: %v", report.Repaired)
	}
}

func TestReadDrawsAreas(t *testing.T) {
	file := small(`{"row_number":"A","seats":[{"seat_guid":"a","seat_number":"1","category":"A"},` +
		`{"seat_guid":"b","seat_number":"2","category":"A","position":{"x":10,"y":0}}]}`)
	file = strings.Replace(file, `"zone_id":"hall",`, `"zone_id":"hall","areas":[
		{"shape":"rectangle","rotation":90,"position":{"x":100,"y":0},"rectangle":{"width":20,"height":10.5},"color":"#abc","text":{"text":"Stage","position":{"x":10,"y":5}}},
		{"shape":"circle","position":{"x":0,"y":50},"circle":{"radius":5},"color":"rgb(1, 2, 3)"},
		{"shape":"ellipse","position":{"x":0,"y":80},"ellipse":{"radius":{"x":5,"y":6}},"color":"url(#evil)"},
		{"shape":"polygon","polygon":{"points":[{"x":0,"y":0},{"x":1,"y":1}]}},
		{"shape":"text","text":{"text":"<b>문</b>","size":12,"color":"white"}},
		{"shape":"blob"},{"shape":7},null],`, 1)
	p, report, err := Read([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	var drawn []string
	for _, a := range p.Areas {
		drawn = append(drawn, strings.Join([]string{a.Shape, a.Role, a.Text, a.Fill}, "|"))
	}
	want := []string{"polygon|stage||#aabbcc", "text||Stage|", "ellipse|||#010203", "ellipse|||", "text||<b>문</b>|#ffffff"}
	if !slices.Equal(drawn, want) {
		t.Errorf("drawn %q, want %q", drawn, want)
	}
	box := seatmap.BoxOf(p.Areas[0].Points)
	if fmt.Sprintf("%.2f %.2f", box.Width, box.Height) != "10.50 20.00" {
		t.Errorf("a rectangle of 20 x 10.5 turned by 90 degrees takes %+v", box)
	}
	if got := paths(report.Refused); len(got) != 4 {
		t.Errorf("refused %v", got)
	}
}
