package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
)

const (
	localRequestID = "request_id"
	// apiPolicy is for answers that are no page: nothing in them may be run or framed.
	apiPolicy = "default-src 'none'; frame-ancestors 'none'"
)

var errPanic = errors.New("panic")

// observe names, guards, answers, measures and logs every request.
func (a *API) observe(c *fiber.Ctx) error {
	start := time.Now()
	id := c.Get(fiber.HeaderXRequestID)
	if !saneRequestID(id) {
		id = uuid.NewString()
	}
	c.Locals(localRequestID, id)
	c.Set(fiber.HeaderXRequestID, id)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set(fiber.HeaderContentSecurityPolicy, apiPolicy)
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
	level := slog.LevelInfo
	switch {
	case status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable:
		level = slog.LevelError
	case route == "other" || !strings.HasPrefix(route, "/api/v1"):
		level = slog.LevelDebug
	}
	a.log.LogAttrs(c.Context(), level, "request", slog.String("request_id", id), slog.String("method", c.Method()),
		slog.String("path", c.Path()), slog.Int("status", status), slog.Duration("took", took), slog.String("address", c.IP()))
	return nil
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
