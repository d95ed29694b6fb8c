package seatmap

import "math/rand/v2"

// BestRequest asks for places together.
type BestRequest struct {
	Quantity int
	Zone     string // empty: any
	Category string // empty: any
}

// Best returns up to 32 ordered candidate groups (zone index and seat indexes) over free seats: adjacent in one row first,
// nearest the focus, leaving no single orphan when another choice exists, no accessible place unasked, else the fewest rows.
// The first 8 are in order, the rest shuffled among near equals by rnd so that many askers do not collide.
// adjacent is false when no group sits together in one row. states returns a zone's present states, nil when unknown.
func (p *Plan) Best(r BestRequest, states func(zone string) []byte, rnd *rand.Rand) (groups []BestGroup, adjacent bool) {
	panic("not yet")
}

// BestGroup is one candidate of Best.
type BestGroup struct {
	Seats    []PlanSeat
	Adjacent bool
}

// PlanSeat is a seat with its place in the plan.
type PlanSeat struct {
	Zone  string
	Index int
	Seat  *Seat
}
