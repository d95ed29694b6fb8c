// Package live is this node's live side: its copy of the zones that its clients look at, the buyers' holds, private notices,
// and the timers that make expiry visible. It joins seatmap (what is true) with hub (who is listening).
package live

import (
	"context"

	"jari/hub"
	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

// Node is the live side of this process.
type Node struct{}

// Event is an event as this node knows it: the row, the plan, and where every seat is.
type Event struct {
	store.Event
	Plan *seatmap.Plan
}

// Event returns an event from the node's cache or the database. Codes: not_found.
func (n *Node) Event(ctx context.Context, id string) (*Event, error) { panic("not yet") }

// Phase is upcoming, on_sale, paused, sold_out or ended.
func (n *Node) Phase(e *Event) string { panic("not yet") }

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

// Hold adds to the buyer's hold. Codes: invalid, not_found, seat_unavailable, hold_limit, sale_closed, unavailable.
func (n *Node) Hold(ctx context.Context, event, buyer string, r HoldRequest) (protocol.HoldAnswer, error) {
	panic("not yet")
}

// Release gives back seats, or all when none are named. Codes: not_found, unavailable.
func (n *Node) Release(ctx context.Context, event, buyer string, seats []string) error {
	panic("not yet")
}

// Extend moves the deadline. Codes: not_found, hold_expired, unavailable.
func (n *Node) Extend(ctx context.Context, event, buyer string) (protocol.HoldAnswer, error) {
	panic("not yet")
}

// HoldOf returns the buyer's hold. Codes: not_found, unavailable.
func (n *Node) HoldOf(ctx context.Context, event, buyer string) (protocol.HoldAnswer, error) {
	panic("not yet")
}

// ZoneState is a zone's picture for HTTP. Live is false when it is the database's.
type ZoneState struct {
	Epoch     int64  `json:"epoch"`
	Version   int64  `json:"version"`
	Live      bool   `json:"live"`
	States    string `json:"states,omitempty"`
	Available *int   `json:"available,omitempty"`
}

// State returns a zone's picture. Codes: not_found.
func (n *Node) State(ctx context.Context, event, zone string) (ZoneState, error) { panic("not yet") }

// Join puts a client into a zone's room (or the event's overview when zone is empty). answer is sent first. Codes: not_found, invalid (too many joins).
func (n *Node) Join(ctx context.Context, c *hub.Client, event, zone string, answer []byte, at *hub.Position) error {
	panic("not yet")
}

// Leave takes it out again.
func (n *Node) Leave(c *hub.Client, event, zone string) { panic("not yet") }

// Authed makes the client one of the buyer's and sends the truth of the buyer's holds in the events that the node knows it holds in.
func (n *Node) Authed(ctx context.Context, c *hub.Client, buyer string) { panic("not yet") }
