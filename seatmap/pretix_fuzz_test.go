package seatmap

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
)

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
