package booking

import "jari/seatmap"

// testPlan has three zones: seats that differ in case and spaces, seats that are numbers, and places without any.
func testPlan() *seatmap.Plan {
	p := &seatmap.Plan{Name: "Hall", Width: 100, Height: 100, Currency: "KRW", TimeZone: "Asia/Seoul",
		Categories: []seatmap.Category{{ID: "A", Name: "A", Color: "#112233", Price: 1000}}}
	z := seatmap.Zone{ID: "main", Label: "Main", Kind: seatmap.KindSeats,
		Outline: []seatmap.Point{{X: 0, Y: 0}, {X: 100, Y: 0}, {X: 100, Y: 50}}}
	for i, id := range []string{"a1", "A1", "A1 ", "s4", "s5", "s6", "s7", "s8"} {
		z.Seats = append(z.Seats, seatmap.Seat{ID: id, Row: "1", Number: string(rune('1' + i)), X: float64(10 * i), Y: 10, Category: "A"})
	}
	b := seatmap.Zone{ID: "balcony", Label: "Balcony", Kind: seatmap.KindSeats,
		Outline: []seatmap.Point{{X: 0, Y: 90}, {X: 100, Y: 90}, {X: 100, Y: 100}}}
	for i, id := range []string{"1", "01", "1e0", "b4"} {
		b.Seats = append(b.Seats, seatmap.Seat{ID: id, Row: "1", Number: string(rune('1' + i)), X: float64(10 * i), Y: 95, Category: "A"})
	}
	g := seatmap.Zone{ID: "floor", Label: "Floor", Kind: seatmap.KindGeneral, Category: "A", Places: 5,
		Outline: []seatmap.Point{{X: 0, Y: 60}, {X: 100, Y: 60}, {X: 100, Y: 90}}}
	p.Zones = []seatmap.Zone{z, g, b}
	return p
}
