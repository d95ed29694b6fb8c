package demo

import (
	"math"
	"testing"

	"jari/seatmap"
	"jari/seatmap/layout"
)

func TestHallIsARealHall(t *testing.T) {
	p := Hall()
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	seats, general, wheelchairs := 0, 0, 0
	lengths := map[int]bool{}
	rows := map[string]int{}
	used := map[string]bool{}
	for i := range p.Zones {
		z := &p.Zones[i]
		seats += len(z.Seats)
		if z.Kind == seatmap.KindGeneral {
			general += z.Places
			used[z.Category] = true
		}
		for n, s := range z.Seats {
			rows[z.ID+" "+s.Row]++
			used[s.Category] = true
			if s.Accessible {
				wheelchairs++
				if !(n > 0 && z.Seats[n-1].Companion && z.Seats[n-1].Row == s.Row) &&
					!(n+1 < len(z.Seats) && z.Seats[n+1].Companion && z.Seats[n+1].Row == s.Row) {
					t.Errorf("%s has no companion next to it", s.ID)
				}
			}
			if s.X < 0 || s.Y < 0 || s.X > p.Width || s.Y > p.Height {
				t.Errorf("%s is outside the plan", s.ID)
			}
		}
	}
	for _, n := range rows {
		lengths[n] = true
	}
	if seats < 2400 || seats > 2600 || general != 300 || len(p.Zones) < 8 || len(p.Zones) > 12 {
		t.Errorf("%d seats and %d places in %d zones", seats, general, len(p.Zones))
	}
	if wheelchairs < 8 || len(lengths) < 15 || len(p.Categories) != 5 || len(used) != 5 {
		t.Errorf("%d wheelchair places, %d lengths of rows, %d of %d categories used", wheelchairs, len(lengths), len(used), len(p.Categories))
	}
	if p.Currency != "KRW" || p.TimeZone != "Asia/Seoul" || len(p.Areas) == 0 {
		t.Errorf("currency %s, time zone %s, %d areas", p.Currency, p.TimeZone, len(p.Areas))
	}
	stages := 0
	for i := range p.Areas {
		if p.Areas[i].Role == "stage" {
			stages++
		}
	}
	if stages != 1 {
		t.Errorf("%d stages", stages)
	}
}

// Two zones that overlap cannot both be clicked, nor two seats.
func TestHallHasRoomBetweenEverything(t *testing.T) {
	p := Hall()
	var all []seatmap.Point
	for i := range p.Zones {
		z := &p.Zones[i]
		if !layout.Simple(z.Outline) {
			t.Errorf("the outline of %s crosses itself", z.ID)
		}
		for n := range p.Zones {
			other := &p.Zones[n]
			for _, s := range z.Seats {
				if inside := layout.Contains(other.Outline, seatmap.Point{X: s.X, Y: s.Y}); inside != (i == n) {
					t.Fatalf("%s in the outline of %s: %v", s.ID, other.ID, inside)
				}
			}
			if i >= n {
				continue
			}
			for k, a := range z.Outline {
				for l, c := range other.Outline {
					b, d := z.Outline[(k+1)%len(z.Outline)], other.Outline[(l+1)%len(other.Outline)]
					if layout.Crosses(a, b, c, d) {
						t.Fatalf("the outlines of %s and %s cross", z.ID, other.ID)
					}
				}
			}
		}
		for _, s := range z.Seats {
			all = append(all, seatmap.Point{X: s.X, Y: s.Y})
		}
	}
	gaps := layout.Nearest(all)
	if m := seatmap.Median(gaps); math.Abs(m-10) > 0.5 {
		t.Errorf("seats are %.1f units apart", m)
	}
	for i, d := range gaps {
		if d < 9.5 {
			t.Errorf("a seat at %v has another at %.1f units", all[i], d)
		}
	}
	for i := range p.Areas {
		if a := &p.Areas[i]; a.Role == "stage" {
			for _, s := range all {
				if layout.Contains(layout.OutlineOfArea(a), s) {
					t.Fatalf("a seat at %v is on the stage", s)
				}
			}
		}
	}
}
