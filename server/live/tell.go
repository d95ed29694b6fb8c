package live

import (
	"context"

	"jari/hub"
	"jari/seatmap"
)

// Authed makes the client one of the buyer's and sends the truth of the buyer's holds and pending bookings in the events that this node follows.
func (n *Node) Authed(ctx context.Context, c *hub.Client, buyer string) {
	c.Own(buyer)
	n.mu.Lock()
	events := make([]string, 0, len(n.watches))
	for id := range n.watches {
		events = append(events, id)
	}
	n.mu.Unlock()
	for _, event := range events {
		n.Tell(ctx, c, event, buyer)
	}
}

// Tell sends one client the truth of its buyer's hold and pending bookings in an event. What cannot be read now is told when Redis is back.
func (n *Node) Tell(ctx context.Context, c *hub.Client, event, buyer string) {
	message, err := n.truth(ctx, event, buyer)
	if err != nil {
		if !unavailable(err) {
			n.log.Warn("hold cannot be told", "event", event, "error", err)
		}
		return
	}
	c.Send(message)
	if n.cfg.Pending == nil {
		return
	}
	pending, err := n.cfg.Pending(ctx, buyer, event)
	if err != nil {
		if !unavailable(err) {
			n.log.Warn("pending bookings cannot be told", "event", event, "error", err)
		}
		return
	}
	for _, b := range pending {
		raw, err := marshalBooking(b)
		if err != nil {
			n.log.Error("booking cannot be written", "booking", b.ID, "error", err)
			continue
		}
		c.Send(bookingMessage(raw))
	}
}

// truth is the hold message of a buyer as Redis knows it.
func (n *Node) truth(ctx context.Context, event, buyer string) ([]byte, error) {
	e, err := n.Event(ctx, event)
	if err != nil {
		return nil, err
	}
	v, err := n.cfg.Live.HoldOf(ctx, event, buyer)
	if err != nil {
		return nil, err
	}
	return holdMessage(event, v.Hold, e.Currency, seatmap.CauseChanged)
}
