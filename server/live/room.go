package live

import (
	"context"
	"errors"
	"slices"
	"strings"

	"jari/hub"
	"jari/seatmap"
)

// ZoneRoom and OverviewRoom name rooms of the hub.
func ZoneRoom(event, zone string) string { return "z/" + event + "/" + zone }
func OverviewRoom(event string) string   { return "o/" + event }

// Source makes what a room shows; it is the hub's Config.Source.
func (n *Node) Source(room string) (hub.Source, error) {
	kind, rest, _ := strings.Cut(room, "/")
	event, zone, _ := strings.Cut(rest, "/")
	ctx, cancel := context.WithTimeout(n.ctx, n.sourceTimeout)
	defer cancel()
	e, err := n.Event(ctx, event)
	if err != nil {
		return nil, err
	}
	n.beginFollowing(ctx, event)
	if kind == "o" {
		return n.openOverview(ctx, e), nil
	}
	z := e.Plan.Zone(zone)
	if z == nil {
		return nil, noZone()
	}
	return n.openZone(ctx, room, e, z)
}

// beginFollowing waits until an event's notices arrive, unless Redis is away: then they do as soon as it is there.
func (n *Node) beginFollowing(ctx context.Context, event string) {
	if n.absence.of(event, n.now()) {
		_, _ = n.watch(event) // an error: the node is closing
		return
	}
	_, err := n.follow(ctx, event)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		n.absence.waited(event, n.now())
	}
	if err != nil {
		n.log.Debug("notices of an event cannot be followed yet", "event", event, "error", err) // watchHeads says that Redis is away
	}
}

func noZone() error { return &seatmap.Refusal{Code: seatmap.CodeNotFound, Detail: "no such zone"} }

// Join puts a client into a zone's room (or the event's overview when zone is empty). answer is sent first, then the picture;
// with the first room of an event, what the client's buyer has there is told as soon as it can be read. Codes: not_found, invalid (too many joins).
func (n *Node) Join(ctx context.Context, c *hub.Client, event, zone string, answer []byte, at *hub.Position) error {
	e, err := n.Event(ctx, event)
	if err != nil {
		return err
	}
	if at != nil && at.Epoch <= 0 {
		at = nil // a picture that was not live: nobody goes on from it
	}
	room := OverviewRoom(event)
	if zone != "" {
		if e.Plan.Zone(zone) == nil {
			return noZone()
		}
		room = ZoneRoom(event, zone)
	}
	first := !inEvent(c, event)
	if err := c.Join(room, answer, at); err != nil {
		if errors.Is(err, hub.ErrTooManyRooms) {
			return &seatmap.Refusal{Code: seatmap.CodeInvalid, Detail: "too many joins on this socket"}
		}
		return err
	}
	if buyer := c.Owner(); first && buyer != "" {
		n.owe(event, debt{buyer: buyer, client: c})
	}
	return nil
}

// inEvent reports whether the client looks at anything of the event already, so that its buyer has been told of the hold there.
func inEvent(c *hub.Client, event string) bool {
	return slices.Contains(eventsOf(c), event)
}

// Leave takes it out again; what was not joined is success.
func (n *Node) Leave(c *hub.Client, event, zone string) {
	if zone == "" {
		c.Leave(OverviewRoom(event))
		return
	}
	c.Leave(ZoneRoom(event, zone))
}

// unavailable reports whether err is the answer of an event that is not open or of a Redis that is away.
func unavailable(err error) bool {
	var r *seatmap.Refusal
	return errors.As(err, &r) && r.Code == seatmap.CodeUnavailable
}
