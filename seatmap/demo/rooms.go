package demo

import (
	"fmt"
	"slices"
	"strconv"

	"jari/seatmap"
	"jari/seatmap/layout"
)

// standing is the floor before the stage: places without numbers.
func standing() seatmap.Zone {
	var near, far []seatmap.Point
	for a := -52.0; a <= 52; a += 4 {
		near, far = append(near, polar(166, a)), append(far, polar(236, a*0.86))
	}
	slices.Reverse(far)
	return seatmap.Zone{ID: "standing", Label: "Standing", Kind: seatmap.KindGeneral, Category: "standing", Places: 300, Outline: append(near, far...)}
}

// boxes is a side's boxes along its splayed wall, each turned to the stage: two short rows of chairs behind a rail.
func boxes(id, label string, sign float64) seatmap.Zone {
	z := seatmap.Zone{ID: id, Label: label, Kind: seatmap.KindSeats}
	var front, back []seatmap.Point
	for box := range 6 {
		rail := seatmap.Point{X: sign * (270 + 24*float64(box)), Y: 2 + 49*float64(box)}
		away := seatmap.Point{X: rail.X, Y: rail.Y - 125}
		away = seatmap.Point{X: away.X / seatmap.Distance(away, seatmap.Point{}), Y: away.Y / seatmap.Distance(away, seatmap.Point{})}
		along := seatmap.Point{X: -away.Y * sign, Y: away.X * sign} // from the stage towards the back of the house
		row, number := "Box "+strconv.Itoa(box+1), 0
		for line, chairs := range []int{4, 3} {
			for chair := range chairs {
				side, deep := pitch*(float64(chair)-float64(chairs-1)/2), 11*float64(line)
				at := seatmap.Point{X: rail.X + along.X*side + away.X*deep, Y: rail.Y + along.Y*side + away.Y*deep}
				if line == 0 {
					front = append(front, at)
				} else {
					back = append(back, at)
				}
				number++
				z.Seats = append(z.Seats, seatmap.Seat{
					ID: fmt.Sprintf("%s:%d-%d", id, box+1, number), Row: row, Number: strconv.Itoa(number),
					X: at.X, Y: at.Y, Category: "r",
				})
			}
		}
	}
	z.Outline = layout.Simplify(layout.OutlineOfRows([][]seatmap.Point{front, back}, margin), layout.Tolerance)
	return z
}

// decoration are the walls, the stage with an apron that is an arc like the rows, and the sound desk behind the stalls.
func decoration() []seatmap.Area {
	stage := []seatmap.Point{{X: -225, Y: -92}, {X: 225, Y: -92}, {X: 206, Y: 44}}
	for a := 66.0; a >= -66; a -= 3 {
		stage = append(stage, polar(152, a))
	}
	stage = append(stage, seatmap.Point{X: -206, Y: 44})
	var desk []seatmap.Point
	for _, a := range []float64{-4.2, 0, 4.2} {
		desk = append(desk, polar(446, a))
	}
	for _, a := range []float64{4.2, 0, -4.2} {
		desk = append(desk, polar(466, a))
	}
	at, mixing := seatmap.Point{X: 0, Y: 35}, polar(456, 0)
	return []seatmap.Area{
		{Shape: "polygon", Points: wall(), Fill: "#a3abb9"},
		{Shape: "polygon", Role: "stage", Points: stage, Fill: "#3b4252", Stroke: "#2a303c"},
		{Shape: "text", Center: &at, Text: "STAGE", TextSize: 30, Fill: "#eceff4"},
		{Shape: "polygon", Points: desk, Fill: "#9aa3b2", Stroke: "#6b7280"},
		{Shape: "text", Center: &mixing, Text: "SOUND", TextSize: 9, Fill: "#1f2937"},
	}
}

// wall is the hall's wall from one side of the stage around the house to the other, drawn as a band.
func wall() []seatmap.Point {
	side := func(grow float64) []seatmap.Point {
		half := []seatmap.Point{{X: 0, Y: -108 - grow}, {X: 248 + grow, Y: -108 - grow}, {X: 301 + grow, Y: -30}, {X: 462 + grow, Y: 318}, {X: 556 + grow, Y: 420}}
		for a := 50.0; a > 0; a -= 3 {
			half = append(half, polar(732+grow, a))
		}
		path := append(slices.Clone(half), polar(732+grow, 0))
		slices.Reverse(half)
		for _, p := range half {
			path = append(path, seatmap.Point{X: -p.X, Y: p.Y})
		}
		return path
	}
	inner, outer := side(0), side(5)
	slices.Reverse(outer)
	return append(inner, outer...)
}
