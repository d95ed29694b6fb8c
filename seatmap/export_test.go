package seatmap

// What the tests of Best, which see the package from outside as demo does, need to know of it.
const (
	BestGroups  = bestGroups
	BestInOrder = bestInOrder
)

// BestScore is how far from the best place of the house a point is, as Best counts it.
func (p *Plan) BestScore(at Point) float64 { return p.benches().score(at) }
