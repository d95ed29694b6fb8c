// Package booking turns holds into bookings: the request side (Desk), the worker that decides in log order, the outbox that shows
// decisions in Redis, and the sweeper that settles what was lost on the way.
package booking

import (
	"context"
	"time"

	"jari/seatmap"
	"jari/server/store"
	"jari/server/stream"
)

// Topics. Bookings and outcomes have the event as key.
const (
	TopicBookings    = "bookings"
	TopicOutcomes    = "booking-outcomes"
	TopicDeadLetters = "bookings.dead-letter"
)

// Reasons of a rejected booking. The first two are the same words as the codes of a refused hold.
const (
	ReasonSeatUnavailable = "seat_unavailable"
	ReasonHoldLimit       = "hold_limit"
	ReasonLapsed          = "lapsed"      // the request was lost on its way to the log
	ReasonDeadLetter      = "dead_letter" // the record could not be read; only this one may be decided anew
)

// Lease is how long a pending booking may take before the sweeper asks the log what became of it. The producer gives up
// after 10 s, so what is asked for is normally in the log or nowhere.
const Lease = 30 * time.Second

// Producer puts records on the log; *stream.Producer is one.
type Producer interface {
	// Produce returns nil when the record is in the log; any error says that its fate is unknown.
	Produce(ctx context.Context, topic, key string, value []byte) error
	ProduceAll(ctx context.Context, records []stream.Record) error
}

// EventSource knows events and their plans; it may cache, for a plan never changes.
// An unknown event is store.ErrNotFound or a *seatmap.Refusal with code not_found.
type EventSource interface {
	Event(ctx context.Context, id string) (store.Event, *seatmap.Plan, error)
}
