package pretix

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"jari/seatmap"
)

// TestWritePlain: programs that refuse what they do not know can read it, and it keeps what the format can say.
func TestWritePlain(t *testing.T) {
	for name, plan := range ownPlans {
		t.Run(name, func(t *testing.T) {
			p := plan()
			plain, err := WritePlain(p)
			if err != nil {
				t.Fatal(err)
			}
			whole, err := Write(p)
			if err != nil {
				t.Fatal(err)
			}
			var members map[string]json.RawMessage
			if err := json.Unmarshal(whole, &members); err != nil {
				t.Fatal(err)
			}
			if keys := slices.Sorted(maps.Keys(members)); !slices.Equal(keys, []string{"categories", "jari", "name", "size", "zones"}) {
				t.Errorf("members %v", keys)
			}
			if err := json.Unmarshal(plain, &members); err != nil {
				t.Fatal(err)
			}
			if name == "odd" {
				return // its names are more than the format's rules for a plan leave alone
			}
			back, report, err := Read(plain)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range append(report.Refused, report.Repaired...) {
				if !strings.Contains(f.Detail, "places without numbers") {
					t.Errorf("%s: %s", f.Path, f.Detail)
				}
			}
			same(t, p, back)
		})
	}
}

// TestWritePlainIsOfTheSchema, and what Write writes is so but for its one member more.
func TestWritePlainIsOfTheSchema(t *testing.T) {
	schema := compiledSchema(t)
	valid := func(b []byte) error {
		file, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(file)
	}
	for name, plan := range ownPlans {
		t.Run(name, func(t *testing.T) {
			plain, err := WritePlain(plan())
			if err != nil {
				t.Fatal(err)
			}
			if err := valid(plain); err != nil {
				t.Error(err)
			}
			whole, err := Write(plan())
			if err != nil {
				t.Fatal(err)
			}
			if valid(whole) == nil {
				t.Error("the schema allows more than it says: docs/plans.md has it otherwise")
			}
			var members map[string]json.RawMessage
			if err := json.Unmarshal(whole, &members); err != nil {
				t.Fatal(err)
			}
			delete(members, "jari")
			without, err := json.Marshal(members)
			if err != nil {
				t.Fatal(err)
			}
			if err := valid(without); err != nil {
				t.Error(err)
			}
		})
	}
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	file, err := jsonschema.UnmarshalJSON(bytes.NewReader(venueFile(t, "pretix-seating-plan.schema.json")))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("plan.json", file); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("plan.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// same compares what the format carries.
func same(t *testing.T, p, back *seatmap.Plan) {
	t.Helper()
	category := func(p *seatmap.Plan, id string) string {
		return p.Categories[slices.IndexFunc(p.Categories, func(c seatmap.Category) bool { return c.ID == id })].Name
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
		if z.Kind == seatmap.KindGeneral && category(p, z.Category) != category(back, w.Category) {
			t.Errorf("%s is of category %s, not %s", z.ID, category(back, w.Category), category(p, z.Category))
		}
		for n := range z.Seats {
			a, b := z.Seats[n], w.Seats[n]
			if seatmap.Distance(seatmap.Point{X: a.X, Y: a.Y}, seatmap.Point{X: b.X, Y: b.Y}) > 0.02 {
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
