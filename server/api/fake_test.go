package api

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"jari/hub"
	"jari/seatmap"
	"jari/server/live"
	"jari/server/protocol"
	"jari/server/store"
)

// testNow is a moment that all fakes share.
var testNow = time.Date(2026, 3, 1, 9, 30, 0, 250e6, time.UTC)

func testPlan() *seatmap.Plan {
	zone := func(id string, seats int) seatmap.Zone {
		z := seatmap.Zone{ID: id, Label: "Zone " + id, Kind: seatmap.KindSeats,
			Outline: []seatmap.Point{{X: 0, Y: 0}, {X: 100, Y: 0}, {X: 100, Y: 50}}}
		for i := range seats {
			z.Seats = append(z.Seats, seatmap.Seat{ID: fmt.Sprintf("%s-%d", id, i+1), Row: "1", Number: fmt.Sprint(i + 1), X: float64(i), Category: "best"})
		}
		return z
	}
	a := zone("A", 40)
	a.Seats[0].ID, a.Seats[1].Accessible, a.Seats[2].Companion = "A/1 가", true, true
	return &seatmap.Plan{Name: "Test hall", Width: 100, Height: 50, Currency: "KRW", TimeZone: "Asia/Seoul",
		Categories: []seatmap.Category{{ID: "best", Name: "Best", Color: "#aa0000", Price: 1}, {ID: "standing", Name: "Standing", Color: "#00aa00", Price: 1}},
		Areas:      []seatmap.Area{{Shape: "text", Center: &seatmap.Point{X: 1, Y: 2}, Text: "Stage"}},
		Zones: []seatmap.Zone{a, zone("B", 2),
			{ID: "G", Label: "Floor", Kind: seatmap.KindGeneral, Category: "standing", Places: 30, Outline: []seatmap.Point{{X: 1, Y: 1}, {X: 2, Y: 1}, {X: 2, Y: 2}}}}}
}

func testEvent(id string) *live.Event {
	plan := testPlan()
	return &live.Event{Plan: plan, Event: store.Event{ID: id, Title: "A night", VenueID: "hall", VenueName: "Test hall", PlanHash: plan.Hash(),
		TimeZone: "Asia/Seoul", Currency: "KRW", StartsAt: testNow.Add(48 * time.Hour), ClosesAt: testNow.Add(47 * time.Hour), Sale: store.SaleOpen,
		Hold: 5 * time.Minute, MaxSeats: 6, Prices: map[string]int64{"best": 120000, "standing": 44000}}}
}

// fakeNode keeps holds in memory, by the rules that the edge's tests need.
type fakeNode struct {
	hub *hub.Hub

	mu      sync.Mutex
	events  map[string]*live.Event
	owner   map[string]string   // seat -> buyer
	held    map[string][]string // buyer -> seats in order
	phase   string              // of every event
	counted map[string]bool     // events that were counted
	fail    error               // what every change answers, when not nil
	authed  []string
	gate    chan struct{} // when not nil, Hold waits for it
}

func newFakeNode() *fakeNode {
	return &fakeNode{events: map[string]*live.Event{"demo": testEvent("demo"), "second": testEvent("second")},
		owner: map[string]string{}, held: map[string][]string{}, phase: live.PhaseOnSale}
}

func (n *fakeNode) Event(_ context.Context, id string) (*live.Event, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if e := n.events[id]; e != nil {
		return e, nil
	}
	if n.fail != nil { // what is known is known without the database
		return nil, n.fail
	}
	return nil, refuse(seatmap.CodeNotFound, "no such event")
}

func (n *fakeNode) Now() time.Time         { return testNow }
func (n *fakeNode) NowOf(string) time.Time { return testNow }

func (n *fakeNode) Tally(_ context.Context, events []*live.Event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.counted = map[string]bool{}
	for _, e := range events {
		n.counted[e.ID] = true
	}
}

// Available is known of what was counted.
func (n *fakeNode) Available(e *live.Event) (available int, known bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return e.Plan.Capacity() - len(n.owner), n.counted[e.ID]
}

func (n *fakeNode) Phase(*live.Event) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.phase
}

// set puts an event, and the phase of all.
func (n *fakeNode) set(e *live.Event, phase string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.events[e.ID], n.phase = e, phase
}

func (n *fakeNode) State(ctx context.Context, event, zone string) (live.ZoneState, error) {
	e, err := n.Event(ctx, event)
	if err != nil {
		return live.ZoneState{}, err
	}
	z := e.Plan.Zone(zone)
	if z == nil {
		return live.ZoneState{}, refuse(seatmap.CodeNotFound, "no such zone")
	}
	if err := n.failing(); err != nil {
		return live.ZoneState{}, err
	}
	if z.Kind == seatmap.KindGeneral {
		left := z.Places
		return live.ZoneState{Epoch: 1, Version: 7, Live: true, Available: &left}, nil
	}
	states := make([]byte, len(z.Seats))
	for i := range states {
		states[i] = '0'
	}
	return live.ZoneState{Epoch: 1, Version: 7, Live: true, States: string(states)}, nil
}

func (n *fakeNode) failing() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.fail
}

func (n *fakeNode) setFail(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fail = err
}

// Propose finds seats by the plan's own rule; more than three times nobody is proposed anything.
func (n *fakeNode) Propose(ctx context.Context, event string, w live.Wish) (protocol.Proposal, error) {
	e, err := n.Event(ctx, event)
	if err != nil {
		return protocol.Proposal{}, err
	}
	for _, c := range w.Categories {
		if e.Prices[c] == 0 {
			return protocol.Proposal{}, refuse(seatmap.CodeNotFound, "no such category")
		}
	}
	if err := n.failing(); err != nil {
		return protocol.Proposal{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	groups, _ := e.Plan.Best(seatmap.BestRequest{Quantity: w.Quantity, Zone: w.Zone, Categories: w.Categories, Accessible: w.Accessible},
		func(zone string) []byte {
			var states []byte
			for _, s := range e.Plan.Zone(zone).Seats {
				state := seatmap.Available
				if n.owner[s.ID] != "" {
					state = seatmap.Held
				}
				states = append(states, byte(state))
			}
			return states
		}, nil)
	if w.Skip >= len(groups) {
		return protocol.Proposal{}, refuse(seatmap.CodeSeatUnavailable, "there are not that many seats left here")
	}
	proposal := protocol.Proposal{Adjacent: groups[w.Skip].Adjacent, More: w.Skip+1 < len(groups)}
	for _, s := range groups[w.Skip].Seats {
		proposal.Seats = append(proposal.Seats, protocol.HeldSeat{Zone: s.Zone, Seat: s.Seat.ID, Price: protocol.Money{Amount: e.Prices[s.Seat.Category], Currency: e.Currency}})
	}
	return proposal, nil
}

func (n *fakeNode) Hold(ctx context.Context, event, buyer string, r live.HoldRequest) (protocol.HoldAnswer, error) {
	if n.gate != nil {
		<-n.gate
	}
	e, err := n.Event(ctx, event)
	if err != nil {
		return protocol.HoldAnswer{}, err
	}
	if err := n.failing(); err != nil {
		return protocol.HoldAnswer{}, err
	}
	if r.Best == nil && e.Plan.Zone(r.Zone) == nil {
		return protocol.HoldAnswer{}, refuse(seatmap.CodeNotFound, "no such zone")
	}
	if len(r.Seats) > 0 && r.Seats[0] == "panic" {
		panic("a secret of the inside")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	var taken []seatmap.SeatState
	for _, id := range r.Seats {
		if z, _, ok := e.Plan.Find(id); !ok || z.ID != r.Zone {
			return protocol.HoldAnswer{}, refuse(seatmap.CodeNotFound, "no such seat in this zone")
		}
		if owner := n.owner[event+"/"+id]; owner != "" && owner != buyer {
			taken = append(taken, seatmap.SeatState{Zone: r.Zone, Seat: id, State: seatmap.Held})
		}
	}
	if len(taken) > 0 {
		return protocol.HoldAnswer{}, &seatmap.Refusal{Code: seatmap.CodeSeatUnavailable, Seats: taken}
	}
	for _, id := range r.Seats {
		if n.owner[event+"/"+id] == "" {
			n.owner[event+"/"+id] = buyer
			n.held[event+"/"+buyer] = append(n.held[event+"/"+buyer], id)
		}
	}
	answer := n.answerLocked(event, buyer)
	if r.Best != nil {
		together := true
		answer.Adjacent = &together
	}
	return answer, nil
}

func (n *fakeNode) answerLocked(event, buyer string) protocol.HoldAnswer {
	answer := protocol.HoldAnswer{Now: protocol.Time{Time: testNow}}
	seats := n.held[event+"/"+buyer]
	if len(seats) == 0 {
		return answer
	}
	answer.Hold = &protocol.Hold{ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte(event+buyer)).String(), Event: event,
		ExpiresAt: protocol.Time{Time: testNow.Add(5 * time.Minute)}, Extendable: true, CeilingAt: protocol.TimeOf(testNow.Add(10 * time.Minute))}
	for _, id := range seats {
		answer.Hold.Seats = append(answer.Hold.Seats, protocol.HeldSeat{Zone: "A", Seat: id, Price: protocol.Money{Amount: 120000, Currency: "KRW"}})
	}
	return answer
}

func (n *fakeNode) Release(ctx context.Context, event, buyer string, seats []string) (protocol.HoldAnswer, error) {
	if _, err := n.Event(ctx, event); err != nil {
		return protocol.HoldAnswer{}, err
	}
	if err := n.failing(); err != nil {
		return protocol.HoldAnswer{}, err
	}
	n.mu.Lock()
	n.held[event+"/"+buyer] = slices.DeleteFunc(n.held[event+"/"+buyer], func(id string) bool {
		gone := seats == nil || slices.Contains(seats, id)
		if gone {
			delete(n.owner, event+"/"+id)
		}
		return gone
	})
	n.mu.Unlock()
	return n.HoldOf(ctx, event, buyer)
}

func (n *fakeNode) Extend(ctx context.Context, event, buyer string) (protocol.HoldAnswer, error) {
	answer, err := n.HoldOf(ctx, event, buyer)
	if err == nil && answer.Hold == nil {
		err = refuse(seatmap.CodeHoldExpired, "nothing is held")
	}
	return answer, err
}

func (n *fakeNode) HoldOf(ctx context.Context, event, buyer string) (protocol.HoldAnswer, error) {
	if _, err := n.Event(ctx, event); err != nil {
		return protocol.HoldAnswer{}, err
	}
	if err := n.failing(); err != nil {
		return protocol.HoldAnswer{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.answerLocked(event, buyer), nil
}

func (n *fakeNode) Join(ctx context.Context, c *hub.Client, event, zone string, answer []byte, at *hub.Position) error {
	e, err := n.Event(ctx, event)
	if err != nil {
		return err
	}
	if zone == "" {
		return c.Join(live.OverviewRoom(event), answer, nil)
	}
	if e.Plan.Zone(zone) == nil {
		return refuse(seatmap.CodeNotFound, "no such zone")
	}
	return c.Join(live.ZoneRoom(event, zone), answer, at)
}

func (n *fakeNode) Leave(c *hub.Client, event, zone string) { c.Leave(live.ZoneRoom(event, zone)) }

func (n *fakeNode) Authed(c *hub.Client, buyer string) {
	c.Own(buyer)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.authed = append(n.authed, buyer)
}

func (n *fakeNode) Events(_ context.Context, after string, limit int) ([]store.Event, string, error) {
	if err := n.failing(); err != nil {
		return nil, "", err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	var rows []store.Event
	next := ""
	for _, id := range slices.Sorted(maps.Keys(n.events)) {
		if id <= after {
			continue
		}
		if len(rows) == limit {
			next = rows[limit-1].ID
			break
		}
		rows = append(rows, n.events[id].Event)
	}
	return rows, next, nil
}
