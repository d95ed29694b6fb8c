package seatmap

import (
	"fmt"
	"slices"
	"strconv"
)

// demoStanding is the floor before the stage: places without numbers.
func demoStanding() Zone {
	var near, far []Point
	for a := -40.0; a <= 40; a += 4 {
		near, far = append(near, polar(170, a)), append(far, polar(232, a))
	}
	slices.Reverse(far)
	return Zone{ID: "standing", Label: "Standing", Kind: KindGeneral, Category: "standing", Places: 300, Outline: append(near, far...)}
}

// demoBoxes is a side's boxes along the wall, each turned to the stage: two short rows of chairs behind a rail.
func demoBoxes(id, label string, sign float64) Zone {
	z := Zone{ID: id, Label: label, Kind: KindSeats}
	var front, back []Point
	for box := range 6 {
		angle := sign * (58 + 8.5*float64(box))
		row := "Box " + strconv.Itoa(box+1)
		number := 0
		for line, chairs := range []int{4, 3} {
			middle, turn := polar(410-9*float64(box)+12*float64(line), angle), polar(demoPitch*sign, angle+90)
			for chair := range chairs {
				along := float64(chair) - float64(chairs-1)/2
				at := Point{middle.X + along*turn.X, middle.Y + along*turn.Y}
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
	z.Outline = outlineOfRows([][]Point{front, back}, demoMargin)
	return z
}

// demoAreas are the stage, whose front edge is an arc like the rows, and the sound desk behind the stalls.
func demoAreas() []Area {
	stage := []Point{{-150, -62}, {150, -62}}
	for a := 62.0; a >= -62; a -= 4 {
		stage = append(stage, polar(146, a))
	}
	var desk []Point
	for _, a := range []float64{-4.6, 0, 4.6} {
		desk = append(desk, polar(438, a))
	}
	for _, a := range []float64{4.6, 0, -4.6} {
		desk = append(desk, polar(460, a))
	}
	at, mixing := Point{0, 45}, polar(449, 0)
	return []Area{
		{Shape: "polygon", Role: "stage", Points: stage, Fill: "#3b4252", Stroke: "#222222"},
		{Shape: "text", Center: &at, Text: "STAGE", TextSize: 30, Fill: "#eceff4"},
		{Shape: "polygon", Points: desk, Fill: "#9aa3b2", Stroke: "#6b7280"},
		{Shape: "text", Center: &mixing, Text: "SOUND", TextSize: 9, Fill: "#1f2937"},
	}
}
