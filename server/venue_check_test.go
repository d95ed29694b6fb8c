package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jari/seatmap"
	"jari/seatmap/demo"
	"jari/seatmap/pretix"
)

func planFile(t *testing.T, dir, name string, content []byte) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func demoFile(t *testing.T, plan *seatmap.Plan) []byte {
	t.Helper()
	b, err := pretix.Write(plan)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// oddPlanFile has a seat twice and something that is no seat.
const oddPlanFile = `{"name":"Odd","categories":[{"name":"A","color":"red"}],"zones":[{"name":"Hall","rows":[{"row_number":"1","seats":[
	{"seat_guid":"a","seat_number":"1","category":"A","position":{"x":0,"y":0}},
	{"seat_guid":"a","seat_number":"2","category":"A","position":{"x":10,"y":0}},null]}]}]}`

func checked(t *testing.T, c venueCheckCmd) (out string, err error) {
	t.Helper()
	var w bytes.Buffer
	err = c.run(&w)
	return w.String(), err
}

func TestVenueCheckOfAFile(t *testing.T) {
	t.Parallel()
	file := planFile(t, t.TempDir(), "odd.json", []byte(oddPlanFile))
	out, err := checked(t, venueCheckCmd{Files: []string{file}})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"Odd: 2 seats in 1 zone\n", "repaired: 1\n", "  zones[0].rows[0].seats[1].seat_guid: \"a\" is used twice: now \"a~2\"\n",
		"refused: 1\n", "  zones[0].rows[0].seats[2]: is null\n", "\ncan be imported without what was refused; no seat is lost\n",
	} {
		if !strings.Contains(out, line) {
			t.Errorf("%q is not in\n%s", line, out)
		}
	}
	out, err = checked(t, venueCheckCmd{Files: []string{file}, JSON: true})
	if err != nil {
		t.Fatal(err)
	}
	var found planFound
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		t.Fatal(err)
	}
	if !found.OK || found.Seats != 2 || found.InFile != 3 || found.Lost != 0 || len(found.Repaired) != 1 || found.Refused[0].Path != "zones[0].rows[0].seats[2]" {
		t.Errorf("found %+v", found)
	}
}

func TestOneIsSingular(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{(&planFound{Seats: 1, zones: 1}).sum(), "1 seat in 1 zone"},
		{(&planFound{Seats: 2, Places: 1, zones: 2}).sum(), "2 seats and 1 place without numbers in 2 zones"},
		{(&planFound{zones: 1, Places: 300}).sum(), "0 seats and 300 places without numbers in 1 zone"},
		{(&planFound{Lost: 1}).verdict(), "1 seat of the file not in the plan: please report this file"},
		{counted(0, "migration"), "0 migrations"},
	} {
		if c.got != c.want {
			t.Errorf("told %q, want %q", c.got, c.want)
		}
	}
}

func TestVenueCheckOfAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	planFile(t, dir, "a.json", []byte(oddPlanFile))
	planFile(t, dir, "b.JSON", demoFile(t, demo.Hall()))
	planFile(t, dir, "plan.schema.json", []byte("{}"))
	planFile(t, dir, "hall.svg", []byte("<svg/>"))
	planFile(t, dir, "notes.txt", nil)
	out, err := checked(t, venueCheckCmd{Files: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 5 || !strings.HasPrefix(lines[4], "2 files: 2472 seats and 300 places") ||
		!strings.HasSuffix(lines[4], "0 lost; 0 bad, 2 skipped") {
		t.Errorf("told\n%s", out)
	}
	planFile(t, dir, "c.json", []byte("{}"))
	out, err = checked(t, venueCheckCmd{Files: []string{dir}})
	if err == nil || !strings.Contains(out, "BAD   "+filepath.Join(dir, "c.json")+" is no seating plan") || !strings.Contains(err.Error(), "1 of 3 files") {
		t.Errorf("told %v\n%s", err, out)
	}
	if _, err := checked(t, venueCheckCmd{Files: []string{t.TempDir()}}); err == nil || !strings.Contains(err.Error(), "no *.json") {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestVenueCheckOfWhatIsNoPlan(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, tc := range []struct{ name, content, words string }{
		{"hall.svg", `<svg><g transform="translate(1 2)"/></svg>`, "SVG drawing"},
		{"plan.schema.json", `{"title":"Seating Plan"}`, "not a pretix seating plan"},
		{"empty.json", " ", "is empty"},
	} {
		_, err := checked(t, venueCheckCmd{Files: []string{planFile(t, dir, tc.name, []byte(tc.content))}})
		if err == nil || !strings.Contains(err.Error(), tc.words) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	if _, err := checked(t, venueCheckCmd{Files: []string{filepath.Join(dir, "nothere.json")}}); err == nil {
		t.Error("a file that is not there is a plan")
	}
	large := planFile(t, dir, "large.json", nil)
	if err := os.Truncate(large, planFileLimit+10); err != nil {
		t.Fatal(err)
	}
	if _, err := checked(t, venueCheckCmd{Files: []string{large}}); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("a large file: %v", err)
	}
}

// TestVenueCheckOfTheCollection: the real files, none of which loses a seat.
func TestVenueCheckOfTheCollection(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("..", "..", "shared", "venues")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no collection of venues at %s", dir)
	}
	out, err := checked(t, venueCheckCmd{Files: []string{dir}})
	if err != nil || !strings.Contains(out, " 0 lost; 0 bad, ") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestVenueDemoPlansAreKept(t *testing.T) {
	t.Parallel()
	for name, plan := range demoPlans {
		file := planFile(t, t.TempDir(), name+".json", demoFile(t, plan()))
		found := checkPlan(file)
		if !found.OK || found.Plan != plan().Hash() || found.repaired+found.refused > 0 {
			t.Errorf("%s: %s", name, found.line())
		}
	}
}
