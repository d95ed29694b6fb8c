package protocol

import "jari/seatmap"

// Event is one performance on sale as buyers see it.
type Event struct {
	ID         string     `json:"id"`
	Title      string     `json:"title"`
	Venue      string     `json:"venue"`
	TimeZone   string     `json:"time_zone"` // IANA
	StartsAt   Time       `json:"starts_at"`
	DoorsAt    *Time      `json:"doors_at"`
	EndsAt     *Time      `json:"ends_at"`
	Phase      string     `json:"phase"` // upcoming, on_sale, paused, sold_out, ended
	Currency   string     `json:"currency"`
	Sale       SaleTimes  `json:"sale"`
	Policy     Policy     `json:"policy"`
	Capacity   int        `json:"capacity"`            // seats and places
	Available  *int       `json:"available,omitempty"` // of them free, in a list alone: the event's overview says it as it changes
	Categories []Category `json:"categories"`
	Plan       Plan       `json:"plan"`
	Zones      []Zone     `json:"zones"`
}

// SaleTimes bound the sale; null: no bound.
type SaleTimes struct {
	OpensAt  *Time `json:"opens_at"`
	ClosesAt *Time `json:"closes_at"`
}

// Policy is how an event sells.
type Policy struct {
	HoldSeconds int `json:"hold_seconds"` // first seat to deadline
	MaxSeats    int `json:"max_seats"`    // per buyer: held, pending and confirmed
}

// Category is a price class with this event's price.
type Category struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Color string `json:"color"` // #rrggbb
	Price Money  `json:"price"`
}

// Plan is the drawing around the zones, in plan units. The hash names the plan.
type Plan struct {
	Hash   string         `json:"hash"`
	Width  float64        `json:"width"`
	Height float64        `json:"height"`
	Areas  []seatmap.Area `json:"areas"`
}

// Zone is a zone without its seats.
type Zone struct {
	ID       string          `json:"id"`
	Label    string          `json:"label"`
	Kind     seatmap.Kind    `json:"kind"`
	Capacity int             `json:"capacity"`
	Category string          `json:"category,omitempty"` // of a general zone
	Price    *Money          `json:"price,omitempty"`    // of a general zone
	Bounds   seatmap.Box     `json:"bounds"`
	Outline  []seatmap.Point `json:"outline"`
	// Of a zone with seats, for those who have not loaded them.
	Pitch      float64                 `json:"pitch,omitempty"`      // the usual distance of neighbours, in plan units; above 0
	Categories []seatmap.CategorySeats `json:"categories,omitempty"` // most seats first
	Accessible *int                    `json:"accessible,omitempty"` // wheelchair places
}

// EventList is a page of events; Next goes into `after` for the next page and is empty at the end.
type EventList struct {
	Events []Event `json:"events"`
	Next   string  `json:"next"`
}

// ZoneSeats is a zone's seats in index order; a general zone has none.
type ZoneSeats struct {
	Plan  string         `json:"plan"`
	Seats []seatmap.Seat `json:"seats"`
}

// ZonesSeats are the seats of several zones by zone id.
type ZonesSeats struct {
	Plan  string                    `json:"plan"`
	Zones map[string][]seatmap.Seat `json:"zones"`
}

// Place says in which zone a seat is.
type Place struct {
	Zone string `json:"zone"`
	Seat string `json:"seat"`
}

// Places are those of the seats asked for that the plan has.
type Places struct {
	Plan  string  `json:"plan"`
	Seats []Place `json:"seats"`
}

// Session is a buyer's token for the Authorization header and the socket's auth.
type Session struct {
	Token     string `json:"token"`
	ExpiresAt Time   `json:"expires_at"`
	Buyer     Buyer  `json:"buyer"`
}

// Buyer is who acts.
type Buyer struct {
	ID string `json:"id"`
}

// BookingAnswer and BookingList wrap bookings on HTTP.
type BookingAnswer struct {
	Booking Booking `json:"booking"`
}
type BookingList struct {
	Bookings []Booking `json:"bookings"`
}

// LinkAnswer is the key of a booking's link, told once.
type LinkAnswer struct {
	Key string `json:"key"`
}
