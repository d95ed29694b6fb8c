package api

import (
	"net/http"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
)

// createSession makes a guest, or renews the buyer whose valid token comes along. A token that is not valid is refused rather than
// answered with another buyer, who would have none of the first one's bookings.
func (a *API) createSession(c *fiber.Ctx) error {
	if err := a.guard.session(client(c)); err != nil {
		return err
	}
	token, err := bearer(c)
	if err != nil {
		return err
	}
	buyer := ""
	if token == "" {
		buyer = uuid.NewString()
	} else if buyer, _, err = a.tokens.read(token); err != nil {
		return err
	}
	session, err := a.tokens.issue(buyer)
	if err != nil {
		return err
	}
	return c.Status(http.StatusCreated).JSON(session)
}
