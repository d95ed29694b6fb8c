package seatmap

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"sync"
)

// ZoneFacts is what a zone tells of its seats to those who have not loaded them. It is empty for a general zone.
type ZoneFacts struct {
	Pitch      float64         // the usual distance of neighbouring seats in plan units, finite and above 0
	Categories []CategorySeats // most seats first, then by id
	Accessible int             // wheelchair places
}

// CategorySeats is how many seats of a zone are of a category.
type CategorySeats struct {
	ID    string `json:"id"`
	Seats int    `json:"seats"`
}

// lazyFacts are those of a plan's zones, built on first use.
type lazyFacts struct {
	once  sync.Once
	zones []ZoneFacts
}

// Facts are those of all zones, in the order of Zones.
func (p *Plan) Facts() []ZoneFacts {
	p.facts.once.Do(func() { p.facts.zones = factsOf(p) })
	return p.facts.zones
}

func factsOf(p *Plan) []ZoneFacts {
	facts := make([]ZoneFacts, len(p.Zones))
	var pitches []float64
	for i := range p.Zones {
		z := &p.Zones[i]
		if z.Kind != KindSeats {
			continue
		}
		facts[i] = ZoneFacts{Pitch: PitchOf(z.Seats), Categories: []CategorySeats{}}
		seats := map[string]int{}
		for n := range z.Seats {
			seats[z.Seats[n].Category]++
			if z.Seats[n].Accessible {
				facts[i].Accessible++
			}
		}
		for id, n := range seats {
			facts[i].Categories = append(facts[i].Categories, CategorySeats{id, n})
		}
		slices.SortFunc(facts[i].Categories, func(a, b CategorySeats) int {
			return cmp.Or(cmp.Compare(b.Seats, a.Seats), cmp.Compare(a.ID, b.ID))
		})
		if facts[i].Pitch > 0 {
			pitches = append(pitches, facts[i].Pitch)
		}
	}
	usual := Median(pitches)
	for i := range facts {
		if p.Zones[i].Kind == KindSeats && facts[i].Pitch == 0 {
			facts[i].Pitch = lonePitch(p, &p.Zones[i], usual)
		}
	}
	return facts
}

// lonePitch is for a zone whose seats are all in one place: as elsewhere in the house, otherwise the size of the zone around its only
// seat, otherwise a hundredth of the plan.
func lonePitch(p *Plan, z *Zone, usual float64) float64 {
	box := z.Bounds()
	for _, pitch := range []float64{usual, min(box.Width, box.Height), max(box.Width, box.Height), max(p.Width, p.Height) / 100} {
		if pitch = fourDigits(pitch); pitch > 0 && Finite(pitch) {
			return pitch
		}
	}
	return 1
}

// PitchOf is the usual distance of neighbouring seats: the median of what lies between each place and the nearest other one, of the
// lower half where it is two, to four digits. It is 0 where there are no two places. The median leaves out aisles and what is drawn apart;
// seats drawn on top of each other count as one.
func PitchOf(seats []Seat) float64 {
	places := make([]Point, len(seats))
	for i := range seats {
		places[i] = Point{seats[i].X, seats[i].Y}
	}
	slices.SortFunc(places, func(a, b Point) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) })
	places = slices.Compact(places)
	if len(places) < 2 {
		return 0
	}
	tree := slices.Clone(places)
	halve(tree, false)
	nearest := make([]float64, len(places))
	for i, at := range places {
		nearest[i] = math.Inf(1)
		toNearest(tree, at, false, &nearest[i])
	}
	return fourDigits(Median(nearest))
}

// fourDigits keeps what a distance says and not what arithmetic adds: each digit is sent to every visitor.
func fourDigits(f float64) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 4, 64), 64)
	if err != nil {
		return f
	}
	return short
}

// halve makes a k-d tree of the places, in place: the middle one splits the others by x, those by y, and so on (J. H. Friedman, J. L.
// Bentley, R. A. Finkel, An Algorithm for Finding Best Matches in Logarithmic Expected Time, ACM TOMS 3, 1977). A grid of cells would be
// shorter, but a single seat far from all others would put the rest of a zone into one cell.
func halve(tree []Point, byY bool) {
	if len(tree) < 2 {
		return
	}
	slices.SortFunc(tree, func(a, b Point) int { return cmp.Compare(a.along(byY), b.along(byY)) })
	middle := len(tree) / 2
	halve(tree[:middle], !byY)
	halve(tree[middle+1:], !byY)
}

// toNearest lowers found to the distance from the place to its nearest other one in the tree.
func toNearest(tree []Point, at Point, byY bool, found *float64) {
	if len(tree) == 0 {
		return
	}
	middle := len(tree) / 2
	if d := Distance(tree[middle], at); d > 0 && d < *found {
		*found = d
	}
	near, far := tree[:middle], tree[middle+1:]
	off := at.along(byY) - tree[middle].along(byY)
	if off > 0 {
		near, far = far, near
	}
	toNearest(near, at, !byY, found)
	if math.Abs(off) < *found {
		toNearest(far, at, !byY, found)
	}
}

func (p Point) along(y bool) float64 {
	if y {
		return p.Y
	}
	return p.X
}
