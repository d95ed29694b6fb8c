package seatmap

import "time"

// Pick is one place asked for or held, with the price it has at that moment (minor units).
type Pick struct {
	Zone  string
	Index int
	Seat  string
	Price int64
}

// Hold is all seats that a buyer keeps in an event until one deadline.
type Hold struct {
	ID         string
	Event      string
	Buyer      string
	Seats      []Pick
	ExpiresAt  time.Time
	Extendable bool      // extend would move the deadline, at most to Ceiling
	Ceiling    time.Time // zero where a node of an older version told the hold
}

// Policy is how an event sells; it is kept in Redis so that a change binds every node at once.
type Policy struct {
	Fence    int64         // number of the event's row in the database; an older one never overwrites a newer
	OnSale   bool          // false: new holds are refused with sale_closed
	OpensAt  time.Time     // zero: no bound
	ClosesAt time.Time     // zero: no bound
	Hold     time.Duration // first seat to deadline
	Ceiling  time.Duration // first seat to the last deadline that extend can reach
	MaxSeats int           // per buyer: held + pending + confirmed
}
