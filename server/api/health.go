package api

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
)

// readyWithin is how long readiness waits for the parts: a probe's own patience is usually a second or more.
const readyWithin = 2 * time.Second

type health struct {
	Status  string `json:"status"`
	Version string `json:"version,omitempty"`
	Detail  string `json:"detail,omitempty"`
}

// health says that the process runs and answers; it asks nobody else, so that a database that is away restarts no node.
func (a *API) health(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(health{Status: "ok", Version: a.cfg.Version})
}

// ready says whether traffic may be sent here.
func (a *API) ready(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if a.draining.Load() {
		return c.Status(http.StatusServiceUnavailable).JSON(health{Status: "draining", Version: a.cfg.Version})
	}
	ctx, cancel := a.within(readyWithin)
	defer cancel()
	if err := a.cfg.Ready(ctx); err != nil {
		return c.Status(http.StatusServiceUnavailable).JSON(health{Status: "not ready", Version: a.cfg.Version, Detail: err.Error()})
	}
	return c.JSON(health{Status: "ready", Version: a.cfg.Version})
}
