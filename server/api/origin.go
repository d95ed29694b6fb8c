package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// NullOrigin is what browsers send for pages without an origin, such as a frame that is sandboxed without allow-same-origin. Anybody can
// make one, so whoever allows it allows every page.
const NullOrigin = "null"

// ownOrigin reports whether a browser's page may use the API: one from this host, or from a configured origin.
// Without an Origin header it is no browser's page.
func (a *API) ownOrigin(origin, host string) bool {
	if origin == "" || a.allowedOrigin(origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

func (a *API) allowedOrigin(origin string) bool {
	for _, allowed := range a.cfg.AllowedOrigins {
		if strings.EqualFold(strings.TrimSuffix(allowed, "/"), origin) {
			return true
		}
	}
	return false
}

// serveOtherOrigins lets the configured origins' pages call the API (CORS); to all others it says nothing, so browsers refuse.
func (a *API) serveOtherOrigins(c *fiber.Ctx) error {
	if len(a.cfg.AllowedOrigins) == 0 {
		return c.Next()
	}
	c.Vary(fiber.HeaderOrigin)
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" || !a.allowedOrigin(origin) {
		return c.Next()
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, origin)
	c.Set(fiber.HeaderAccessControlExposeHeaders, "ETag, Location, Retry-After, X-Request-Id")
	return c.Next()
}

// preflight answers what browsers ask before they let such a page call.
func preflight(c *fiber.Ctx) error {
	if c.Method() != http.MethodOptions || c.Get(fiber.HeaderAccessControlRequestMethod) == "" ||
		len(c.Response().Header.Peek(fiber.HeaderAccessControlAllowOrigin)) == 0 {
		return c.Next()
	}
	c.Set(fiber.HeaderAccessControlAllowMethods, "GET, POST, DELETE")
	c.Set(fiber.HeaderAccessControlAllowHeaders, "Authorization, Booking-Key, Content-Type, Idempotency-Key, X-Request-Id")
	c.Set(fiber.HeaderAccessControlMaxAge, "600")
	return c.SendStatus(http.StatusNoContent)
}
