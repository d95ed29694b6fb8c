package protocol

import (
	"encoding/json"

	"jari/seatmap"
)

// Subprotocol is what a socket may offer in Sec-WebSocket-Protocol.
const Subprotocol = "jari.v1.json"

// Types of a client's requests.
const (
	TypeAuth    = "auth"
	TypeJoin    = "join"
	TypeLeave   = "leave"
	TypeHold    = "hold"
	TypeRelease = "release"
	TypeExtend  = "extend"
	TypePing    = "ping"
)

// IsRequest reports whether that is a type of a client's request.
func IsRequest(kind string) bool {
	switch kind {
	case TypeAuth, TypeJoin, TypeLeave, TypeHold, TypeRelease, TypeExtend, TypePing:
		return true
	}
	return false
}

// Types of the server's answers, each with the request's id.
const (
	TypeAuthed   = "authed"
	TypeJoined   = "joined"
	TypeLeft     = "left"
	TypeHeld     = "held"
	TypeRefused  = "refused"
	TypeReleased = "released"
	TypeExtended = "extended"
	TypePong     = "pong"
	TypeError    = "error"
)

// Types of what the server pushes; hold is one of them too.
const (
	TypeSnapshot = "snapshot"
	TypeChanges  = "changes"
	TypeOverview = "overview"
	TypeZone     = "zone"
	TypeBooking  = "booking"
)

// Request is any message of a client. Which fields count depends on Type; unknown ones are ignored.
type Request struct {
	ID    *int64 `json:"id"`
	Type  string `json:"type"`
	Token string `json:"token"` // auth
	Event string `json:"event"`
	Zone  string `json:"zone"`
	// Epoch and Version are where the client's copy of the zone is; a join with both gets only what is missing.
	Epoch   *int64 `json:"epoch"`
	Version *int64 `json:"version"`
	HoldBody
}

// HoldBody is what is asked for in a hold: Seats of Zone, or Quantity places of general Zone, or Best. In a release: Seats, or all when absent.
type HoldBody struct {
	Seats    []string `json:"seats"`
	Quantity *int     `json:"quantity"`
	Best     *Best    `json:"best"`
}

// Best asks for places together; Zone and Category narrow it.
type Best struct {
	Quantity int    `json:"quantity"`
	Zone     string `json:"zone"`
	Category string `json:"category"`
}

// Limits are what one socket may do.
type Limits struct {
	FrameBytes      int `json:"frame_bytes"`       // per message to the server; more: close 4504
	MessagesPerS    int `json:"messages_per_s"`    // sustained, bursts of twice as many; more: close 4008
	Joins           int `json:"joins"`             // zones at once, the overview not counted
	SeatsPerRequest int `json:"seats_per_request"` // in one hold or release
	IdleS           int `json:"idle_s"`            // nothing heard for so long, not even a pong: close 4002
	PingS           int `json:"ping_s"`            // the server pings so often
}

// Authed answers auth.
type Authed struct {
	Type   string `json:"type"`
	ID     int64  `json:"id"`
	Now    Time   `json:"now"`
	Buyer  Buyer  `json:"buyer"`
	Limits Limits `json:"limits"`
	Page   string `json:"page,omitempty"` // names the build of the page that this server has; a page of another build is older or newer
}

// Joined answers join; the room's picture follows.
type Joined struct {
	Type  string `json:"type"`
	ID    int64  `json:"id"`
	Now   Time   `json:"now"`
	Event string `json:"event"`
	Zone  string `json:"zone,omitempty"`
	Page  string `json:"page,omitempty"` // of an overview, as in Authed
}

// Left answers leave.
type Left struct {
	Type  string `json:"type"`
	ID    int64  `json:"id"`
	Event string `json:"event"`
	Zone  string `json:"zone,omitempty"`
}

// HoldMessage answers hold (held), extend (extended) and release (released).
type HoldMessage struct {
	Type string `json:"type"`
	ID   int64  `json:"id"`
	HoldAnswer
}

// Refused is a rule saying no to hold or extend: seat_unavailable, hold_limit, sale_closed or hold_expired.
type Refused struct {
	Type   string       `json:"type"`
	ID     int64        `json:"id"`
	Code   seatmap.Code `json:"code"`
	Detail string       `json:"detail,omitempty"`
	Seats  []SeatState  `json:"seats"`
}

// Pong answers ping.
type Pong struct {
	Type string `json:"type"`
	ID   int64  `json:"id"`
	Now  Time   `json:"now"`
}

// Error answers a request that could not be served. ID is null when the request's could not be read. The socket stays open.
type Error struct {
	Type   string       `json:"type"`
	ID     *int64       `json:"id"`
	Code   seatmap.Code `json:"code"`
	Detail string       `json:"detail,omitempty"`
	// RetryAfter is seconds to wait, of unavailable and rate_limited.
	RetryAfter int `json:"retry_after,omitempty"`
}

// Snapshot is a zone at a version: one digit per seat, or how many places of a general zone are available.
// Live false: the picture is the database's, because the live state is away.
type Snapshot struct {
	Type      string `json:"type"`
	Event     string `json:"event"`
	Zone      string `json:"zone"`
	Epoch     int64  `json:"epoch"`
	Version   int64  `json:"version"`
	States    string `json:"states,omitempty"`
	Available *int   `json:"available,omitempty"`
	Live      *bool  `json:"live,omitempty"` // only when false
}

// Changes carry a client at v to Version if From <= v < Version. Each is [index, state], absolute; a general zone has Available instead.
type Changes struct {
	Type      string   `json:"type"`
	Event     string   `json:"event"`
	Zone      string   `json:"zone"`
	Epoch     int64    `json:"epoch"`
	From      int64    `json:"from"`
	Version   int64    `json:"version"`
	Changes   [][2]int `json:"changes,omitempty"`
	Available *int     `json:"available,omitempty"`
}

// Overview is an event at a glance.
type Overview struct {
	Type  string         `json:"type"`
	Event string         `json:"event"`
	Phase string         `json:"phase"`
	Zones []OverviewZone `json:"zones"`
}

// OverviewZone is [zone, available, held, booked].
type OverviewZone struct {
	Zone                    string
	Available, Held, Booked int
}

func (z OverviewZone) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{z.Zone, z.Available, z.Held, z.Booked})
}

func (z *OverviewZone) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&z.Zone, &z.Available, &z.Held, &z.Booked})
}

// ZoneLive says that a zone's picture is stale, or live again.
type ZoneLive struct {
	Type  string `json:"type"`
	Event string `json:"event"`
	Zone  string `json:"zone"`
	Live  bool   `json:"live"`
}

// HoldPush tells all sockets of a buyer what it holds now (null: nothing) and why that is another thing than before.
type HoldPush struct {
	Type  string        `json:"type"`
	Event string        `json:"event"`
	Hold  *Hold         `json:"hold"`
	Cause seatmap.Cause `json:"cause"`
}

// BookingPush tells all sockets of a buyer what became of a booking.
type BookingPush struct {
	Type    string  `json:"type"`
	Booking Booking `json:"booking"`
}
