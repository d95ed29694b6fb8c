package api

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"jari/hub"
	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

const problemType = "application/problem+json"

// retryUsual is told when who refuses names no time.
const retryUsual = time.Second

type kind struct {
	status int
	title  string
}

// kindOf is the one table from code to status and title.
func kindOf(code seatmap.Code) kind {
	switch code {
	case seatmap.CodeInvalid:
		return kind{http.StatusBadRequest, "The request is not valid"}
	case protocol.CodeUnauthorized:
		return kind{http.StatusUnauthorized, "A valid token is needed"}
	case protocol.CodeForbidden:
		return kind{http.StatusForbidden, "This is not allowed"}
	case seatmap.CodeNotFound:
		return kind{http.StatusNotFound, "There is no such thing"}
	case seatmap.CodeSeatUnavailable:
		return kind{http.StatusConflict, "Not all of the seats are available"}
	case seatmap.CodeHoldLimit:
		return kind{http.StatusConflict, "No more seats for this buyer"}
	case seatmap.CodeSaleClosed:
		return kind{http.StatusConflict, "The event is not on sale"}
	case seatmap.CodeBookingPending:
		return kind{http.StatusConflict, "The booking is still being decided"}
	case seatmap.CodeHoldExpired:
		return kind{http.StatusGone, "The hold has expired"}
	case seatmap.CodeMismatch:
		return kind{http.StatusUnprocessableEntity, "The key was used for another booking"}
	case protocol.CodeRateLimited:
		return kind{http.StatusTooManyRequests, "Too many requests"}
	case seatmap.CodeUnavailable:
		return kind{http.StatusServiceUnavailable, "Not available for the moment"}
	}
	return kind{http.StatusInternalServerError, "Something went wrong"}
}

func refuse(code seatmap.Code, detail string) *seatmap.Refusal {
	return &seatmap.Refusal{Code: code, Detail: detail}
}

// answerable turns any error into what a stranger may know. known is false for an error of ours, which is to be logged.
func answerable(err error) (r *seatmap.Refusal, known bool) {
	if errors.As(err, &r) {
		return r, kindOf(r.Code).status != http.StatusInternalServerError
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return refuse(seatmap.CodeNotFound, ""), true
	case errors.Is(err, store.ErrUnavailable):
		return refuse(seatmap.CodeUnavailable, "the database does not answer, try again"), true // the node's watch logs it once a second
	case errors.Is(err, hub.ErrGone), errors.Is(err, hub.ErrDraining):
		return refuse(seatmap.CodeUnavailable, "this socket is ending"), true
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return refuse(seatmap.CodeUnavailable, "this took too long, try again"), false
	}
	return refuse(protocol.CodeInternal, ""), false
}

// problem is Fiber's error handler: every error answer leaves through it.
func (a *API) problem(c *fiber.Ctx, err error) error { return a.problemWith(c, err, nil) }

func (a *API) problemWith(c *fiber.Ctx, err error, pending *protocol.Booking) error {
	var wrong *fiber.Error
	if errors.As(err, &wrong) {
		return a.write(c, a.ofFiber(wrong))
	}
	r, known := answerable(err)
	if !known {
		a.log.LogAttrs(c.Context(), slog.LevelError, "request failed", slog.String("request_id", requestID(c)),
			slog.String("method", c.Method()), slog.String("path", c.Path()), slog.Any("error", err))
	}
	k := kindOf(r.Code)
	p := protocol.Problem{Title: k.title, Status: k.status, Code: r.Code, Detail: r.Detail, Booking: pending}
	if len(r.Seats) > 0 {
		p.Seats = protocol.SeatStates(r.Seats)
	}
	switch k.status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(retrySeconds(r.RetryAfter)))
	case http.StatusUnauthorized:
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="jari"`)
	}
	return a.write(c, p)
}

// ofFiber words the framework's own refusals: no such route, another method, a body too large, a request that is not HTTP.
func (a *API) ofFiber(e *fiber.Error) protocol.Problem {
	p := protocol.Problem{Status: e.Code, Title: http.StatusText(e.Code), Code: seatmap.CodeInvalid}
	switch {
	case e.Code == http.StatusNotFound:
		p.Code, p.Title = seatmap.CodeNotFound, kindOf(seatmap.CodeNotFound).title
	case e.Code == http.StatusMethodNotAllowed:
		p.Detail = "the Allow header names the methods of this address"
	case e.Code == http.StatusRequestEntityTooLarge:
		p.Detail = "a body has at most " + strconv.Itoa(a.cfg.Limits.BodyBytes) + " bytes"
	case e.Code >= http.StatusInternalServerError:
		p.Code = protocol.CodeInternal
	}
	return p
}

func (a *API) write(c *fiber.Ctx, p protocol.Problem) error {
	p.Type = "/api/docs#" + string(p.Code)
	p.RequestID = requestID(c)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(p.Status).JSON(p, problemType)
}

// retrySeconds rounds up to whole seconds, at least 1.
func retrySeconds(d time.Duration) int {
	if d <= 0 {
		d = retryUsual
	}
	return int(math.Ceil(d.Seconds()))
}
