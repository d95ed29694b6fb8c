package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"jari/seatmap"
	"jari/server/live"
	"jari/server/protocol"
)

const (
	seatIDBytes  = 64
	eventIDBytes = 32
	zoneIDBytes  = 32
)

func invalid(format string, values ...any) *seatmap.Refusal {
	return refuse(seatmap.CodeInvalid, fmt.Sprintf(format, values...))
}

// decodeObject reads one JSON object and nothing after it. Unknown fields are tolerated: the protocol grows. Codes: invalid.
func decodeObject(b []byte, into any) error {
	if !utf8.Valid(b) {
		return invalid("not UTF-8")
	}
	if trimmed := bytes.TrimLeft(b, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return invalid("a JSON object is expected")
	}
	err := json.Unmarshal(b, into)
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return invalid("not JSON: %s at byte %d", strings.TrimPrefix(syntax.Error(), "json: "), syntax.Offset)
	case errors.As(err, &wrong):
		return invalid("%s cannot be a JSON %s", fieldName(wrong.Field), wrong.Value)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return invalid("not JSON: it ends too early")
	}
	return invalid("not what is expected here")
}

// fieldName hides the names of embedded Go structs.
func fieldName(path string) string {
	path = strings.TrimPrefix(path, "HoldBody.")
	if path == "" {
		return "the message"
	}
	return path
}

// decodeBody reads the request's body; an optional one may be absent. It is never unpacked: some KB may be packed GBs. Codes: invalid.
func decodeBody(c *fiber.Ctx, into any, optional bool) error {
	b := c.BodyRaw()
	if len(b) == 0 && optional {
		return nil
	}
	if encoding := c.Get(fiber.HeaderContentEncoding); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return invalid("a body comes without Content-Encoding")
	}
	return decodeObject(b, into)
}

// eventID is the event of the address. An id that cannot be one is not looked for. Codes: not_found.
func eventID(c *fiber.Ctx) (string, error) {
	id := strings.Clone(c.Params("event"))
	return id, checkEvent(id)
}

func checkEvent(id string) error {
	if id == "" || len(id) > eventIDBytes || id[0] == '-' {
		return refuse(seatmap.CodeNotFound, "no such event")
	}
	for _, b := range []byte(id) {
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' {
			return refuse(seatmap.CodeNotFound, "no such event")
		}
	}
	return nil
}

func checkZone(id string) error {
	if id == "" || len(id) > zoneIDBytes {
		return refuse(seatmap.CodeNotFound, "no such zone")
	}
	for _, b := range []byte(id) {
		if (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '-' && b != '_' {
			return refuse(seatmap.CodeNotFound, "no such zone")
		}
	}
	return nil
}

// seatID is the seat of the address: Fiber leaves escapes as they came, because a seat id may hold a slash. Codes: invalid.
func seatID(c *fiber.Ctx) (string, error) {
	id, err := url.PathUnescape(strings.Clone(c.Params("seat")))
	if err != nil {
		return "", invalid("the seat's id is not escaped as addresses are")
	}
	return id, checkSeat(id)
}

func checkSeat(id string) error {
	if id == "" || len(id) > seatIDBytes || !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl) {
		return invalid("a seat id has 1 to %d bytes and no control characters", seatIDBytes)
	}
	return nil
}

// bookingSeats is the most seats a booking can have: no event lets a buyer have more.
const bookingSeats = 1000

// checkSeats refuses lists that are empty, too long for one hold or release, or name a seat twice. Codes: invalid.
func (a *API) checkSeats(seats []string) error { return checkList(seats, a.cfg.Limits.SeatsPerRequest) }

func checkList(seats []string, most int) error {
	if len(seats) == 0 {
		return invalid("seats is empty")
	}
	if len(seats) > most {
		return invalid("at most %d seats a request", most)
	}
	seen := make(map[string]struct{}, len(seats))
	for _, id := range seats {
		if err := checkSeat(id); err != nil {
			return err
		}
		if _, twice := seen[id]; twice {
			return invalid("a seat is named twice")
		}
		seen[id] = struct{}{}
	}
	return nil
}

// holdRequest is what a buyer asks for: exactly one of seats, quantity and best. Codes: invalid, not_found.
func (a *API) holdRequest(zone string, b protocol.HoldBody) (live.HoldRequest, error) {
	ways := 0
	for _, said := range []bool{b.Seats != nil, b.Quantity != nil, b.Best != nil} {
		if said {
			ways++
		}
	}
	if ways != 1 {
		return live.HoldRequest{}, invalid("say exactly one of seats, quantity and best")
	}
	if b.Best != nil {
		if b.Best.Zone != "" {
			if err := checkZone(b.Best.Zone); err != nil {
				return live.HoldRequest{}, err
			}
		}
		best := live.Best(*b.Best)
		return live.HoldRequest{Best: &best}, a.checkQuantity(b.Best.Quantity)
	}
	if zone == "" {
		return live.HoldRequest{}, invalid("say the zone")
	}
	if err := checkZone(zone); err != nil {
		return live.HoldRequest{}, err
	}
	if b.Quantity != nil {
		return live.HoldRequest{Zone: zone, Quantity: *b.Quantity}, a.checkQuantity(*b.Quantity)
	}
	return live.HoldRequest{Zone: zone, Seats: b.Seats}, a.checkSeats(b.Seats)
}

func (a *API) checkQuantity(n int) error {
	if most := a.cfg.Limits.SeatsPerRequest; n < 1 || n > most {
		return invalid("quantity is from 1 to %d", most)
	}
	return nil
}
