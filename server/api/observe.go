package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
)

const (
	localRequestID = "request_id"
	// slowRequest took so long that whoever runs the server wants to know: bookings wait for Kafka, all else is milliseconds.
	slowRequest = time.Second
)

var errPanic = errors.New("panic")

// observe names, guards, answers, measures and logs every request.
func (a *API) observe(c *fiber.Ctx) error {
	start := time.Now()
	a.introduce(c)
	id, address := requestID(c), a.meet(c)
	if a.draining.Load() {
		c.Set(fiber.HeaderConnection, "close")
	}
	if err := a.guarded(c); err != nil {
		if err := a.problem(c, err); err != nil {
			return err
		}
	}
	status, took := c.Response().StatusCode(), time.Since(start)
	route := c.Route().Path
	if route == "/" && c.Path() != "/" {
		route = "other" // the page's addresses, and what no route matches: strangers must not name metrics
	}
	a.metrics.requests.WithLabelValues(c.Method(), route, strconv.Itoa(status)).Observe(took.Seconds())
	// The path alone: what stands in a query is the stranger's, and may be a token.
	a.log.LogAttrs(c.Context(), levelOf(status, took), "request", slog.String("request_id", id), slog.String("method", c.Method()),
		slog.String("path", c.Path()), slog.Int("status", status), slog.Duration("took", took), slog.Any("address", address))
	return nil
}

// introduce names the request, unless it has its name, and puts on the answer what every answer has.
func (a *API) introduce(c *fiber.Ctx) {
	id := requestID(c)
	if id == "" {
		id = c.Get(fiber.HeaderXRequestID)
	}
	if !saneRequestID(id) {
		id = uuid.NewString()
	}
	c.Locals(localRequestID, id)
	c.Set(fiber.HeaderXRequestID, id)
	a.secure(c)
}

// levelOf is how loud a request's line is. Under load there are thousands a second, and a refusal is an answer: metrics count them, and
// the log is left to what went wrong.
func levelOf(status int, took time.Duration) slog.Level {
	switch {
	case status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable: // whoever is away has said so itself
		return slog.LevelError
	case took >= slowRequest:
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

// guarded turns a panic into an error: its text is for the log, never for the stranger.
func (a *API) guarded(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack())
		}
	}()
	return c.Next()
}

func requestID(c *fiber.Ctx) string {
	id, _ := c.Locals(localRequestID).(string)
	return id
}

// saneRequestID: a proxy's own id is kept when it cannot disturb a log.
func saneRequestID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for _, r := range []byte(id) {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_' && r != '.' {
			return false
		}
	}
	return true
}
