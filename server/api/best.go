package api

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jari/server/live"
)

// getBest proposes seats together and holds none.
func (a *API) getBest(c *fiber.Ctx) error {
	event, err := eventID(c)
	if err != nil {
		return err
	}
	wish, err := a.wish(c)
	if err != nil {
		return err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	proposal, err := a.cfg.Node.Propose(ctx, event, wish)
	if err != nil {
		return err
	}
	return c.JSON(proposal)
}

// wish is what the address asks for. Codes: invalid, not_found.
func (a *API) wish(c *fiber.Ctx) (live.Wish, error) {
	w := live.Wish{Zone: strings.Clone(c.Query("zone"))}
	if w.Zone != "" {
		if err := checkZone(w.Zone); err != nil {
			return w, err
		}
	}
	var err error
	if w.Quantity, err = strconv.Atoi(c.Query("quantity")); err != nil {
		return w, invalid("quantity is from 1 to %d", a.cfg.Limits.SeatsPerRequest)
	}
	if err := a.checkQuantity(w.Quantity); err != nil {
		return w, err
	}
	for _, category := range c.Context().QueryArgs().PeekMulti("category") {
		w.Categories = append(w.Categories, string(category))
	}
	switch c.Query("accessible", "false") {
	case "true":
		w.Accessible = true
	case "false":
	default:
		return w, invalid("accessible is true or false")
	}
	if w.Skip, err = strconv.Atoi(c.Query("skip", "0")); err != nil || w.Skip < 0 || w.Skip >= live.ProposalsMost {
		return w, invalid("skip is from 0 to %d", live.ProposalsMost-1)
	}
	return w, nil
}
