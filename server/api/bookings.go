package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"jari/seatmap"
	"jari/server/booking"
	"jari/server/protocol"
)

const (
	headerKey     = "Idempotency-Key"
	headerLink    = "Booking-Key" // of a booking's link
	bookingsUsual = 50
	bookingsMost  = 200
)

// book makes the buyer's hold a booking: 202 while it is being decided, 200 when the same key was decided before, and 503 with the
// booking when its fate is not known yet.
func (a *API) book(c *fiber.Ctx, buyer string) error {
	event, err := eventID(c)
	if err != nil {
		return err
	}
	key := strings.Clone(c.Get(headerKey))
	var body struct {
		Name  string   `json:"name"`
		Email string   `json:"email"`
		Seats []string `json:"seats"`
	}
	if err := decodeBody(c, &body, true); err != nil {
		return err
	}
	if body.Seats != nil {
		if err := checkList(body.Seats, bookingSeats); err != nil {
			return err
		}
	}
	ctx, cancel := a.within(a.cfg.Limits.Booking)
	defer cancel()
	b, err := a.cfg.Desk.Book(ctx, booking.Request{Event: event, Buyer: buyer, Key: key, Name: body.Name, Email: body.Email, Seats: body.Seats})
	if b.ID != "" {
		c.Set(fiber.HeaderLocation, "/api/v1/bookings/"+b.ID)
	}
	var refusal *seatmap.Refusal
	if b.ID != "" && errors.As(err, &refusal) && refusal.Code == seatmap.CodeUnavailable {
		return a.problemWith(c, err, &b)
	}
	if err != nil {
		return err
	}
	status := http.StatusOK
	if b.Status == protocol.StatusPending {
		status = http.StatusAccepted
	}
	return c.Status(status).JSON(protocol.BookingAnswer{Booking: b})
}

func (a *API) listBookings(c *fiber.Ctx, buyer string) error {
	limit, err := queryLimit(c, bookingsUsual, bookingsMost)
	if err != nil {
		return err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	list, err := a.cfg.Desk.List(ctx, buyer, limit)
	if err != nil {
		return err
	}
	return c.JSON(protocol.BookingList{Bookings: orEmpty(list)})
}

// readBooking shows a booking to its buyer, or to whoever has the key of its link. Who sends a key is nobody else, whatever token is
// beside it.
func (a *API) readBooking(c *fiber.Ctx) error {
	if key := c.Get(headerLink); key != "" {
		return a.openBooking(c, key)
	}
	return a.asBuyer(a.getBooking)(c)
}

func (a *API) openBooking(c *fiber.Ctx, key string) error {
	id, err := bookingID(c)
	if err != nil {
		return err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	b, err := a.cfg.Desk.Linked(ctx, id, key)
	if err != nil {
		return err
	}
	return c.JSON(protocol.BookingAnswer{Booking: b})
}

// linkBooking makes a key for the booking's link.
func (a *API) linkBooking(c *fiber.Ctx, buyer string) error {
	id, err := bookingID(c)
	if err != nil {
		return err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	key, err := a.cfg.Desk.Link(ctx, buyer, id)
	if err != nil {
		return err
	}
	return c.Status(http.StatusCreated).JSON(protocol.LinkAnswer{Key: key})
}

// unlinkBooking makes every key of the booking worthless.
func (a *API) unlinkBooking(c *fiber.Ctx, buyer string) error {
	id, err := bookingID(c)
	if err != nil {
		return err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	if err := a.cfg.Desk.Unlink(ctx, buyer, id); err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}

func (a *API) getBooking(c *fiber.Ctx, buyer string) error {
	id, err := bookingID(c)
	if err != nil {
		return err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	b, err := a.cfg.Desk.Get(ctx, buyer, id)
	if err != nil {
		return err
	}
	return c.JSON(protocol.BookingAnswer{Booking: b})
}

// bookingID is the booking of the address. Codes: not_found.
func bookingID(c *fiber.Ctx) (string, error) {
	return readBookingID(c.Params("booking"))
}

// readBookingID takes an id as it is written and in no other form. Codes: not_found.
func readBookingID(text string) (string, error) {
	id, err := uuid.Parse(text)
	if err != nil || id.String() != text {
		return "", refuse(seatmap.CodeNotFound, "no such booking")
	}
	return id.String(), nil
}

// cancelBooking gives back all seats of a booking, or the named ones. An empty list is refused: it could be meant either way.
func (a *API) cancelBooking(c *fiber.Ctx, buyer string) error {
	id, err := bookingID(c)
	if err != nil {
		return err
	}
	var body struct {
		Seats []string `json:"seats"`
	}
	if err := decodeBody(c, &body, true); err != nil {
		return err
	}
	if body.Seats != nil {
		if err := checkList(body.Seats, bookingSeats); err != nil {
			return err
		}
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	b, err := a.cfg.Desk.Cancel(ctx, buyer, id, body.Seats)
	if err != nil {
		return err
	}
	return c.JSON(protocol.BookingAnswer{Booking: b})
}
