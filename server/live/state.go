package live

import (
	"bytes"
	"context"
	"encoding/json"

	"jari/seatmap"
	"jari/server/protocol"
)

// ZoneState is a zone's picture for HTTP. Live is false when it is the database's.
type ZoneState struct {
	Epoch     int64  `json:"epoch"`
	Version   int64  `json:"version"`
	Live      bool   `json:"live"`
	States    string `json:"states,omitempty"`
	Available *int   `json:"available,omitempty"`
}

// State returns a zone's picture. Codes: not_found.
func (n *Node) State(ctx context.Context, event, zone string) (ZoneState, error) {
	e, err := n.Event(ctx, event)
	if err != nil {
		return ZoneState{}, err
	}
	z := e.Plan.Zone(zone)
	if z == nil {
		return ZoneState{}, noZone()
	}
	if r := n.zoneRoom(event, zone); r != nil && r.isLive() {
		return zoneState(z, r.replica.View(), true), nil
	}
	s, err := n.cfg.Live.Snapshot(ctx, event, zone)
	if err == nil {
		return zoneState(z, s, true), nil
	}
	if !unavailable(err) {
		return ZoneState{}, err
	}
	n.Reopen(event)
	states, err := n.cfg.Store.SeatStates(ctx, event, z)
	if err != nil {
		return ZoneState{}, err
	}
	return zoneState(z, seatmap.Snapshot{States: states}, false), nil
}

func zoneState(z *seatmap.Zone, s seatmap.Snapshot, live bool) ZoneState {
	out := ZoneState{Epoch: s.Epoch, Version: s.Version, Live: live}
	if z.Kind == seatmap.KindGeneral {
		free := bytes.Count(s.States, []byte{byte(seatmap.Available)})
		out.Available = &free
		return out
	}
	out.States = string(s.States)
	return out
}

func marshalBooking(b protocol.Booking) ([]byte, error) { return json.Marshal(b) }
