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

// alive says that the process runs and answers; it asks nobody else, so that a database that is away restarts no node.
func (a *API) alive() health { return health{Status: "ok", Version: a.cfg.Version} }

// readiness says whether traffic may be sent here, and, where only those who run the node can read it, why not.
func (a *API) readiness(reasons bool) (status int, h health) {
	h = health{Status: "ready", Version: a.cfg.Version}
	if a.draining.Load() {
		h.Status = "draining"
		return http.StatusServiceUnavailable, h
	}
	ctx, cancel := a.within(readyWithin)
	defer cancel()
	if err := a.cfg.Ready(ctx); err != nil {
		h.Status = "not ready"
		if reasons {
			h.Detail = err.Error()
		}
		return http.StatusServiceUnavailable, h
	}
	return http.StatusOK, h
}

func (a *API) health(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(a.alive())
}

func (a *API) ready(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	status, h := a.readiness(!a.cfg.AdminElsewhere)
	return c.Status(status).JSON(h)
}
