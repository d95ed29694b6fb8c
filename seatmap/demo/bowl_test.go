package demo

import (
	"testing"

	"jari/seatmap"
	"jari/seatmap/layout"
)

func TestLargePlansAreRealHouses(t *testing.T) {
	for _, tc := range []struct {
		plan         *seatmap.Plan
		seats, zones int
		wheelchairs  int
	}{{Bowl(), 18_468, 56, 56}, {Stadium(), 64_268, 144, 184}} {
		t.Run(tc.plan.Name, func(t *testing.T) {
			p := tc.plan
			if err := p.Check(); err != nil {
				t.Fatal(err)
			}
			var all []seatmap.Point
			wheelchairs := 0
			for i := range p.Zones {
				z := &p.Zones[i]
				if !layout.Simple(z.Outline) {
					t.Errorf("the outline of %s crosses itself", z.ID)
				}
				for n, s := range z.Seats {
					at := seatmap.Point{X: s.X, Y: s.Y}
					all = append(all, at)
					if !layout.Contains(z.Outline, at) {
						t.Fatalf("%s is outside its zone", s.ID)
					}
					if s.Accessible {
						wheelchairs++
						if !z.Seats[max(n-1, 0)].Companion && !z.Seats[min(n+1, len(z.Seats)-1)].Companion {
							t.Errorf("%s has no companion next to it", s.ID)
						}
					}
				}
			}
			if len(all) != tc.seats || len(p.Zones) != tc.zones || wheelchairs != tc.wheelchairs {
				t.Errorf("%d seats, %d of them for wheelchairs, in %d zones", len(all), wheelchairs, len(p.Zones))
			}
			for _, d := range layout.Nearest(all) {
				if d < 9.5 {
					t.Fatalf("two seats are %.1f units apart", d)
				}
			}
			stage := layout.OutlineOfArea(&p.Areas[0])
			for _, at := range all {
				if layout.Contains(stage, at) {
					t.Fatalf("a seat at %v is on the pitch", at)
				}
			}
			if !layout.Contains(stage, p.Focus) {
				t.Errorf("the focus %v is not on the pitch", p.Focus)
			}
		})
	}
}
