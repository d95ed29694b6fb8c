package seatmap

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// venueFile is a plan of the collection beside the repository, which is not a part of it.
func venueFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "shared", "venues", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no collection of venues at ../../shared/venues: %s is not read", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadPretixVenues(t *testing.T) {
	for _, tc := range []struct {
		file                           string
		seats, zones, general, repairs int
		accessible                     int
	}{
		{"theatre-teatro-grande.pretix.json", 1349, 6, 0, 0, 10},
		{"pretix-groundfloor-stadium.json", 738, 2, 0, 480, 0},
		{"pretix-beer-benches.json", 960, 1, 0, 1, 0},
		{"hall-rotated-2215.pretix.json", 2215, 1, 0, 0, 0},
		{"festival-3ga-254.pretix.json", 254, 5, 300, 4, 0},
		{"hall-ga-floor-119.pretix.json", 119, 2, 600, 2, 0},
		{"synthetic-round-tables.pretix.json", 360, 2, 80, 2, 0},
		{"synthetic-bowl-20k.pretix.json", 18468, 56, 0, 0, 112},
	} {
		t.Run(tc.file, func(t *testing.T) {
			p, report, err := ReadPretix(venueFile(t, tc.file))
			if err != nil {
				t.Fatal(err)
			}
			if report.Seats != tc.seats || report.Zones != tc.zones || len(report.Repaired) != tc.repairs || len(report.Refused) != 0 {
				t.Errorf("%d seats, %d zones, %d repaired, refused %v", report.Seats, report.Zones, len(report.Repaired), report.Refused)
			}
			if err := p.Check(); err != nil {
				t.Error(err)
			}
			general, accessible := 0, 0
			var all []Point
			for i := range p.Zones {
				general += p.Zones[i].Places
				for _, s := range p.Zones[i].Seats {
					all = append(all, Point{s.X, s.Y})
					if s.Accessible {
						accessible++
					}
					if !contains(p.Zones[i].Outline, Point{s.X, s.Y}) {
						t.Fatalf("%s is outside its zone", s.ID)
					}
				}
			}
			if general != tc.general || accessible != tc.accessible {
				t.Errorf("%d general places, %d accessible", general, accessible)
			}
			if pitch := median(nearest(all)); pitch < 7.5 || pitch > 12.5 {
				t.Errorf("seats are %.1f units apart", pitch)
			}
			if box := p.extent(); box.X < 0 || box.Y < 0 || box.X+box.Width > p.Width || box.Y+box.Height > p.Height {
				t.Errorf("%+v is not within %g x %g", box, p.Width, p.Height)
			}
		})
	}
}

func TestReadPretixTheatreIsTheHouseItIs(t *testing.T) {
	p, _, err := ReadPretix(venueFile(t, "theatre-teatro-grande.pretix.json"))
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
	states := sold(p, 0, rand.New(rand.NewPCG(1, 1)))
	groups, adjacent := p.Best(BestRequest{Quantity: 17, Zone: "Platea"}, func(z string) []byte { return states[z] }, nil)
	if !adjacent || len(groups) == 0 {
		t.Fatal("no seventeen together in an empty house")
	}
	if _, adjacent := p.Best(BestRequest{Quantity: 20, Zone: "Platea"}, func(z string) []byte { return states[z] }, nil); adjacent {
		t.Error("twenty sit together over the aisle")
	}
	stage := slices.IndexFunc(p.Areas, func(a Area) bool { return a.Role == "stage" })
	if stage < 0 || !contains(p.Areas[stage].Points, p.Focus) {
		t.Errorf("the focus %v is not on the stage", p.Focus)
	}
}

// small is a plan of one zone with the rows given as JSON.
func small(rows string) string {
	return `{"name":"S","size":{"width":100,"height":100},"categories":[{"name":"A","color":"#ff0000"}],` +
		`"zones":[{"name":"Hall","zone_id":"hall","position":{"x":5,"y":7},"rows":[` + rows + `]}]}`
}

func TestReadPretixRepairs(t *testing.T) {
	seat := func(guid, number string, x int) string {
		return fmt.Sprintf(`{"seat_guid":%q,"seat_number":%q,"position":{"x":%d,"y":0},"category":"A"}`, guid, number, x)
	}
	row := func(number string, seats ...string) string {
		return fmt.Sprintf(`{"row_number":%q,"position":{"x":1,"y":2},"seats":[%s]}`, number, strings.Join(seats, ","))
	}
	for _, tc := range []struct {
		name, file string
		seats      string   // id row number category, of each
		repaired   []string // paths
		refused    []string
	}{
		{"nothing to do", small(row("A", seat("a", "1", 0), seat("b", "2", 10))), "a A 1 a, b A 2 a", nil, nil},
		{
			"a guid twice, its suffix given already", small(row("A", seat("a", "1", 0), seat("a", "2", 10), seat("a~2", "3", 20))),
			"a A 1 a, a~3 A 2 a, a~2 A 3 a", []string{"zones[0].rows[0].seats[1].seat_guid"}, nil,
		},
		{
			"a guid empty, too long, with control characters",
			small(row("A", seat("", "1", 0), seat(strings.Repeat("x", 70), "2", 10), seat("a\tb", "3", 20))),
			"hall-A-1 A 1 a, " + strings.Repeat("x", 55) + "~c71bd109 A 2 a, ab A 3 a",
			[]string{"zones[0].rows[0].seats[0].seat_guid", "zones[0].rows[0].seats[1].seat_guid", "zones[0].rows[0].seats[2].seat_guid"}, nil,
		},
		{
			"a row again", small(row("A", seat("a", "1", 0)) + "," + row("A", seat("b", "1", 10)) + "," + row("A", seat("c", "2", 20))),
			"a A 1 a, b A/2 1 a, c A 2 a", []string{"zones[0].rows[1].row_number"}, nil,
		},
		{
			"a number again", small(row("A", seat("a", "1", 0), seat("b", "1", 10))),
			"a A 1 a, b A 1/2 a", []string{"zones[0].rows[0].seats[1].seat_number"}, nil,
		},
		{
			"no labels", small(row("", seat("a", "", 0), seat("b", "", 10))), "a 1 1 a, b 1 2 a",
			[]string{"zones[0].rows[0].seats[0].seat_number", "zones[0].rows[0].seats[1].seat_number", "zones[0].rows[0].row_number"}, nil,
		},
		{
			"a category that is not declared", small(strings.ReplaceAll(row("A", seat("a", "1", 0)), `:"A"}`, `:"Loge ♿"}`)),
			"a A 1 loge", []string{"zones[0].rows[0].seats[0].category"}, nil,
		},
		{
			"numbers where texts belong", small(`{"row_number":3,"seats":[{"seat_guid":7,"seat_number":1,"position":["1",2],"category":"A"}]}`),
			"7 3 1 a", nil, nil,
		},
		{
			"positions that are none",
			small(`{"row_number":"A","position":"there","seats":[{"seat_guid":"a","seat_number":"1","position":{"x":1e999,"y":0},"category":"A"},` +
				`{"seat_guid":"b","seat_number":"2","category":"A"}]}`),
			"a A 1 a, b A 2 a", []string{
				"zones[0].rows[0].position", "zones[0].rows[0].seats[0].position", "zones[0].rows[0].seats[1].position",
				"zones[0].rows[0].seats[1].position",
			}, nil,
		},
		{
			"what is no seat", small(`{"row_number":"A","seats":[null,7,` + seat("a", "1", 0) + `,"x",[]]},null,[[1]],{"row_number":"B"}`),
			"a A 1 a", nil, []string{
				"zones[0].rows[0].seats[0]", "zones[0].rows[0].seats[1]", "zones[0].rows[0].seats[3]", "zones[0].rows[0].seats[4]",
				"zones[0].rows[1]", "zones[0].rows[2]",
			},
		},
		{
			"an empty zone beside", strings.Replace(small(row("A", seat("a", "1", 0))), `"zones":[`, `"zones":[{"name":"none","position":{"x":0,"y":0},"rows":[]},`, 1),
			"a A 1 a", nil, []string{"zones[0]"},
		},
		{
			"names with control characters and none", `{"name":"\u0000","size":[],"categories":[],"zones":[{"name":"\u202e","rows":[` +
				row("A", `{"seat_guid":"a","seat_number":"1"}`) + `]}]}`,
			"a A 1 category-1", []string{
				"name", "name", "zones[0].name", "zones[0].rows[0].seats[0].position", "zones[0].rows[0].seats[0].category", "zones[0].name",
			}, []string{"size"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, report, err := ReadPretix([]byte(tc.file))
			if err != nil {
				t.Fatal(err)
			}
			var seats []string
			for _, s := range p.Zones[0].Seats {
				seats = append(seats, strings.Join([]string{s.ID, s.Row, s.Number, s.Category}, " "))
			}
			if got := strings.Join(seats, ", "); got != tc.seats {
				t.Errorf("seats %s, want %s", got, tc.seats)
			}
			for what, pair := range map[string][2][]string{
				"repaired": {paths(report.Repaired), tc.repaired}, "refused": {paths(report.Refused), tc.refused},
			} {
				if !slices.Equal(pair[0], pair[1]) {
					t.Errorf("%s %v, want %v", what, pair[0], pair[1])
				}
			}
		})
	}
}

func paths(findings []Finding) (list []string) {
	for _, f := range findings {
		list = append(list, f.Path)
	}
	return list
}

func TestReadPretixRefusesWhatIsNoPlan(t *testing.T) {
	for name, file := range map[string]string{
		"nothing":        "",
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
		"too many seats": small(`{"seats":[` + strings.Repeat("{},", MaxPlaces) + `{}]}`),
		"too many rows":  small(strings.Repeat("{},", MaxPlaces) + "{}"),
		"too many zones": `{"zones":[` + strings.Repeat("{},", maxPretixZones) + `{}]}`,
		"too large":      strings.Repeat(" ", maxPretixBytes+1),
	} {
		t.Run(name, func(t *testing.T) {
			var refusal *Refusal
			p, _, err := ReadPretix([]byte(file))
			if p != nil || !errors.As(err, &refusal) || refusal.Code != CodeInvalid {
				t.Errorf("read as %v, %v", p, err)
			}
		})
	}
}

func TestReadPretixBringsStrayThingsTogether(t *testing.T) {
	stand := func(name string, x float64) string {
		var seats []string
		for n := range 20 {
			seats = append(seats, fmt.Sprintf(`{"seat_guid":"%s%d","seat_number":"%d","position":{"x":%d,"y":0},"category":"A"}`, name, n, n, 25*n))
		}
		return fmt.Sprintf(`{"name":"%s","position":{"x":%g,"y":-3e5},"rows":[{"row_number":"A","seats":[%s]}]}`, name, x, strings.Join(seats, ","))
	}
	file := `{"name":"x","categories":[{"name":"A"}],"zones":[` + stand("west", -90_000) + "," + stand("east", 80_000) + `]}`
	file = strings.Replace(file, `"x":475,"y":0`, `"x":9e9,"y":0`, 1) // a seat of the west stand
	p, report, err := ReadPretix([]byte(file))
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

func TestReadPretixDrawsAreas(t *testing.T) {
	file := small(`{"row_number":"A","seats":[{"seat_guid":"a","seat_number":"1","category":"A"},` +
		`{"seat_guid":"b","seat_number":"2","category":"A","position":{"x":10,"y":0}}]}`)
	file = strings.Replace(file, `"zone_id":"hall",`, `"zone_id":"hall","areas":[
		{"shape":"rectangle","rotation":90,"position":{"x":100,"y":0},"rectangle":{"width":20,"height":10.5},"color":"#abc","text":{"text":"Stage","position":{"x":10,"y":5}}},
		{"shape":"circle","position":{"x":0,"y":50},"circle":{"radius":5},"color":"rgb(1, 2, 3)"},
		{"shape":"ellipse","position":{"x":0,"y":80},"ellipse":{"radius":{"x":5,"y":6}},"color":"url(#evil)"},
		{"shape":"polygon","polygon":{"points":[{"x":0,"y":0},{"x":1,"y":1}]}},
		{"shape":"text","text":{"text":"<b>문</b>","size":12,"color":"white"}},
		{"shape":"blob"},{"shape":7},null],`, 1)
	p, report, err := ReadPretix([]byte(file))
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
	box := boxOf(p.Areas[0].Points)
	if fmt.Sprintf("%.2f %.2f", box.Width, box.Height) != "10.50 20.00" {
		t.Errorf("a rectangle of 20 x 10.5 turned by 90 degrees takes %+v", box)
	}
	if got := paths(report.Refused); len(got) != 4 {
		t.Errorf("refused %v", got)
	}
}

func TestWritePretixRoundTrips(t *testing.T) {
	plans := map[string]func() *Plan{"demo": DemoPlan, "bowl": func() *Plan { return bowl(20, 8) }}
	for _, name := range []string{
		"theatre-teatro-grande.pretix.json", "pretix-groundfloor-stadium.json", "hall-ga-floor-119.pretix.json",
		"pretix-beer-benches.json", "synthetic-round-tables.pretix.json",
	} {
		plans[name] = func() *Plan {
			p, _, err := ReadPretix(venueFile(t, name))
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
	}
	for name, plan := range plans {
		t.Run(name, func(t *testing.T) {
			p := plan()
			b, err := WritePretix(p)
			if err != nil {
				t.Fatal(err)
			}
			back, report, err := ReadPretix(b)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range append(report.Refused, report.Repaired...) {
				if !strings.Contains(f.Detail, "places without numbers") {
					t.Errorf("%s: %s", f.Path, f.Detail)
				}
			}
			same(t, p, back)
			again, err := WritePretix(back)
			if err != nil {
				t.Fatal(err)
			}
			third, _, err := ReadPretix(again)
			if err != nil || third.Hash() != back.Hash() {
				t.Errorf("the second copy differs from the first: %v", err)
			}
		})
	}
	if _, err := WritePretix(&Plan{}); err == nil {
		t.Error("a plan that is not sound was written")
	}
}

// same compares what the format carries.
func same(t *testing.T, p, back *Plan) {
	t.Helper()
	category := func(p *Plan, id string) string {
		return p.Categories[slices.IndexFunc(p.Categories, func(c Category) bool { return c.ID == id })].Name
	}
	if p.Name != back.Name || len(p.Zones) != len(back.Zones) || len(p.Areas) != len(back.Areas) {
		t.Fatalf("%s with %d zones and %d areas is %s with %d and %d",
			p.Name, len(p.Zones), len(p.Areas), back.Name, len(back.Zones), len(back.Areas))
	}
	for i := range p.Zones {
		z, w := &p.Zones[i], &back.Zones[i]
		if z.ID != w.ID || z.Label != w.Label || z.Kind != w.Kind || z.Capacity() != w.Capacity() {
			t.Fatalf("zone %s %s of %d is %s %s of %d", z.ID, z.Label, z.Capacity(), w.ID, w.Label, w.Capacity())
		}
		if z.Kind == KindGeneral && category(p, z.Category) != category(back, w.Category) {
			t.Errorf("%s is of category %s, not %s", z.ID, category(back, w.Category), category(p, z.Category))
		}
		for n := range z.Seats {
			a, b := z.Seats[n], w.Seats[n]
			if distance(Point{a.X, a.Y}, Point{b.X, b.Y}) > 0.02 {
				t.Fatalf("%s at %g, %g is at %g, %g", a.ID, a.X, a.Y, b.X, b.Y)
			}
			a.Category, b.Category = category(p, a.Category), category(back, b.Category)
			a.X, a.Y, b.X, b.Y = 0, 0, 0, 0
			if a != b {
				t.Fatalf("%+v is %+v", a, b)
			}
		}
	}
}

func FuzzReadPretix(f *testing.F) {
	p, _ := house("A..|..\n.....\n\n..") // small, because the fuzzer shortens what it finds byte by byte
	p.Zones = append(p.Zones, Zone{
		ID: "g", Label: "G", Kind: KindGeneral, Category: "a", Places: 9, Outline: []Point{{200, 0}, {250, 0}, {250, 50}},
	})
	written, err := WritePretix(p)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		string(written), "{}", "[]", "null", `{"zones":[]}`, small(`{"row_number":"A","seats":[{"seat_guid":"a","seat_number":"1"},{}]}`),
		small(`{"seats":[{"position":{"x":1e308,"y":-1e308}},{"position":[1e-300,0]},{"position":null,"category":"휠체어"}]}`),
		`{"zones":[{"name":"F (capacity 9)","areas":[{"shape":"ellipse","rotation":1e300,"ellipse":{"radius":{"x":1e11,"y":2}}}]}]}`,
		`{"zones":[{"areas":[{"shape":"polygon","polygon":{"points":[[0,0],[1,0],[1,1],"x",null]},"text":{"text":"Stage","size":-1}}]}]}`,
		`{"zones":[{"zone_id":"g","areas":[{"shape":"circle","circle":{"radius":30}}]},{"rows":[{"seats":[{"seat_guid":"g:1"},{"seat_guid":"g:\u00001"}]}]}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, report, err := ReadPretix(b)
		if err != nil {
			var refusal *Refusal
			if p != nil || !errors.As(err, &refusal) {
				t.Fatalf("%v with %v", p, err)
			}
			return
		}
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		if p.Hash() == "" {
			t.Fatal("a plan without a name")
		}
		seats := 0
		for i := range p.Zones {
			seats += len(p.Zones[i].Seats)
		}
		if seats != report.Seats {
			t.Fatalf("%d seats, %d reported", seats, report.Seats)
		}
		if _, err := json.Marshal(p); err != nil {
			t.Fatal(err)
		}
		written, err := WritePretix(p)
		if err != nil {
			t.Fatal(err)
		}
		back, again, err := ReadPretix(written)
		if err != nil || again.Seats != report.Seats || len(back.Zones) != len(p.Zones) {
			t.Fatalf("read back as %d seats of %d: %v", again.Seats, report.Seats, err)
		}
		p.Best(BestRequest{Quantity: 2}, func(zone string) []byte { return slices.Repeat([]byte("0"), p.Zone(zone).Capacity()) }, nil)
	})
}
