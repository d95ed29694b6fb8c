package seatmap

import "time"

// Code is the stable word for a refused rule; the same in problem+json and in socket messages.
type Code string

const (
	CodeInvalid         Code = "invalid"
	CodeNotFound        Code = "not_found"
	CodeSeatUnavailable Code = "seat_unavailable"
	CodeHoldLimit       Code = "hold_limit"
	CodeSaleClosed      Code = "sale_closed"
	CodeBookingPending  Code = "booking_pending"
	CodeHoldExpired     Code = "hold_expired"
	CodeMismatch        Code = "idempotency_mismatch"
	CodeUnavailable     Code = "unavailable"
)

// SeatState names a seat and what it is now.
type SeatState struct {
	Zone  string `json:"zone"`
	Seat  string `json:"seat"`
	State State  `json:"-"` // the edge writes it as a number
}

// Refusal is a rule saying no. It is an answer, not a failure: it is never logged as an error.
type Refusal struct {
	Code       Code
	Detail     string
	Seats      []SeatState   // of CodeSeatUnavailable: the seats that stood in the way
	RetryAfter time.Duration // of CodeUnavailable
	Err        error         // of CodeUnavailable: what kept Redis from answering, or ErrClosed
}

func (r *Refusal) Unwrap() error { return r.Err }

// Error is for the log: it tells the cause, which a stranger is not told.
func (r *Refusal) Error() string {
	text := string(r.Code)
	if r.Detail != "" {
		text += ": " + r.Detail
	}
	if r.Err != nil {
		text += ": " + r.Err.Error()
	}
	return text
}
