package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"jari/seatmap"
	"jari/server/protocol"
)

// MaxSeatsPerRequest bounds one hold or release.
const MaxSeatsPerRequest = 50

// bestRounds is how often best looks again when others were faster.
const bestRounds = 3

// holdPatience is the default of Config.HoldPatience: whether Redis hangs, is elsewhere by now or opens the event, within a second there
// is an answer.
const holdPatience = 900 * time.Millisecond

// HoldRequest is a hold as a buyer asks for it: Seats, or Quantity of a general zone, or Best.
type HoldRequest struct {
	Zone     string
	Seats    []string
	Quantity int
	Best     *Best
}

// Best asks for seats together; Zone and Category narrow it.
type Best struct {
	Quantity int    `json:"quantity"`
	Zone     string `json:"zone"`
	Category string `json:"category"`
}

func (b Best) request() seatmap.BestRequest {
	r := seatmap.BestRequest{Quantity: b.Quantity, Zone: b.Zone}
	if b.Category != "" {
		r.Categories = []string{b.Category}
	}
	return r
}

// Hold adds to the buyer's hold. Codes: invalid, not_found, seat_unavailable, hold_limit, sale_closed, unavailable.
func (n *Node) Hold(ctx context.Context, event, buyer string, r HoldRequest) (protocol.HoldAnswer, error) {
	e, err := n.Event(ctx, event)
	if err != nil {
		return protocol.HoldAnswer{}, err
	}
	if err := r.check(); err != nil {
		return protocol.HoldAnswer{}, err
	}
	// Whoever holds shall hear of it on every socket, and the deadline shall be seen by this node.
	ctx, cancel := context.WithTimeout(ctx, n.cfg.HoldPatience)
	defer cancel()
	if _, err := n.follow(ctx, event); err != nil {
		return protocol.HoldAnswer{}, &seatmap.Refusal{Code: seatmap.CodeUnavailable, Detail: "try again in a moment", RetryAfter: headsEvery}
	}
	request := seatmap.HoldRequest{Event: event, Buyer: buyer, HoldID: uuid.NewString()}
	view, adjacent, err := n.take(ctx, e, request, r)
	if errors.Is(err, seatmap.ErrClosed) {
		// Nobody has looked at the event since Redis began: opening it takes some tens of milliseconds, less than coming back.
		if n.warmBriefly(ctx, event) {
			view, adjacent, err = n.take(ctx, e, request, r)
		}
	}
	if err != nil {
		n.reopenIf(err, event)
		return protocol.HoldAnswer{}, err
	}
	answer := holdAnswer(e, view)
	answer.Adjacent = adjacent
	return answer, nil
}

// take asks Redis in the way that the request says. adjacent is only said of best.
func (n *Node) take(ctx context.Context, e *Event, request seatmap.HoldRequest, r HoldRequest) (view seatmap.HoldView, adjacent *bool, err error) {
	switch {
	case r.Best != nil:
		return n.holdBest(ctx, e, request, *r.Best)
	case r.Quantity > 0:
		view, err = n.holdGeneral(ctx, e, request, r)
	default:
		view, err = n.holdSeats(ctx, e, request, r)
	}
	return view, nil, err
}

func (r HoldRequest) check() error {
	ways := 0
	for _, way := range []bool{len(r.Seats) > 0, r.Quantity != 0, r.Best != nil} {
		if way {
			ways++
		}
	}
	switch {
	case ways != 1:
		return invalid("say exactly one of seats, quantity and best")
	case r.Best == nil && r.Zone == "":
		return invalid("say the zone")
	case len(r.Seats) > MaxSeatsPerRequest:
		return invalid(fmt.Sprintf("at most %d seats a request", MaxSeatsPerRequest))
	case r.Best == nil && len(r.Seats) == 0 && (r.Quantity < 1 || r.Quantity > MaxSeatsPerRequest),
		r.Best != nil && (r.Best.Quantity < 1 || r.Best.Quantity > MaxSeatsPerRequest):
		return invalid(fmt.Sprintf("quantity is from 1 to %d", MaxSeatsPerRequest))
	}
	return nil
}

func invalid(detail string) error {
	return &seatmap.Refusal{Code: seatmap.CodeInvalid, Detail: detail}
}

func (n *Node) holdSeats(ctx context.Context, e *Event, request seatmap.HoldRequest, r HoldRequest) (seatmap.HoldView, error) {
	if e.Plan.Zone(r.Zone) == nil {
		return seatmap.HoldView{}, noZone()
	}
	seen := make(map[string]bool, len(r.Seats))
	for _, id := range r.Seats {
		if seen[id] {
			return seatmap.HoldView{}, invalid("a seat is named twice")
		}
		seen[id] = true
		zone, index, ok := e.Plan.Find(id)
		if !ok || zone.ID != r.Zone {
			return seatmap.HoldView{}, &seatmap.Refusal{Code: seatmap.CodeNotFound, Detail: "no such seat in this zone"}
		}
		if zone.Kind == seatmap.KindGeneral {
			return seatmap.HoldView{}, invalid("a zone without numbers is held by quantity")
		}
		request.Seats = append(request.Seats, e.pick(zone, index))
	}
	return n.cfg.Live.Hold(ctx, request)
}

func (n *Node) holdGeneral(ctx context.Context, e *Event, request seatmap.HoldRequest, r HoldRequest) (seatmap.HoldView, error) {
	zone := e.Plan.Zone(r.Zone)
	if zone == nil {
		return seatmap.HoldView{}, noZone()
	}
	if zone.Kind != seatmap.KindGeneral {
		return seatmap.HoldView{}, invalid("a zone of seats is held by seats or by best")
	}
	request.GeneralZone, request.GeneralPrice, request.Quantity = zone.ID, e.Prices[zone.Category], r.Quantity
	return n.cfg.Live.Hold(ctx, request)
}

// holdBest asks for candidate groups over the states that this node knows, and looks again when all of them were taken meanwhile.
func (n *Node) holdBest(ctx context.Context, e *Event, request seatmap.HoldRequest, b Best) (seatmap.HoldView, *bool, error) {
	if b.Zone != "" {
		if zone := e.Plan.Zone(b.Zone); zone == nil {
			return seatmap.HoldView{}, nil, noZone()
		}
	}
	if _, known := e.Prices[b.Category]; b.Category != "" && !known {
		return seatmap.HoldView{}, nil, &seatmap.Refusal{Code: seatmap.CodeNotFound, Detail: "no such category"}
	}
	none := &seatmap.Refusal{Code: seatmap.CodeSeatUnavailable, Detail: "there are not that many seats left here"}
	for round := range bestRounds {
		states, err := n.states(ctx, e, b.Zone, round > 0)
		if err != nil {
			return seatmap.HoldView{}, nil, err
		}
		groups, _ := e.Plan.Best(b.request(),
			func(zone string) []byte { return states[zone] }, newRand())
		if len(groups) == 0 {
			return seatmap.HoldView{}, nil, none
		}
		request.Groups = request.Groups[:0]
		for _, g := range groups {
			picks := make([]seatmap.Pick, len(g.Seats))
			for i, s := range g.Seats {
				picks[i] = seatmap.Pick{Zone: s.Zone, Index: s.Index, Seat: s.Seat.ID, Price: e.Prices[s.Seat.Category]}
			}
			request.Groups = append(request.Groups, picks)
		}
		view, err := n.cfg.Live.Hold(ctx, request)
		var refusal *seatmap.Refusal
		if errors.As(err, &refusal) && refusal.Code == seatmap.CodeSeatUnavailable {
			continue
		}
		if err != nil {
			return seatmap.HoldView{}, nil, err
		}
		return view, &groups[view.Group].Adjacent, nil
	}
	return seatmap.HoldView{}, nil, none
}

// states returns the maps of the event's zones of seats (or of one): from the replicas of this node, else from Redis.
func (n *Node) states(ctx context.Context, e *Event, only string, fresh bool) (map[string][]byte, error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	out := map[string][]byte{}
	for i := range e.Plan.Zones {
		z := &e.Plan.Zones[i]
		if z.Kind == seatmap.KindGeneral || only != "" && z.ID != only {
			continue
		}
		if r := n.zoneRoom(e.ID, z.ID); r != nil && r.isLive() && !fresh {
			mu.Lock()
			out[z.ID] = r.replica.View().States
			mu.Unlock()
			continue
		}
		wg.Go(func() {
			s, err := n.cfg.Live.Snapshot(ctx, e.ID, z.ID)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
				return
			}
			out[z.ID] = s.States
		})
	}
	wg.Wait()
	return out, failed
}

func (n *Node) zoneRoom(event, zone string) *zoneRoom {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.zones[ZoneRoom(event, zone)]
}

func (e *Event) pick(z *seatmap.Zone, index int) seatmap.Pick {
	s := &z.Seats[index]
	return seatmap.Pick{Zone: z.ID, Index: index, Seat: s.ID, Price: e.Prices[s.Category]}
}

func holdAnswer(e *Event, v seatmap.HoldView) protocol.HoldAnswer {
	return protocol.HoldAnswer{Now: protocol.Time{Time: v.Now}, Hold: protocol.HoldOf(v.Hold, e.Currency)}
}

// reopenIf asks for a rebuild when a script said that the event is not open.
func (n *Node) reopenIf(err error, event string) {
	if unavailable(err) {
		n.Reopen(event)
	}
}

// Release gives back seats, or all when none are named, and returns what is still held. Codes: invalid, not_found, unavailable.
func (n *Node) Release(ctx context.Context, event, buyer string, seats []string) (protocol.HoldAnswer, error) {
	if len(seats) > MaxSeatsPerRequest {
		return protocol.HoldAnswer{}, invalid(fmt.Sprintf("at most %d seats a request", MaxSeatsPerRequest))
	}
	return n.view(ctx, event, buyer, func(ctx context.Context, event, buyer string) (seatmap.HoldView, error) {
		return n.cfg.Live.Release(ctx, event, buyer, seats)
	})
}

// Extend moves the deadline. Codes: not_found, hold_expired, sale_closed, unavailable.
func (n *Node) Extend(ctx context.Context, event, buyer string) (protocol.HoldAnswer, error) {
	return n.view(ctx, event, buyer, n.cfg.Live.Extend)
}

// HoldOf returns the buyer's hold. Codes: not_found, unavailable.
func (n *Node) HoldOf(ctx context.Context, event, buyer string) (protocol.HoldAnswer, error) {
	return n.view(ctx, event, buyer, n.cfg.Live.HoldOf)
}

func (n *Node) view(ctx context.Context, event, buyer string,
	f func(ctx context.Context, event, buyer string) (seatmap.HoldView, error),
) (protocol.HoldAnswer, error) {
	e, err := n.Event(ctx, event)
	if err != nil {
		return protocol.HoldAnswer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, n.cfg.HoldPatience)
	defer cancel()
	v, err := f(ctx, event, buyer)
	if errors.Is(err, seatmap.ErrClosed) && n.warmBriefly(ctx, event) {
		v, err = f(ctx, event, buyer)
	}
	if err != nil {
		n.reopenIf(err, event)
		return protocol.HoldAnswer{}, err
	}
	return holdAnswer(e, v), nil
}
