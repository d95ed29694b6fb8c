package seatmap

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// HoldRequest asks for places. Exactly one of Seats, General, Groups is used.
type HoldRequest struct {
	Event  string
	Buyer  string
	HoldID string // id of the hold if this is the first seat; empty: a new one
	Seats  []Pick // all of them or none
	// General: Quantity free places of a general zone, whichever.
	GeneralZone  string
	GeneralPrice int64
	Quantity     int
	// Groups: ordered candidates, the first that is wholly free is taken; none: seat_unavailable.
	Groups [][]Pick
}

// HoldView is the answer to a change of a hold. Hold is nil when the buyer holds nothing.
type HoldView struct {
	Now     time.Time
	Hold    *Hold
	Group   int       // of Groups: which was taken
	Expires time.Time // earliest deadline of the event, to arm the timer; zero: none
}

// Hold adds places to the buyer's hold. Seats that the buyer holds already are success.
// Codes: invalid, not_found, seat_unavailable, hold_limit, sale_closed, unavailable.
func (l *Live) Hold(ctx context.Context, r HoldRequest) (HoldView, error) {
	places, err := r.places()
	if err != nil {
		return HoldView{}, err
	}
	if r.HoldID == "" {
		r.HoldID = uuid.NewString()
	}
	// The client may send the same call twice when an answer is lost; the id tells the script so.
	args := append([]any{r.Buyer, r.HoldID, uuid.NewString()}, places...)
	return l.viewOf(ctx, l.scripts.hold, r.Event, r.Buyer, args...)
}

// places writes the wish as hold.lua reads it.
func (r HoldRequest) places() ([]any, error) {
	ways := 0
	for _, used := range []bool{len(r.Seats) > 0, r.GeneralZone != "", len(r.Groups) > 0} {
		if used {
			ways++
		}
	}
	if ways != 1 {
		return nil, refuseInput("ask for seats, for a quantity of a general zone, or for groups")
	}
	switch {
	case r.GeneralZone != "":
		if r.Quantity < 1 {
			return nil, refuseInput("quantity must be 1 or more")
		}
		return []any{"general", r.GeneralZone, r.Quantity, r.GeneralPrice}, nil
	case len(r.Seats) > 0:
		return appendPicks([]any{"seats"}, r.Seats)
	}
	args := []any{"groups"}
	for _, g := range r.Groups {
		if len(g) == 0 {
			return nil, refuseInput("a group has no seats")
		}
		var err error
		if args, err = appendPicks(append(args, len(g)), g); err != nil {
			return nil, err
		}
	}
	return args, nil
}

func appendPicks(args []any, picks []Pick) ([]any, error) {
	type place struct {
		zone  string
		index int
	}
	seen := make(map[place]bool, len(picks))
	for _, p := range picks {
		at := place{p.Zone, p.Index}
		if seen[at] {
			return nil, refuseInput("seat " + p.Seat + " is named twice")
		}
		seen[at] = true
		args = append(args, p.Zone, p.Index, p.Seat, p.Price)
	}
	return args, nil
}

func refuseInput(detail string) *Refusal { return &Refusal{Code: CodeInvalid, Detail: detail} }

// Release gives back the named seats, or all when seats is empty. What is gone is success. Codes: unavailable.
func (l *Live) Release(ctx context.Context, event, buyer string, seats []string) (HoldView, error) {
	args := make([]any, 0, 1+len(seats))
	args = append(args, buyer)
	for _, s := range seats {
		args = append(args, s)
	}
	return l.viewOf(ctx, l.scripts.release, event, buyer, args...)
}

// Extend moves the deadline to now + policy.Hold, at most to the ceiling, and never back.
// Codes: hold_expired, sale_closed, unavailable.
func (l *Live) Extend(ctx context.Context, event, buyer string) (HoldView, error) {
	return l.viewOf(ctx, l.scripts.extend, event, buyer, buyer)
}

// HoldOf returns the buyer's hold. Codes: unavailable.
func (l *Live) HoldOf(ctx context.Context, event, buyer string) (HoldView, error) {
	return l.viewOf(ctx, l.scripts.holdOf, event, buyer, buyer)
}

// Expired is what Expire did, and when by the clock of Redis: only that says how far the next deadline is.
type Expired struct {
	Freed int       // holds
	Next  time.Time // deadline, zero: none; it has passed already when there were more than the limit
	Now   time.Time
}

// Expire frees the seats of at most limit holds whose deadline has passed, the earliest first. It returns how many holds
// it ended and the next deadline. Codes: unavailable.
func (l *Live) Expire(ctx context.Context, event string, limit int) (Expired, error) {
	a, err := l.call(ctx, l.scripts.expire, event, limit)
	if err != nil {
		return Expired{}, err
	}
	e := Expired{Freed: int(a.number()), Next: a.time(), Now: a.time()}
	if err := a.done(); err != nil {
		return Expired{}, err
	}
	return e, nil
}

// viewOf runs a script that ends in the prelude's view.
func (l *Live) viewOf(ctx context.Context, s *redis.Script, event, buyer string, args ...any) (HoldView, error) {
	a, err := l.call(ctx, s, event, args...)
	if err != nil {
		return HoldView{}, err
	}
	v := HoldView{Now: a.time()}
	text, extendable := a.text(), a.text() == "1"
	ceiling := a.time()
	v.Expires, v.Group = a.time(), int(a.number())
	if err := a.done(); err != nil {
		return HoldView{}, err
	}
	if text != "" {
		if v.Hold, err = parseHold(event, buyer, []byte(text), extendable, ceiling); err != nil {
			return HoldView{}, fmt.Errorf("read hold of buyer %s: %w", buyer, err)
		}
	}
	return v, nil
}
