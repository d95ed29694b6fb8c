package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// These are the shapes of the public protocol as its documents tell them, written down anew: a stranger has nothing else.

// Money is minor units of a currency.
type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// HeldSeat is a seat of a hold or of a booking.
type HeldSeat struct {
	Zone  string `json:"zone"`
	Seat  string `json:"seat"`
	Price Money  `json:"price"`
}

// Hold is all that a buyer keeps in an event.
type Hold struct {
	ID         string     `json:"id"`
	Event      string     `json:"event"`
	Seats      []HeldSeat `json:"seats"`
	ExpiresAt  time.Time  `json:"expires_at"`
	Extendable bool       `json:"extendable"`
}

// Booking is a hold made permanent, or on its way there.
type Booking struct {
	ID        string     `json:"id"`
	Reference string     `json:"reference"`
	Status    string     `json:"status"`
	Event     string     `json:"event"`
	Seats     []HeldSeat `json:"seats"`
	Cancelled []HeldSeat `json:"cancelled"`
	Total     Money      `json:"total"`
	Reason    string     `json:"reason"`
}

// SeatState is a seat that stood in the way.
type SeatState struct {
	Zone  string `json:"zone"`
	Seat  string `json:"seat"`
	State int    `json:"state"`
}

// Limits are what the server asks of a socket.
type Limits struct {
	FrameBytes      int     `json:"frame_bytes"`
	MessagesPerS    float64 `json:"messages_per_s"`
	Joins           int     `json:"joins"`
	SeatsPerRequest int     `json:"seats_per_request"`
	IdleS           float64 `json:"idle_s"`
	PingS           float64 `json:"ping_s"`
}

// Message is any message of the server but changes and snapshots, which pictures read on their own.
type Message struct {
	Type    string          `json:"type"`
	ID      int64           `json:"id"`
	Event   string          `json:"event"`
	Zone    string          `json:"zone"`
	Code    string          `json:"code"`
	Detail  string          `json:"detail"`
	Now     time.Time       `json:"now"`
	Hold    *Hold           `json:"hold"`
	Cause   string          `json:"cause"`
	Booking *Booking        `json:"booking"`
	Seats   []SeatState     `json:"seats"`
	Buyer   json.RawMessage `json:"buyer"`
	Limits  Limits          `json:"limits"`
}

// told is an answer as a sentence ends with it: refused seat_unavailable, a1 in zone main is booked.
func (m *Message) told() string {
	text := strings.TrimSpace(m.Type + " " + m.Code)
	if m.Hold != nil {
		seats := make([]string, len(m.Hold.Seats))
		for i, s := range m.Hold.Seats {
			seats[i] = s.Seat + " in zone " + s.Zone
		}
		text += ", now holds " + cmp.Or(strings.Join(seats, ", "), "nothing")
	}
	for _, s := range m.Seats {
		text += fmt.Sprintf(", %s in zone %s is %s", s.Seat, s.Zone, stateName(s.State))
	}
	if m.Detail != "" {
		text += ": " + m.Detail
	}
	return text
}

// Ask is a request on a socket.
type Ask struct {
	ID       int64    `json:"id"`
	Type     string   `json:"type"`
	Token    string   `json:"token,omitempty"`
	Event    string   `json:"event,omitempty"`
	Zone     string   `json:"zone,omitempty"`
	Seats    []string `json:"seats,omitempty"`
	Quantity int      `json:"quantity,omitempty"`
	Best     *Best    `json:"best,omitempty"`
	Epoch    *int64   `json:"epoch,omitempty"`
	Version  *int64   `json:"version,omitempty"`
}

// Best asks for seats together.
type Best struct {
	Quantity int    `json:"quantity"`
	Zone     string `json:"zone,omitempty"`
}

// Event is an event on sale; only what a load tester looks at.
type Event struct {
	ID     string `json:"id"`
	Phase  string `json:"phase"`
	Policy struct {
		HoldSeconds int `json:"hold_seconds"`
		MaxSeats    int `json:"max_seats"`
	} `json:"policy"`
	Zones []EventZone `json:"zones"`
}

// EventZone is a zone of an event.
type EventZone struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Capacity int    `json:"capacity"`
}

// ZoneSeats are the seats of a zone in index order.
type ZoneSeats struct {
	Plan  string `json:"plan"`
	Seats []struct {
		ID         string `json:"id"`
		Accessible bool   `json:"accessible"`
	} `json:"seats"`
}

// ZoneState is the truth of a zone over HTTP.
type ZoneState struct {
	Epoch     int64  `json:"epoch"`
	Version   int64  `json:"version"`
	Live      bool   `json:"live"`
	States    string `json:"states"`
	Available *int   `json:"available"`
}

// States of a seat.
const (
	available = '0'
	held      = '1'
	booked    = '2'
)

// stateName is the word for a state of a seat, as the protocol numbers them.
func stateName(state int) string {
	names := [...]string{"available", "held", "booked", "blocked"}
	if state < 0 || state >= len(names) {
		return fmt.Sprintf("of state %d", state)
	}
	return names[state]
}
