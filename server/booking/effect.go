package booking

import (
	"encoding/json"
	"fmt"
	"time"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

// effect is a decision of the database as the outbox keeps it, as Redis gets it and as booking-outcomes carries it.
type effect struct {
	Event    string `json:"event"`
	Revision int64  `json:"revision"`
	ID       string `json:"booking_id,omitempty"` // empty: seats were blocked or unblocked
	Buyer    string `json:"buyer,omitempty"`
	// Decision is what was decided: confirmed, rejected, cancelled. A booking of which a part was cancelled is still confirmed.
	Decision  string            `json:"decision,omitempty"`
	Confirmed int               `json:"confirmed_change,omitempty"` // of the buyer's confirmed seats
	Seats     []effectSeat      `json:"seats"`
	Booking   *protocol.Booking `json:"booking,omitempty"`
}

// effectSeat is what the database says of a seat after the decision.
type effectSeat struct {
	Zone  string `json:"zone"`
	Index int    `json:"index"`
	Seat  string `json:"seat"`
	State int    `json:"state"` // as in the public protocol: 0 available, 2 booked, 3 blocked
}

func showSeat(s store.BookedSeat, is seatmap.State) effectSeat {
	return effectSeat{Zone: s.Zone, Index: s.Index, Seat: s.Seat, State: int(is - seatmap.Available)}
}

// effectOf shows a booking and all its seats as they are now.
func effectOf(b *store.Booking, state func(event, seat string) seatmap.State) effect {
	public := b.Public()
	fx := effect{Event: b.Event, Revision: b.Revision, ID: b.ID, Buyer: b.Buyer, Decision: b.Status,
		Seats: make([]effectSeat, len(b.Seats)), Booking: &public}
	for i, s := range b.Seats {
		fx.Seats[i] = showSeat(s, state(b.Event, s.Seat))
	}
	return fx
}

func (fx *effect) row(kind string, now time.Time) (store.OutboxRow, error) {
	body, err := json.Marshal(fx)
	if err != nil {
		return store.OutboxRow{}, fmt.Errorf("encode revision %d of event %s: %w", fx.Revision, fx.Event, err)
	}
	return store.OutboxRow{Event: fx.Event, Revision: fx.Revision, Kind: kind, Body: body, At: now}, nil
}

// decisionOf reads an outbox row for Redis. The notice is the public JSON of the booking.
func decisionOf(row store.OutboxRow) (seatmap.Decision, error) {
	var fx struct {
		effect
		Booking json.RawMessage `json:"booking"`
	}
	if err := json.Unmarshal(row.Body, &fx); err != nil {
		return seatmap.Decision{}, fmt.Errorf("decode outbox of event %s at revision %d: %w", row.Event, row.Revision, err)
	}
	d := seatmap.Decision{Event: row.Event, Revision: row.Revision, Booking: fx.ID, Buyer: fx.Buyer, Status: fx.Decision,
		Notice: fx.Booking, Confirmed: fx.Confirmed, Seats: make([]seatmap.DecidedSeat, len(fx.Seats))}
	for i, s := range fx.Seats {
		d.Seats[i] = seatmap.DecidedSeat{Zone: s.Zone, Index: s.Index, Seat: s.Seat, State: seatmap.Available + seatmap.State(s.State)}
	}
	return d, nil
}
