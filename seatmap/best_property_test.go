package seatmap_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"jari/seatmap"
	"jari/seatmap/demo"
	"jari/seatmap/layout"
)

// bowl is a plan of stands around a pitch, as an arena has: so many zones of so many rows, some 18,000 seats of 56 and 14.
func bowl(zones, rows int) *seatmap.Plan {
	p := &seatmap.Plan{
		Name: "Bowl 경기장", Width: 4000, Height: 4000, Currency: "KRW", TimeZone: "Asia/Seoul", Focus: seatmap.Point{2000, 2000},
		Categories: []seatmap.Category{{ID: "a", Name: "가", Color: "#112233", Price: 1}, {ID: "b", Name: "<b>&\"", Color: "#332211", Price: 2}},
	}
	for n := range zones {
		z := seatmap.Zone{ID: fmt.Sprintf("stand-%d", n+1), Label: fmt.Sprintf("Stand %d", n+1), Kind: seatmap.KindSeats}
		width := 2 * math.Pi / float64(zones)
		for row := range rows {
			radius := 1200 + 12*float64(row)
			for i, s := range arc(radius, width*float64(n), width*float64(n+1)-22/radius, row == 0) {
				s.Row, s.Number, s.Category = strconv.Itoa(row+1), strconv.Itoa(i+1), "a"
				if row > rows/2 {
					s.Category = "b"
				}
				s.ID = fmt.Sprintf("%s-%s-%s", z.ID, s.Row, s.Number)
				z.Seats = append(z.Seats, s)
			}
		}
		z.Outline = layout.OutlineOfSeats(z.Seats, 7)
		p.Zones = append(p.Zones, z)
	}
	layout.Settle(p, 30, 10)
	return p
}

// arc seats an arc around the middle of the pitch, from one angle to another: as many seats as fit, spread evenly, the first two for
// a wheelchair, which is half as wide again, and its companion.
func arc(radius, from, to float64, wheelchair bool) []seatmap.Seat {
	length, extra := radius*(to-from), 0.0
	if wheelchair {
		extra = 5
	}
	seats := make([]seatmap.Seat, int((length-extra)/10)+1)
	for i := range seats {
		along := (length - extra) * float64(i) / float64(len(seats)-1)
		if i > 0 {
			along += extra
		}
		sin, cos := math.Sincos(from + along/radius)
		seats[i] = seatmap.Seat{X: 2000 + radius*sin, Y: 2000 + radius*cos, Accessible: wheelchair && i == 0, Companion: wheelchair && i == 1}
	}
	return seats
}

// sold is a state for every seat, so many of ten taken.
func sold(p *seatmap.Plan, tenths int, rnd *rand.Rand) map[string][]byte {
	states := map[string][]byte{}
	for i := range p.Zones {
		now := slices.Repeat([]byte{byte(seatmap.Available)}, p.Zones[i].Capacity())
		for n := range now {
			if rnd.IntN(10) < tenths {
				now[n] = byte(seatmap.Held) + byte(rnd.IntN(3))
			}
		}
		states[p.Zones[i].ID] = now
	}
	return states
}

func TestBestHoldsItsPromises(t *testing.T) {
	plans := []*seatmap.Plan{demo.Hall(), bowl(12, 6)}
	rounds := 400
	if testing.Short() {
		rounds = 60
	}
	for round := range rounds {
		rnd := rand.New(rand.NewPCG(uint64(round), 1))
		p := plans[round%len(plans)]
		states := sold(p, rnd.IntN(11), rnd)
		ask := seatmap.BestRequest{Quantity: 1 + rnd.IntN(12)}
		if rnd.IntN(3) == 0 {
			ask.Zone = p.Zones[rnd.IntN(len(p.Zones))].ID
		}
		if rnd.IntN(3) == 0 {
			ask.Categories = []string{p.Categories[rnd.IntN(len(p.Categories))].ID}
		}
		lookup := func(zone string) []byte { return states[zone] }
		groups, adjacent := p.Best(ask, lookup, rnd)
		where := fmt.Sprintf("round %d, %+v", round, ask)
		checkGroups(t, where, p, ask, states, groups, adjacent)
		if t.Failed() {
			return
		}
	}
}

func checkGroups(t *testing.T, where string, p *seatmap.Plan, ask seatmap.BestRequest, states map[string][]byte, groups []seatmap.BestGroup, adjacent bool) {
	t.Helper()
	longest, free := longestRun(p, ask, states)
	switch {
	case len(groups) > seatmap.BestGroups:
		t.Fatalf("%s: %d groups", where, len(groups))
	case (len(groups) > 0) != (free >= ask.Quantity):
		t.Fatalf("%s: %d groups although %d seats are free", where, len(groups), free)
	case adjacent != (longest >= ask.Quantity):
		t.Fatalf("%s: adjacent is %v although %d sit together", where, adjacent, longest)
	}
	fewest := 0
	for n, g := range groups {
		if len(g.Seats) != ask.Quantity || g.Adjacent != adjacent {
			t.Fatalf("%s: group %d has %d seats, adjacent %v", where, n, len(g.Seats), g.Adjacent)
		}
		rows, seen := map[string]bool{}, map[string]bool{}
		for i, s := range g.Seats {
			z := p.Zone(s.Zone)
			switch {
			case z == nil || s.Seat != &z.Seats[s.Index] || seen[s.Seat.ID]:
				t.Fatalf("%s: group %d holds %s twice or in the wrong place", where, n, s.Seat.ID)
			case seatmap.State(states[s.Zone][s.Index]) != seatmap.Available:
				t.Fatalf("%s: group %d holds %s, which is taken", where, n, s.Seat.ID)
			case ask.Zone != "" && s.Zone != ask.Zone, len(ask.Categories) > 0 && !slices.Contains(ask.Categories, s.Seat.Category):
				t.Fatalf("%s: group %d holds %s, which was not asked for", where, n, s.Seat.ID)
			case s.Seat.Accessible || s.Seat.Companion:
				t.Fatalf("%s: group %d holds %s unasked", where, n, s.Seat.ID)
			}
			seen[s.Seat.ID], rows[s.Zone+" "+s.Seat.Row] = true, true
			if adjacent && i > 0 {
				before := g.Seats[i-1]
				if before.Zone != s.Zone || before.Index != s.Index-1 || before.Seat.Row != s.Seat.Row ||
					seatmap.Distance(seatmap.Point{before.Seat.X, before.Seat.Y}, seatmap.Point{s.Seat.X, s.Seat.Y}) > 17 {
					t.Fatalf("%s: group %d: %s and %s are not neighbours", where, n, before.Seat.ID, s.Seat.ID)
				}
			}
		}
		if n == 0 {
			fewest = len(rows)
		}
		if len(rows) != fewest {
			t.Fatalf("%s: group %d is in %d rows, the first in %d", where, n, len(rows), fewest)
		}
	}
	if adjacent {
		checkOrder(t, where, p, ask, states, groups)
	}
}

// checkOrder holds the first groups to their order, no orphans before nearness, and the first one to be the best of all.
func checkOrder(t *testing.T, where string, p *seatmap.Plan, ask seatmap.BestRequest, states map[string][]byte, groups []seatmap.BestGroup) {
	t.Helper()
	worth := func(z *seatmap.Zone, from, to int) (orphans int, score float64) {
		var middle seatmap.Point
		for _, s := range z.Seats[from:to] {
			middle.X, middle.Y = middle.X+s.X/float64(to-from), middle.Y+s.Y/float64(to-from)
		}
		return aloneBeside(z, states[z.ID], from, to), p.BestScore(middle)
	}
	lastOrphans, lastScore := 0, 0.0
	for n, g := range groups[:min(len(groups), seatmap.BestInOrder)] {
		z, from := p.Zone(g.Seats[0].Zone), g.Seats[0].Index
		orphans, score := worth(z, from, from+ask.Quantity)
		if orphans < lastOrphans || orphans == lastOrphans && score < lastScore-1e-6 {
			t.Fatalf("%s: group %d is better than the one before", where, n)
		}
		lastOrphans, lastScore = orphans, score
		if n > 0 {
			continue
		}
		for i := range p.Zones {
			z := &p.Zones[i]
			for at := 0; at+ask.Quantity <= len(z.Seats); at++ {
				if !together(z, states[z.ID], ask, at) {
					continue
				}
				if o, s := worth(z, at, at+ask.Quantity); o < orphans || o == orphans && s < score-1e-6 {
					t.Fatalf("%s: the first group is %s, but %s is better", where, names(g), z.Seats[at].ID)
				}
			}
		}
	}
}

// neighbours tells whether the seat before a seat is next to it.
func neighbours(z *seatmap.Zone, n int) bool {
	return n > 0 && n < len(z.Seats) && z.Seats[n-1].Row == z.Seats[n].Row &&
		math.Hypot(z.Seats[n-1].X-z.Seats[n].X, z.Seats[n-1].Y-z.Seats[n].Y) <= 17
}

// aloneBeside counts anew what seats are left alone when from..to-1 are taken.
func aloneBeside(z *seatmap.Zone, states []byte, from, to int) int {
	free := func(n int) bool { return seatmap.State(states[n]) == seatmap.Available }
	alone := 0
	if neighbours(z, from) && free(from-1) && !(neighbours(z, from-1) && free(from-2)) {
		alone++
	}
	if neighbours(z, to) && free(to) && !(neighbours(z, to+1) && free(to+1)) {
		alone++
	}
	return alone
}

func offered(z *seatmap.Zone, states []byte, ask seatmap.BestRequest, n int) bool {
	s := &z.Seats[n]
	return seatmap.State(states[n]) == seatmap.Available && !s.Accessible && !s.Companion &&
		(ask.Zone == "" || ask.Zone == z.ID) && (len(ask.Categories) == 0 || slices.Contains(ask.Categories, s.Category))
}

func together(z *seatmap.Zone, states []byte, ask seatmap.BestRequest, from int) bool {
	for n := from; n < from+ask.Quantity; n++ {
		if !offered(z, states, ask, n) || n > from && !neighbours(z, n) {
			return false
		}
	}
	return true
}

// longestRun is a plain recount: the most seats together that could be given, and how many could in all.
func longestRun(p *seatmap.Plan, ask seatmap.BestRequest, states map[string][]byte) (longest, free int) {
	for i := range p.Zones {
		z, run := &p.Zones[i], 0
		for n := range z.Seats {
			if !neighbours(z, n) {
				run = 0
			}
			if !offered(z, states[z.ID], ask, n) {
				run = 0
				continue
			}
			run++
			free++
			longest = max(longest, run)
		}
	}
	return longest, free
}

// A house sold by pairs ends without holes as long as every run of seats is even or longer than three.
func TestBestFillsRowsWithoutHoles(t *testing.T) {
	p, _ := house("..........|............\n........|..............\n......................")
	states := sold(p, 0, rand.New(rand.NewPCG(1, 1)))
	lookup := func(z string) []byte { return states[z] }
	for left := len(p.Zones[0].Seats); left > 0; left -= 2 {
		groups, adjacent := p.Best(seatmap.BestRequest{Quantity: 2}, lookup, nil)
		if !adjacent {
			t.Fatalf("with %d seats left no two are together", left)
		}
		for _, seat := range groups[0].Seats {
			states[seat.Zone][seat.Index] = byte(seatmap.Booked)
		}
	}
}

func TestBestCandidatesShareNoSeatAndDiffer(t *testing.T) {
	p := demo.Hall()
	states := sold(p, 0, rand.New(rand.NewPCG(1, 1)))
	lookup := func(z string) []byte { return states[z] }
	one, _ := p.Best(seatmap.BestRequest{Quantity: 4}, lookup, rand.New(rand.NewPCG(1, 1)))
	two, _ := p.Best(seatmap.BestRequest{Quantity: 4}, lookup, rand.New(rand.NewPCG(2, 2)))
	seen := map[string]bool{}
	for _, g := range one {
		for _, s := range g.Seats {
			if seen[s.Seat.ID] {
				t.Errorf("%s is in two candidates", s.Seat.ID)
			}
			seen[s.Seat.ID] = true
		}
	}
	same := 0
	for i := range one {
		if names(one[i]) == names(two[i]) {
			same++
		} else if i < seatmap.BestInOrder {
			t.Errorf("candidate %d is %s for one and %s for another", i, names(one[i]), names(two[i]))
		}
	}
	if len(one) != seatmap.BestGroups || same > seatmap.BestInOrder+6 {
		t.Errorf("%d of %d candidates are the same for two askers", same, len(one))
	}
}

func TestBestOffersNothingOfAnUnknownZone(t *testing.T) {
	p := demo.Hall()
	if groups, _ := p.Best(seatmap.BestRequest{Quantity: 2}, func(string) []byte { return nil }, nil); len(groups) > 0 {
		t.Error("groups of zones without states")
	}
	short := func(string) []byte { return []byte("0") }
	groups, adjacent := p.Best(seatmap.BestRequest{Quantity: 1}, short, nil)
	if len(groups) != 11 || !adjacent {
		t.Errorf("%d groups of eleven zones with one known seat each", len(groups))
	}
}

func BenchmarkBest(b *testing.B) {
	p := bowl(56, 25)
	seats := 0
	for i := range p.Zones {
		seats += len(p.Zones[i].Seats)
	}
	b.Logf("%d seats", seats)
	for _, tenths := range []int{0, 5, 9} {
		rnd := rand.New(rand.NewPCG(1, 2))
		states := sold(p, tenths, rnd)
		for _, quantity := range []int{1, 4, 10} {
			b.Run(fmt.Sprintf("taken=%d0%%/quantity=%d", tenths, quantity), func(b *testing.B) {
				for b.Loop() {
					p.Best(seatmap.BestRequest{Quantity: quantity}, func(z string) []byte { return states[z] }, rnd)
				}
			})
		}
	}
}
