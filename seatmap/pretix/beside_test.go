package pretix

import (
	"slices"
	"strings"
	"testing"

	"jari/seatmap"
)

const besideZones = `"zones":[{"name":"Standing","zone_id":"standing","rows":[],"areas":[{"shape":"circle","circle":{"radius":30}}]},` +
	`{"name":"Nowhere","rows":[]},` +
	`{"name":"Stalls","zone_id":"stalls","rows":[{"row_number":"1","seat_label":"Wheelchair place %s","seats":[` +
	`{"seat_guid":"a","seat_number":"1","category":"Floor","position":{"x":100,"y":0}},` +
	`{"seat_guid":"b","seat_number":"2","category":"Box","position":{"x":110,"y":0}}]}]}]`

// TestBesideByHand: what the format cannot say is added to a file by hand, all of it or some.
func TestBesideByHand(t *testing.T) {
	read := func(jari string) (*seatmap.Plan, Report) {
		t.Helper()
		file := `{"name":"H","categories":[{"name":"Floor"},{"name":"Box"}],"jari":` + jari + "," + besideZones + "}"
		p, report, err := Read([]byte(file))
		if err != nil {
			t.Fatal(err)
		}
		return p, report
	}
	p, report := read(`{"currency":"EUR","time_zone":"Europe/Berlin","zones":[{"zone":"standing","places":600,"category":"Box"},{"zone":"Nowhere","places":9}],
		"categories":[{"category":"Floor","id":"F","name":"Parkett","price":4900},{"category":"Box","price":8900}],"accessible":["b"],"companions":["a"]}`)
	if p.Currency != "EUR" || p.TimeZone != "Europe/Berlin" {
		t.Errorf("%s in %s", p.Currency, p.TimeZone)
	}
	if c := p.Categories; c[0].ID != "F" || c[0].Name != "Parkett" || c[0].Price != 4900 || c[1].ID != "box" || c[1].Price != 8900 {
		t.Errorf("categories %+v", c)
	}
	if z := p.Zones[0]; z.Places != 600 || z.Category != "box" {
		t.Errorf("%d places of %s", z.Places, z.Category)
	}
	if z := p.Zones[1]; z.Places != 9 || len(z.Outline) != 4 {
		t.Errorf("%d places in %v", z.Places, z.Outline)
	}
	if s := p.Zones[2].Seats; s[0].Accessible || !s[0].Companion || !s[1].Accessible || s[1].Companion {
		t.Errorf("seats %+v", s)
	}
	if len(report.Refused) > 0 {
		t.Errorf("refused %v", report.Refused)
	}
	p, _ = read(`{}`)
	if s := p.Zones[1].Seats; p.Currency != "KRW" || !s[0].Accessible || p.Categories[1].Price != 120_000 {
		t.Errorf("an empty one: %s, %+v", p.Currency, s)
	}
}

func TestBesideIsReportedWhereItIsWrong(t *testing.T) {
	for _, tc := range []struct {
		jari, repaired, refused string
	}{
		{`{"version":2,"currency":"EUR"}`, "", "jari.version"},
		{`7`, "", "jari"},
		{`{"currency":"euro","time_zone":"Local"}`, "jari.currency jari.time_zone", ""},
		{`{"currency":"EUR"}`, "categories[0] categories[1]", ""},
		{`{"categories":[{"category":"Floor","id":"é","price":1.5},{"category":"Floor"},{"category":"x","price":1},null,[]]}`,
			"jari.categories[1] jari.categories[0].id jari.categories[0].price", "jari.categories[3] jari.categories[4] jari.categories[2]"},
		{`{"categories":[{"category":"Box","price":-1},{"category":"Floor"}]}`, "jari.categories[1].price jari.categories[0].price", ""},
		{`{"zones":[{"zone":"standing","places":-5},{"zone":"standing"},{"zone":"stalls","places":5}]}`,
			"jari.zones[1] jari.zones[0].places", "jari.zones[2]"},
		{`{"accessible":["a","c",{}],"companions":"a"}`, "", "jari.companions jari.accessible[1] jari.accessible[2]"},
		{`{"colour":"red","drawn":{"x":1,"width":100,"height":100,"focus":[0,0],"areas":[{"shape":"blob"}]}}`, "", "jari jari.drawn jari.drawn.areas[0]"},
		{`{"drawn":{"width":-1,"height":100}}`, "jari.drawn", ""},
	} {
		t.Run(tc.jari, func(t *testing.T) {
			const head = `{"name":"H","categories":[{"name":"Floor","color":"red"},{"name":"Box","color":"blue"}],`
			_, plain, err := Read([]byte(head + besideZones + "}"))
			if err != nil {
				t.Fatal(err)
			}
			p, report, err := Read([]byte(head + `"jari":` + tc.jari + "," + besideZones + "}"))
			if err != nil || report.Seats != 2 || report.Lost() != 0 {
				t.Fatalf("%v, %+v", err, report)
			}
			if err := p.Check(); err != nil {
				t.Fatal(err)
			}
			known := append(paths(plain.Repaired), paths(plain.Refused)...)
			repaired, refused := strings.Join(without(paths(report.Repaired), known), " "), strings.Join(without(paths(report.Refused), known), " ")
			if repaired != tc.repaired || refused != tc.refused {
				t.Errorf("repaired %q, refused %q", repaired, refused)
			}
		})
	}
}

func without(list, known []string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return slices.Contains(known, s) })
}

// TestReadTellsWhatAFileIs when it cannot be a plan.
func TestReadTellsWhatAFileIs(t *testing.T) {
	for file, words := range map[string]string{
		`<?xml version="1.0"?><!-- seats --><svg xmlns="http://www.w3.org/2000/svg"><g transform="translate(3 4)"><circle/></g></svg>`: "SVG drawing",
		"<!doctype html>": "HTML", "PK\x03\x04": "ZIP", "\x1f\x8b\x08": "gzip", "\xff\xfe{\x00": "UTF-16", "\ufeff\n": "empty",
	} {
		if _, _, err := Read([]byte(file)); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%.20q: %v", file, err)
		}
	}
}
