package live

import (
	"encoding/json"
	"strconv"

	"jari/seatmap"
	"jari/server/protocol"
)

// The messages of rooms are written by hand: they are the bulk of the traffic and their parts need no escaping (ids are checked where plans
// and events are made).

func appendHead(b []byte, kind, event, zone string) []byte {
	b = append(b, `{"type":"`...)
	b = append(b, kind...)
	b = append(b, `","event":"`...)
	b = append(b, event...)
	if zone != "" {
		b = append(b, `","zone":"`...)
		b = append(b, zone...)
	}
	return append(b, '"')
}

func appendInt(b []byte, key string, n int64) []byte {
	b = append(b, `,"`...)
	b = append(b, key...)
	b = append(b, `":`...)
	return strconv.AppendInt(b, n, 10)
}

// snapshotMessage is the whole zone. available is the count of a general zone and negative otherwise; live false marks a picture of the database.
func snapshotMessage(event, zone string, s seatmap.Snapshot, available int, live bool) []byte {
	b := make([]byte, 0, len(s.States)+len(event)+len(zone)+96)
	b = appendHead(b, protocol.TypeSnapshot, event, zone)
	b = appendInt(b, "epoch", s.Epoch)
	b = appendInt(b, "version", s.Version)
	if available >= 0 {
		b = appendInt(b, "available", int64(available))
	} else {
		b = append(b, `,"states":"`...)
		b = append(b, s.States...)
		b = append(b, '"')
	}
	if !live {
		b = append(b, `,"live":false`...)
	}
	return append(b, '}')
}

// changesMessage is what happened between two versions.
func changesMessage(event, zone string, d seatmap.Changes, available int) []byte {
	b := make([]byte, 0, 12*len(d.Changes)+len(event)+len(zone)+112)
	b = appendHead(b, protocol.TypeChanges, event, zone)
	b = appendInt(b, "epoch", d.Epoch)
	b = appendInt(b, "from", d.From)
	b = appendInt(b, "version", d.Version)
	if available >= 0 {
		b = appendInt(b, "available", int64(available))
		return append(b, '}')
	}
	b = append(b, `,"changes":[`...)
	for i, c := range d.Changes {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		b = strconv.AppendInt(b, int64(c.Index), 10)
		b = append(b, ',', byte(c.State), ']')
	}
	return append(b, "]}"...)
}

func zoneMessage(event, zone string, live bool) []byte {
	b := appendHead(nil, protocol.TypeZone, event, zone)
	b = append(b, `,"live":`...)
	b = strconv.AppendBool(b, live)
	return append(b, '}')
}

func overviewMessage(event, phase string, zones []seatmap.ZoneCount) []byte {
	b := appendHead(nil, protocol.TypeOverview, event, "")
	b = append(b, `,"phase":"`...)
	b = append(b, phase...)
	b = append(b, `","zones":[`...)
	for i, z := range zones {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `["`...)
		b = append(b, z.Zone...)
		b = append(b, `",`...)
		b = strconv.AppendInt(b, int64(z.Available), 10)
		b = append(b, ',')
		b = strconv.AppendInt(b, int64(z.Held), 10)
		b = append(b, ',')
		b = strconv.AppendInt(b, int64(z.Booked), 10)
		b = append(b, ']')
	}
	return append(b, "]}"...)
}

// holdMessage tells a buyer what it holds now, and why that is another thing than before.
func holdMessage(event string, h *seatmap.Hold, currency string, cause seatmap.Cause) ([]byte, error) {
	return json.Marshal(protocol.HoldPush{Type: protocol.TypeHold, Event: event, Hold: protocol.HoldOf(h, currency), Cause: cause})
}

// bookingMessage wraps the public JSON of a booking.
func bookingMessage(booking []byte) []byte {
	b := make([]byte, 0, len(booking)+32)
	b = append(b, `{"type":"`+protocol.TypeBooking+`","booking":`...)
	b = append(b, booking...)
	return append(b, '}')
}
