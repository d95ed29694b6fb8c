package live

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"jari/seatmap"
	"jari/server/protocol"
)

const (
	// ProposalsMost is how many proposals there are to one question.
	ProposalsMost = 32
	// glanceFor is how old the picture of a zone may be that nobody here follows: who takes what is proposed is told by Redis.
	glanceFor = time.Second
	// proposersMost bounds the work of proposals: each walks the whole house.
	proposersMost = 4
)

// Wish is what a proposal is asked for.
type Wish struct {
	Quantity   int
	Zone       string   // empty: any
	Categories []string // any of these; empty: any
	Accessible bool     // an accessible place is among them
	Skip       int      // so many better proposals were not liked
}

// Propose names seats together that could be had at this moment, the best first, and holds none of them.
// Codes: not_found, seat_unavailable, unavailable.
func (n *Node) Propose(ctx context.Context, event string, w Wish) (protocol.Proposal, error) {
	e, err := n.Event(ctx, event)
	if err != nil {
		return protocol.Proposal{}, err
	}
	if w.Zone != "" && e.Plan.Zone(w.Zone) == nil {
		return protocol.Proposal{}, noZone()
	}
	for _, c := range w.Categories {
		if _, known := e.Prices[c]; !known {
			return protocol.Proposal{}, &seatmap.Refusal{Code: seatmap.CodeNotFound, Detail: "no such category"}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, n.cfg.HoldPatience)
	defer cancel()
	states, err := n.glance(ctx, e, w.Zone)
	if errors.Is(err, seatmap.ErrClosed) && n.warmBriefly(ctx, event) {
		states, err = n.glance(ctx, e, w.Zone)
	}
	if err != nil {
		n.reopenIf(err, event)
		return protocol.Proposal{}, err
	}
	select {
	case n.proposing <- struct{}{}:
		defer func() { <-n.proposing }()
	case <-ctx.Done():
		return protocol.Proposal{}, &seatmap.Refusal{Code: seatmap.CodeUnavailable, Detail: "many ask at once, try again in a moment", RetryAfter: glanceFor}
	}
	// In order, not shuffled: the next one must be another than the one before.
	groups, _ := e.Plan.Best(seatmap.BestRequest{Quantity: w.Quantity, Zone: w.Zone, Categories: w.Categories, Accessible: w.Accessible},
		func(zone string) []byte { return states[zone] }, nil)
	if w.Skip >= len(groups) {
		return protocol.Proposal{}, &seatmap.Refusal{Code: seatmap.CodeSeatUnavailable, Detail: "there are not that many seats left here"}
	}
	group := groups[w.Skip]
	picks := make([]seatmap.Pick, len(group.Seats))
	for i, s := range group.Seats {
		picks[i] = seatmap.Pick{Zone: s.Zone, Index: s.Index, Seat: s.Seat.ID, Price: e.Prices[s.Seat.Category]}
	}
	return protocol.Proposal{Seats: protocol.HeldSeats(picks, e.Currency), Adjacent: group.Adjacent, More: w.Skip+1 < len(groups)}, nil
}

// glances are pictures of whole events that were taken for somebody who only looks.
type glances struct {
	reading singleflight.Group

	mu   sync.Mutex
	kept map[string]glance // by event, guarded by mu
}

type glance struct {
	states map[string][]byte
	at     time.Time
}

// keep forgets what is too old for anybody.
func (g *glances) keep(event string, states map[string][]byte, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for id, old := range g.kept {
		if now.Sub(old.at) > glanceFor {
			delete(g.kept, id)
		}
	}
	if g.kept == nil {
		g.kept = map[string]glance{}
	}
	g.kept[event] = glance{states, now}
}

func (g *glances) of(event string, now time.Time) map[string][]byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	if kept, ok := g.kept[event]; ok && now.Sub(kept.at) <= glanceFor {
		return kept.states
	}
	return nil
}

// glance returns the maps of the event's zones of seats (or of one): those that this node follows as they are, the others as they were
// within the last second, however many ask.
func (n *Node) glance(ctx context.Context, e *Event, only string) (map[string][]byte, error) {
	out := map[string][]byte{}
	var others []string
	for i := range e.Plan.Zones {
		z := &e.Plan.Zones[i]
		if z.Kind == seatmap.KindGeneral || only != "" && z.ID != only {
			continue
		}
		if r := n.zoneRoom(e.ID, z.ID); r != nil && r.isLive() {
			out[z.ID] = r.replica.View().States
			continue
		}
		others = append(others, z.ID)
	}
	if len(others) == 0 {
		return out, nil
	}
	kept := n.glances.of(e.ID, n.now())
	if kept == nil {
		var err error
		kept, err = shared(ctx, n.ctx, &n.glances.reading, e.ID, func(ctx context.Context) (map[string][]byte, error) {
			states, err := n.states(ctx, e, "", false)
			if err == nil {
				n.glances.keep(e.ID, states, n.now())
			}
			return states, err
		})
		if err != nil {
			return nil, err
		}
	}
	for _, id := range others {
		out[id] = kept[id]
	}
	return out, nil
}
