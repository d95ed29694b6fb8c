package seatmap_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"jari/seatmap"
	"jari/seatmap/demo"
)

func TestPointJSON(t *testing.T) {
	b, err := json.Marshal([]seatmap.Point{{1, 2}, {-0.5, 1e7}, {1e-9, 123.25}})
	if want := `[[1,2],[-0.5,10000000],[0.000000001,123.25]]`; err != nil || string(b) != want {
		t.Fatalf("marshalled to %s, %v; want %s", b, err, want)
	}
	var back []seatmap.Point
	if err := json.Unmarshal(b, &back); err != nil || back[1] != (seatmap.Point{-0.5, 1e7}) {
		t.Fatalf("read back as %v, %v", back, err)
	}
	for _, p := range []seatmap.Point{{math.NaN(), 0}, {0, math.Inf(1)}, {math.Inf(-1), 0}} {
		if b, err := json.Marshal(p); err == nil {
			t.Errorf("%v marshalled to %s", p, b)
		}
	}
	for _, bad := range []string{`[]`, `[1]`, `[1,2,3]`, `null`, `"1,2"`, `{"x":1,"y":2}`, `[1,null]`, `[1,"2"]`, `[1,1e999]`} {
		var p seatmap.Point
		if err := json.Unmarshal([]byte(bad), &p); err == nil {
			t.Errorf("%s was read as %v", bad, p)
		}
	}
}

func TestFindIsTheInverseOfPlaceID(t *testing.T) {
	p := demo.Hall()
	for i := range p.Zones {
		z := &p.Zones[i]
		for n := range z.Capacity() {
			id := z.PlaceID(n)
			zone, index, ok := p.Find(id)
			if !ok || zone != z || index != n {
				t.Fatalf("place %d of %s is %q, which is found as %v %d %v", n, z.ID, id, zone, index, ok)
			}
		}
		if z.PlaceID(-1) != "" || z.PlaceID(z.Capacity()) != "" {
			t.Errorf("%s has places outside its capacity", z.ID)
		}
		if p.Zone(z.ID) != z {
			t.Errorf("zone %s is not found", z.ID)
		}
	}
	for _, id := range []string{
		"", ":", "standing", "standing:", "standing:0", "standing:01", "standing:+1", "standing:-1", "standing:301",
		"standing:99999999999999999999", "standing:1 ", "stalls-C:1", "nowhere:1", "STALLS-C:C-14",
	} {
		if z, n, ok := p.Find(id); ok {
			t.Errorf("%q is found as place %d of %s", id, n, z.ID)
		}
	}
	if p.Zone("nowhere") != nil {
		t.Error("an unknown zone is found")
	}
}

func TestHashNamesThePlan(t *testing.T) {
	p := demo.Hall()
	if h := p.Hash(); len(h) != 64 || h != demo.Hall().Hash() || h != p.Hash() {
		t.Fatalf("hash %q is not stable", h)
	}
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back seatmap.Plan
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if back.Hash() != p.Hash() {
		t.Error("a plan read back from its JSON has another name")
	}
	bare, empty := &seatmap.Plan{Name: "x"}, &seatmap.Plan{Name: "x", Categories: []seatmap.Category{}, Areas: []seatmap.Area{}, Zones: []seatmap.Zone{}}
	if bare.Hash() != empty.Hash() {
		t.Error("absent and empty lists give two names")
	}
	changed := demo.Hall()
	changed.Zones[3].Seats[5].X += 0.1
	if changed.Hash() == p.Hash() {
		t.Error("a moved seat does not change the name")
	}
	if h := (&seatmap.Plan{Zones: []seatmap.Zone{{Seats: []seatmap.Seat{{X: math.NaN()}}}}}).Hash(); h != "" {
		t.Errorf("a plan without JSON is called %q", h)
	}
}

// spoiled are ways to break a rule, each by the place that Check must name.
var spoiled = map[string]func(*seatmap.Plan){
	"name":                          func(p *seatmap.Plan) { p.Name = " " },
	"name: control":                 func(p *seatmap.Plan) { p.Name = "a\nb" },
	"name: not UTF-8":               func(p *seatmap.Plan) { p.Name = "a\xff" },
	"name: bidirectional":           func(p *seatmap.Plan) { p.Name = "a\u202eb" },
	"width":                         func(p *seatmap.Plan) { p.Width = math.NaN() },
	"width: negative":               func(p *seatmap.Plan) { p.Height = -1 },
	"currency":                      func(p *seatmap.Plan) { p.Currency = "won" },
	"time_zone":                     func(p *seatmap.Plan) { p.TimeZone = "Mars/Olympus" },
	"time_zone: local":              func(p *seatmap.Plan) { p.TimeZone = "Local" },
	"focus":                         func(p *seatmap.Plan) { p.Focus.X = math.Inf(1) },
	"categories":                    func(p *seatmap.Plan) { p.Categories = nil },
	"categories[1].id":              func(p *seatmap.Plan) { p.Categories[1].ID = p.Categories[0].ID },
	"categories[0].id":              func(p *seatmap.Plan) { p.Categories[0].ID = "v i p" },
	"categories[0].color":           func(p *seatmap.Plan) { p.Categories[0].Color = "url(#x)" },
	"categories[0].price":           func(p *seatmap.Plan) { p.Categories[0].Price = -1 },
	"categories[2].name":            func(p *seatmap.Plan) { p.Categories[2].Name = "" },
	"areas[0].shape":                func(p *seatmap.Plan) { p.Areas[0].Shape = "script" },
	"areas[0].points":               func(p *seatmap.Plan) { p.Areas[0].Points = p.Areas[0].Points[:2] },
	"areas[0].fill":                 func(p *seatmap.Plan) { p.Areas[0].Fill = "red" },
	"areas[0]":                      func(p *seatmap.Plan) { p.Areas[0].Points[1].Y = math.NaN() },
	"areas[1].role":                 func(p *seatmap.Plan) { p.Areas[1].Role = "door" },
	"areas[2]":                      func(p *seatmap.Plan) { p.Areas[2].Center = nil },
	"zones":                         func(p *seatmap.Plan) { p.Zones = nil },
	"zones[1].id":                   func(p *seatmap.Plan) { p.Zones[1].ID = p.Zones[0].ID },
	"zones[1].id: form":             func(p *seatmap.Plan) { p.Zones[1].ID = "a:b" },
	"zones[1].label":                func(p *seatmap.Plan) { p.Zones[1].Label = "" },
	"zones[1].kind":                 func(p *seatmap.Plan) { p.Zones[1].Kind = "sofas" },
	"zones[1].outline":              func(p *seatmap.Plan) { p.Zones[1].Outline = p.Zones[1].Outline[:2] },
	"zones[0].category":             func(p *seatmap.Plan) { p.Zones[0].Category = "" },
	"zones[0]":                      func(p *seatmap.Plan) { p.Zones[0].Places = 0 },
	"zones[0].seats":                func(p *seatmap.Plan) { p.Zones[0].Seats = p.Zones[1].Seats },
	"zones[1]":                      func(p *seatmap.Plan) { p.Zones[1].Places = 3 },
	"zones[1]: empty":               func(p *seatmap.Plan) { p.Zones[1].Seats = nil },
	"zones[1].seats[7].id":          func(p *seatmap.Plan) { p.Zones[1].Seats[7].ID = p.Zones[1].Seats[3].ID },
	"zones[1].seats[0].id":          func(p *seatmap.Plan) { p.Zones[1].Seats[0].ID = "standing:7" },
	"zones[1].seats[0].id: empty":   func(p *seatmap.Plan) { p.Zones[1].Seats[0].ID = "" },
	"zones[1].seats[0].id: long":    func(p *seatmap.Plan) { p.Zones[1].Seats[0].ID = strings.Repeat("자", 22) },
	"zones[1].seats[0].id: control": func(p *seatmap.Plan) { p.Zones[1].Seats[0].ID = "a\x00" },
	"zones[1].seats[2].category":    func(p *seatmap.Plan) { p.Zones[1].Seats[2].Category = "royal" },
	"zones[1].seats[2].row":         func(p *seatmap.Plan) { p.Zones[1].Seats[2].Row = "\x1b[31m" },
	"zones[1].seats[2].number":      func(p *seatmap.Plan) { p.Zones[1].Seats[2].Number = strings.Repeat("1", 201) },
	"zones[1].seats[2].number: twice": func(p *seatmap.Plan) {
		p.Zones[1].Seats[2].Row, p.Zones[1].Seats[2].Number = p.Zones[1].Seats[1].Row, p.Zones[1].Seats[1].Number
	},
	"zones[1].seats[2].x":    func(p *seatmap.Plan) { p.Zones[1].Seats[2].Y = 2e7 },
	"zones: too many places": func(p *seatmap.Plan) { p.Zones[0].Places = seatmap.MaxPlaces },
	"zones: overflow":        func(p *seatmap.Plan) { p.Zones[0].Places = math.MaxInt },
}

func TestCheck(t *testing.T) {
	for name, spoil := range spoiled {
		t.Run(name, func(t *testing.T) {
			p := demo.Hall()
			spoil(p)
			var refusal *seatmap.Refusal
			if err := p.Check(); !errors.As(err, &refusal) || refusal.Code != seatmap.CodeInvalid {
				t.Fatalf("Check says %v", err)
			}
			path, _, _ := strings.Cut(name, ": ")
			if !strings.HasPrefix(refusal.Detail, path+": ") {
				t.Errorf("Check says %q, not that of %s", refusal.Detail, path)
			}
		})
	}
	p := demo.Hall()
	p.Zones[1].Seats[0].ID = strings.Repeat("자", 21) + "a"
	p.Zones[1].Seats[0].Row = ""
	if err := p.Check(); err != nil {
		t.Errorf("a sound plan: %v", err)
	}
}
