package seatmap_test

import (
	"math"
	"reflect"
	"testing"

	"jari/seatmap"
	"jari/seatmap/demo"
)

func seatsAt(places ...seatmap.Point) []seatmap.Seat {
	seats := make([]seatmap.Seat, len(places))
	for i, at := range places {
		seats[i] = seatmap.Seat{X: at.X, Y: at.Y}
	}
	return seats
}

func TestPitchOf(t *testing.T) {
	var grid, line, heap []seatmap.Point
	for i := range 400 {
		grid = append(grid, seatmap.Point{X: 10 * float64(i%20), Y: 12 * float64(i/20)})
		line = append(line, seatmap.Point{X: 7, Y: 0.5 * float64(i)})
		heap = append(heap, seatmap.Point{X: 3, Y: 4})
	}
	for name, c := range map[string]struct {
		places []seatmap.Point
		want   float64
	}{
		"nobody":               {nil, 0},
		"one":                  {[]seatmap.Point{{X: 1, Y: 1}}, 0},
		"two":                  {[]seatmap.Point{{X: 1, Y: 1}, {X: 4, Y: 5}}, 5},
		"rows behind rows":     {grid, 10},
		"all on one line":      {line, 0.5},
		"all in one place":     {heap, 0},
		"each drawn twice":     {append(grid, grid...), 10},
		"one far away":         {append(grid[:len(grid):len(grid)], seatmap.Point{X: 1e7, Y: -1e7}), 10},
		"an aisle after two":   {[]seatmap.Point{{}, {X: 10}, {X: 60}, {X: 70}, {X: 120}, {X: 130}}, 10},
		"thirds":               {[]seatmap.Point{{}, {X: 1.0 / 3}, {X: 2.0 / 3}}, 0.3333},
		"very near each other": {[]seatmap.Point{{}, {X: 1e-200}}, 1e-200},
	} {
		if got := seatmap.PitchOf(seatsAt(c.places...)); got != c.want {
			t.Errorf("%s: pitch %g, want %g", name, got, c.want)
		}
	}
}

// TestPitchIsThatOfAllPairs compares with the plain way of looking at each pair, on places without any order.
func TestPitchIsThatOfAllPairs(t *testing.T) {
	for _, p := range []*seatmap.Plan{demo.Hall(), demo.Odd()} {
		for _, z := range p.Zones {
			var all []float64
			for i, a := range z.Seats {
				nearest := math.Inf(1)
				for j, b := range z.Seats {
					if d := seatmap.Distance(seatmap.Point{X: a.X, Y: a.Y}, seatmap.Point{X: b.X, Y: b.Y}); i != j && d > 0 {
						nearest = min(nearest, d)
					}
				}
				all = append(all, nearest)
			}
			if got, want := seatmap.PitchOf(z.Seats), seatmap.Median(all); math.Abs(got-want) > want/1000 {
				t.Errorf("%s: pitch %g, of all pairs %g", z.ID, got, want)
			}
		}
	}
}

func TestFacts(t *testing.T) {
	seat := func(x float64, category string, accessible bool) seatmap.Seat {
		return seatmap.Seat{X: x, Category: category, Accessible: accessible}
	}
	square := []seatmap.Point{{}, {X: 20}, {X: 20, Y: 30}}
	zone := func(seats ...seatmap.Seat) seatmap.Zone {
		return seatmap.Zone{Kind: seatmap.KindSeats, Outline: square, Seats: seats}
	}
	general := seatmap.Zone{Kind: seatmap.KindGeneral, Outline: square, Places: 9, Category: "a"}
	p := &seatmap.Plan{Zones: []seatmap.Zone{
		zone(seat(0, "b", true), seat(6, "a", false), seat(12, "c", true), seat(18, "c", false)), general, zone(seat(0, "a", false)),
	}}
	want := []seatmap.ZoneFacts{
		{Pitch: 6, Categories: []seatmap.CategorySeats{{ID: "c", Seats: 2}, {ID: "a", Seats: 1}, {ID: "b", Seats: 1}}, Accessible: 2},
		{},
		{Pitch: 6, Categories: []seatmap.CategorySeats{{ID: "a", Seats: 1}}},
	}
	if got := p.Facts(); !reflect.DeepEqual(got, want) {
		t.Errorf("facts %+v, want %+v", got, want)
	}
	alone := &seatmap.Plan{Width: 500, Height: 300, Zones: []seatmap.Zone{zone(seat(0, "a", false))}}
	if got := alone.Facts()[0].Pitch; got != 20 {
		t.Errorf("a seat alone in its house has the pitch %g, want the 20 of its zone", got)
	}
	flat := &seatmap.Plan{Width: 500, Height: 300, Zones: []seatmap.Zone{{Kind: seatmap.KindSeats, Seats: seatsAt(seatmap.Point{})}}}
	if got := flat.Facts()[0].Pitch; got != 5 {
		t.Errorf("without any size of a zone the pitch is %g, want 5, a hundredth of the plan", got)
	}
	if got := (&seatmap.Plan{Zones: []seatmap.Zone{{Kind: seatmap.KindSeats}}}).Facts()[0].Pitch; got != 1 {
		t.Errorf("of nothing the pitch is %g, want 1", got)
	}
}

func BenchmarkFacts(b *testing.B) {
	stadium := demo.Stadium()
	for b.Loop() {
		p := seatmap.Plan{Zones: stadium.Zones}
		p.Facts()
	}
}
