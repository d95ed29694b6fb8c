package seatmap

import (
	"fmt"
	"slices"
	"strconv"
)

// demoStanding is the floor before the stage: places without numbers.
func demoStanding() Zone {
	var near, far []Point
	for a := -52.0; a <= 52; a += 4 {
		near, far = append(near, polar(166, a)), append(far, polar(236, a*0.86))
	}
	slices.Reverse(far)
	return Zone{ID: "standing", Label: "Standing", Kind: KindGeneral, Category: "standing", Places: 300, Outline: append(near, far...)}
}

// demoBoxes is a side's boxes along its splayed wall, each turned to the stage: two short rows of chairs behind a rail.
func demoBoxes(id, label string, sign float64) Zone {
	z := Zone{ID: id, Label: label, Kind: KindSeats}
	var front, back []Point
	for box := range 6 {
		rail := Point{sign * (270 + 24*float64(box)), 2 + 49*float64(box)}
		away := Point{rail.X, rail.Y - 125}
		away = Point{away.X / distance(away, Point{}), away.Y / distance(away, Point{})}
		along := Point{-away.Y * sign, away.X * sign} // from the stage towards the back of the house
		row, number := "Box "+strconv.Itoa(box+1), 0
		for line, chairs := range []int{4, 3} {
			for chair := range chairs {
				side, deep := demoPitch*(float64(chair)-float64(chairs-1)/2), 11*float64(line)
				at := Point{rail.X + along.X*side + away.X*deep, rail.Y + along.Y*side + away.Y*deep}
				if line == 0 {
					front = append(front, at)
				} else {
					back = append(back, at)
				}
				number++
				z.Seats = append(z.Seats, Seat{
					ID: fmt.Sprintf("%s:%d-%d", id, box+1, number), Row: row, Number: strconv.Itoa(number),
					X: at.X, Y: at.Y, Category: "r",
				})
			}
		}
	}
	z.Outline = simplify(outlineOfRows([][]Point{front, back}, demoMargin), simplifyTolerance)
	return z
}

// demoAreas are the walls, the stage with an apron that is an arc like the rows, and the sound desk behind the stalls.
func demoAreas() []Area {
	stage := []Point{{-225, -92}, {225, -92}, {206, 44}}
	for a := 66.0; a >= -66; a -= 3 {
		stage = append(stage, polar(152, a))
	}
	stage = append(stage, Point{-206, 44})
	var desk []Point
	for _, a := range []float64{-4.2, 0, 4.2} {
		desk = append(desk, polar(446, a))
	}
	for _, a := range []float64{4.2, 0, -4.2} {
		desk = append(desk, polar(466, a))
	}
	at, mixing := Point{0, 35}, polar(456, 0)
	return []Area{
		{Shape: "polygon", Points: demoWall(), Fill: "#a3abb9"},
		{Shape: "polygon", Role: "stage", Points: stage, Fill: "#3b4252", Stroke: "#2a303c"},
		{Shape: "text", Center: &at, Text: "STAGE", TextSize: 30, Fill: "#eceff4"},
		{Shape: "polygon", Points: desk, Fill: "#9aa3b2", Stroke: "#6b7280"},
		{Shape: "text", Center: &mixing, Text: "SOUND", TextSize: 9, Fill: "#1f2937"},
	}
}

// demoWall is the hall's wall from one side of the stage around the house to the other, drawn as a band.
func demoWall() []Point {
	side := func(grow float64) []Point {
		half := []Point{{0, -108 - grow}, {248 + grow, -108 - grow}, {301 + grow, -30}, {462 + grow, 318}, {556 + grow, 420}}
		for a := 50.0; a > 0; a -= 3 {
			half = append(half, polar(732+grow, a))
		}
		path := append(slices.Clone(half), polar(732+grow, 0))
		slices.Reverse(half)
		for _, p := range half {
			path = append(path, Point{-p.X, p.Y})
		}
		return path
	}
	inner, outer := side(0), side(5)
	slices.Reverse(outer)
	return append(inner, outer...)
}
