package seatmap

import "testing"

func TestLargePlansAreRealHouses(t *testing.T) {
	for _, tc := range []struct {
		plan         *Plan
		seats, zones int
		wheelchairs  int
	}{{BowlPlan(), 18_468, 56, 56}, {StadiumPlan(), 64_268, 144, 184}} {
		t.Run(tc.plan.Name, func(t *testing.T) {
			p := tc.plan
			if err := p.Check(); err != nil {
				t.Fatal(err)
			}
			var all []Point
			wheelchairs := 0
			for i := range p.Zones {
				z := &p.Zones[i]
				if !simple(z.Outline) {
					t.Errorf("the outline of %s crosses itself", z.ID)
				}
				for n, s := range z.Seats {
					at := Point{s.X, s.Y}
					all = append(all, at)
					if !contains(z.Outline, at) {
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
			for _, d := range nearest(all) {
				if d < 9.5 {
					t.Fatalf("two seats are %.1f units apart", d)
				}
			}
			stage := (&pretixDrawn{Area: p.Areas[0]}).outline()
			for _, at := range all {
				if contains(stage, at) {
					t.Fatalf("a seat at %v is on the pitch", at)
				}
			}
			if !contains(stage, p.Focus) {
				t.Errorf("the focus %v is not on the pitch", p.Focus)
			}
		})
	}
}
