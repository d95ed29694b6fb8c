package api

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
)

// routes is every address of the server.
func (a *API) routes() {
	a.app.Use(a.observe)
	a.app.Use(a.serveOtherOrigins) // before the limits: their refusals are for those pages too
	a.app.Use(a.limit)
	if !a.cfg.HealthOnly {
		a.app.Use(preflight)
		a.app.Use(a.servePage)
	}
	a.app.Get("/healthz", a.health)
	a.app.Get("/readyz", a.ready)
	if !a.cfg.AdminElsewhere {
		a.app.Get("/metrics", adaptor.HTTPHandler(a.metrics.page()))
	}
	if a.cfg.HealthOnly {
		return
	}
	a.app.Get("/api/docs", a.docs.page)
	a.app.Get("/api/docs/:file", a.docs.file)

	v1 := a.app.Group("/api/v1", noStore)
	v1.Post("/sessions", a.createSession)
	v1.Get("/socket", a.socket())

	v1.Get("/events", a.listEvents)
	v1.Get("/events/:event", a.getEvent)
	v1.Get("/events/:event/zones", a.getZones)
	v1.Get("/events/:event/zones/:zone", a.getZone)
	v1.Get("/events/:event/zones/:zone/state", a.getZoneState)

	v1.Get("/events/:event/seats", a.getPlaces)
	v1.Get("/events/:event/best", a.getBest)

	v1.Get("/events/:event/hold", a.asBuyer(a.getHold))
	v1.Post("/events/:event/hold", a.asBuyer(a.addToHold))
	v1.Delete("/events/:event/hold", a.asBuyer(a.releaseHold))
	v1.Delete("/events/:event/hold/seats/:seat", a.asBuyer(a.releaseSeat))
	v1.Post("/events/:event/hold/extend", a.asBuyer(a.extendHold))

	v1.Post("/events/:event/bookings", a.asBuyer(a.book))
	v1.Get("/bookings", a.asBuyer(a.listBookings))
	v1.Get("/bookings/:booking", a.readBooking)
	v1.Post("/bookings/:booking/cancel", a.asBuyer(a.cancelBooking))
	v1.Post("/bookings/:booking/link", a.asBuyer(a.linkBooking))
	v1.Delete("/bookings/:booking/link", a.asBuyer(a.unlinkBooking))
}

// noStore keeps answers out of caches unless a handler says otherwise.
func noStore(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Next()
}
