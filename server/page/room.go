package page

import (
	"math"

	"jari/seatmap"
	"jari/seatmap/layout"
)

// tries is into how many parts a zone is cut each way to find room for its name.
const tries = 12

// roomFor finds where a text of a size lies wholly within a zone, as near to the zone's middle as it goes. A curved zone has its middle
// outside itself, so that a middle alone will not do.
func roomFor(outline []seatmap.Point, width, height float64) (at seatmap.Point, fits bool) {
	box := seatmap.BoxOf(outline)
	if box.Width < width || box.Height < height {
		return at, false
	}
	middle := seatmap.Point{X: box.X + box.Width/2, Y: box.Y + box.Height/2}
	best := math.Inf(1)
	for i := range tries + 1 {
		for j := range tries + 1 {
			p := seatmap.Point{
				X: box.X + width/2 + (box.Width-width)*float64(i)/tries,
				Y: box.Y + height/2 + (box.Height-height)*float64(j)/tries,
			}
			if d := seatmap.Distance(p, middle); d < best && holds(outline, p, width, height) {
				best, at, fits = d, p, true
			}
		}
	}
	return at, fits
}

// holds tells whether corners and sides of a box lie within an outline, looking at points along its long sides.
func holds(outline []seatmap.Point, at seatmap.Point, width, height float64) bool {
	const steps = 4
	for i := range steps + 1 {
		x := at.X + width*(float64(i)/steps-0.5)
		if !layout.Contains(outline, seatmap.Point{X: x, Y: at.Y - height/2}) || !layout.Contains(outline, seatmap.Point{X: x, Y: at.Y + height/2}) {
			return false
		}
	}
	return true
}
