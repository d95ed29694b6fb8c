package seatmap

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestWritePretixRoundTrips(t *testing.T) {
	plans := map[string]func(t *testing.T) *Plan{
		"demo": func(*testing.T) *Plan { return DemoPlan() }, "bowl": func(*testing.T) *Plan { return bowl(20, 8) },
	}
	for _, name := range []string{
		"theatre-teatro-grande.pretix.json", "pretix-groundfloor-stadium.json", "hall-ga-floor-119.pretix.json",
		"pretix-beer-benches.json", "synthetic-round-tables.pretix.json",
	} {
		plans[name] = func(t *testing.T) *Plan {
			p, _, err := ReadPretix(venueFile(t, name))
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
	}
	for name, plan := range plans {
		t.Run(name, func(t *testing.T) {
			p := plan(t)
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
