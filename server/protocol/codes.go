package protocol

import "jari/seatmap"

// Codes that only the edge gives; the others are seatmap's.
const (
	CodeUnauthorized seatmap.Code = "unauthorized"
	CodeForbidden    seatmap.Code = "forbidden"
	CodeRateLimited  seatmap.Code = "rate_limited"
	CodeInternal     seatmap.Code = "internal"
)

// Problem is an error answer of HTTP, application/problem+json (RFC 9457).
type Problem struct {
	Type      string       `json:"type"` // where /api/docs explains the code
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Code      seatmap.Code `json:"code"`
	Detail    string       `json:"detail,omitempty"`
	RequestID string       `json:"request_id,omitempty"`
	// Seats are those that stood in the way, of seat_unavailable.
	Seats []SeatState `json:"seats,omitempty"`
	// Booking is in a 503 whose booking's fate is not known yet: ask again with the same Idempotency-Key.
	Booking *Booking `json:"booking,omitempty"`
}
