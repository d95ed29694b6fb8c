package seatmap_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"jari/seatmap"
)

// house draws a plan: a line is a row of one zone, an empty line starts the next zone, the stage is above. '.' is a free
// seat, 'x' a taken one, 'A' an accessible place, 'C' a companion's, '|' an aisle, ' ' a missing seat.
func house(drawing string) (*seatmap.Plan, func(string) []byte) {
	p := &seatmap.Plan{
		Name: "House", Width: 1000, Height: 1000, Currency: "KRW", TimeZone: "Asia/Seoul",
		Categories: []seatmap.Category{{ID: "a", Name: "A", Color: "#112233"}, {ID: "wheel", Name: "Wheel", Color: "#332211"}},
	}
	states := map[string][]byte{}
	width, y := 0, 0.0
	for block := range strings.SplitSeq(strings.Trim(drawing, "\n"), "\n\n") {
		z := seatmap.Zone{ID: fmt.Sprintf("z%d", len(p.Zones)+1), Label: "Zone", Kind: seatmap.KindSeats}
		z.Outline = []seatmap.Point{{0, y}, {1000, y}, {1000, y + 10}}
		for n, line := range strings.Split(block, "\n") {
			y += 12
			number := 0
			for x, c := range strings.Trim(line, "\t") {
				width = max(width, x)
				if c == '|' || c == ' ' {
					continue
				}
				number++
				s := seatmap.Seat{Row: string(rune('A' + n)), Number: fmt.Sprint(number), X: 10 * float64(x), Y: y, Category: "a"}
				s.ID = z.ID + "-" + s.Row + "-" + s.Number
				state := byte('0')
				switch c {
				case 'x':
					state = '2'
				case 'A':
					s.Accessible, s.Category = true, "wheel"
				case 'C':
					s.Companion, s.Category = true, "wheel"
				}
				z.Seats = append(z.Seats, s)
				states[z.ID] = append(states[z.ID], state)
			}
		}
		y += 40
		p.Zones = append(p.Zones, z)
	}
	p.Focus = seatmap.Point{X: 10 * float64(width) / 2}
	return p, func(zone string) []byte { return states[zone] }
}

func names(g seatmap.BestGroup) string {
	var ids []string
	for _, s := range g.Seats {
		ids = append(ids, s.Seat.ID)
	}
	return strings.Join(ids, " ")
}

func TestBestRules(t *testing.T) {
	for _, tc := range []struct {
		name, house string
		ask         seatmap.BestRequest
		first       string // the first group; empty: none
		adjacent    bool
	}{
		{"middle of the front row", ".......\n.......", seatmap.BestRequest{Quantity: 3}, "z1-A-3 z1-A-4 z1-A-5", true},
		{"one seat", ".......", seatmap.BestRequest{Quantity: 1}, "z1-A-4", true},
		{"next row when the front is broken", "..x..x..\n........", seatmap.BestRequest{Quantity: 4}, "z1-B-3 z1-B-4 z1-B-5 z1-B-6", true},
		{"an aisle parts neighbours", "..|..\n...", seatmap.BestRequest{Quantity: 3}, "z1-B-1 z1-B-2 z1-B-3", true},
		{"no orphan at the row's end", ".....", seatmap.BestRequest{Quantity: 3}, "z1-A-1 z1-A-2 z1-A-3", true},
		{"no orphan beside a taken seat", "x...x......", seatmap.BestRequest{Quantity: 2}, "z1-A-6 z1-A-7", true},
		{"an orphan when nothing else is left", "x...x", seatmap.BestRequest{Quantity: 2}, "z1-A-2 z1-A-3", true},
		{"an orphan before sitting apart", "...x.", seatmap.BestRequest{Quantity: 2}, "z1-A-2 z1-A-3", true},
		{"accessible places are not given unasked", "AC....CA", seatmap.BestRequest{Quantity: 6}, "", false},
		{"accessible places are given when asked", "AC....CA", seatmap.BestRequest{Quantity: 2, Categories: []string{"wheel"}}, "z1-A-1 z1-A-2", true},
		{"an accessible place", "AC....CA\n........", seatmap.BestRequest{Quantity: 1, Accessible: true}, "z1-A-1", true},
		{"an accessible place with a companion", "AC....CA\n........", seatmap.BestRequest{Quantity: 2, Accessible: true}, "z1-A-1 z1-A-2", true},
		{"an accessible place and who sits beside it", "AC....CA\n........", seatmap.BestRequest{Quantity: 4, Accessible: true}, "z1-A-1 z1-A-2 z1-A-3 z1-A-4", true},
		{"accessible places apart", "AC....CA\n........", seatmap.BestRequest{Quantity: 9, Accessible: true}, "", false},
		{"accessible places of two rows", "ACxx\nACxx", seatmap.BestRequest{Quantity: 4, Accessible: true}, "z1-A-1 z1-A-2 z1-B-1 z1-B-2", false},
		{"no accessible place is left", "xC....\n......", seatmap.BestRequest{Quantity: 1, Accessible: true}, "", false},
		{"one of two categories", "AC....", seatmap.BestRequest{Quantity: 2, Categories: []string{"a", "nope"}}, "z1-A-3 z1-A-4", true},
		{"only the zone asked for", "....\n\n....", seatmap.BestRequest{Quantity: 2, Zone: "z2"}, "z2-A-1 z2-A-2", true},
		{"an unknown zone", "....", seatmap.BestRequest{Quantity: 2, Zone: "z9"}, "", false},
		{"an unknown category", "....", seatmap.BestRequest{Quantity: 2, Categories: []string{"nope"}}, "", false},
		{"apart in one row before two", "..x..\nx..xx", seatmap.BestRequest{Quantity: 4}, "z1-A-1 z1-A-2 z1-A-4 z1-A-5", false},
		{"apart in the fewest rows", ".xx\n..x\n..x\nx.x", seatmap.BestRequest{Quantity: 4}, "z1-B-1 z1-B-2 z1-C-1 z1-C-2", false},
		{"apart in one zone before two", ".xx\n..x\n\nx.x\nxxx\n..x\n..x", seatmap.BestRequest{Quantity: 4}, "z2-C-1 z2-C-2 z2-D-1 z2-D-2", false},
		{"over zones when one does not do", "..x\n\n..x", seatmap.BestRequest{Quantity: 4}, "z1-A-1 z1-A-2 z2-A-1 z2-A-2", false},
		{"neighbouring rows", "..x\nxxx\n..x\n..x", seatmap.BestRequest{Quantity: 4}, "z1-C-1 z1-C-2 z1-D-1 z1-D-2", false},
		{"more than there are", "..", seatmap.BestRequest{Quantity: 3}, "", false},
		{"more than are free", ".x.", seatmap.BestRequest{Quantity: 3}, "", false},
		{"none", "..", seatmap.BestRequest{Quantity: 0}, "", false},
		{"a negative number", "..", seatmap.BestRequest{Quantity: -1}, "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, states := house(tc.house)
			groups, adjacent := p.Best(tc.ask, states, rand.New(rand.NewPCG(1, 2)))
			if tc.first == "" && tc.adjacent == false && len(groups) == 0 {
				return
			}
			if len(groups) == 0 {
				t.Fatal("no group")
			}
			if tc.first != "" && names(groups[0]) != tc.first {
				t.Errorf("first group is %s, want %s", names(groups[0]), tc.first)
			}
			if adjacent != tc.adjacent || groups[0].Adjacent != tc.adjacent {
				t.Errorf("adjacent is %v, want %v", adjacent, tc.adjacent)
			}
		})
	}
}
