package api

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"jari/server/protocol"
)

func (a *API) getHold(c *fiber.Ctx, buyer string) error {
	event, err := eventID(c)
	if err != nil {
		return err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	answer, err := a.cfg.Node.HoldOf(ctx, event, buyer)
	if err != nil {
		return err
	}
	return c.JSON(answer)
}

func (a *API) addToHold(c *fiber.Ctx, buyer string) error {
	event, err := eventID(c)
	if err != nil {
		return err
	}
	var body struct {
		Zone string `json:"zone"`
		protocol.HoldBody
	}
	if err := decodeBody(c, &body, false); err != nil {
		return err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	answer, err := a.hold(ctx, event, buyer, body.Zone, body.HoldBody)
	if err != nil {
		return err
	}
	return c.JSON(answer)
}

// hold is the one way to a hold, from HTTP and from sockets.
func (a *API) hold(ctx context.Context, event, buyer, zone string, b protocol.HoldBody) (protocol.HoldAnswer, error) {
	request, err := a.holdRequest(zone, b)
	if err != nil {
		return protocol.HoldAnswer{}, err
	}
	answer, err := a.cfg.Node.Hold(ctx, event, buyer, request)
	a.metrics.held(err)
	return answer, err
}

func (a *API) releaseHold(c *fiber.Ctx, buyer string) error { return a.release(c, buyer, nil) }

func (a *API) releaseSeat(c *fiber.Ctx, buyer string) error {
	seat, err := seatID(c)
	if err != nil {
		return err
	}
	return a.release(c, buyer, []string{seat})
}

func (a *API) release(c *fiber.Ctx, buyer string, seats []string) error {
	event, err := eventID(c)
	if err != nil {
		return err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	if _, err := a.cfg.Node.Release(ctx, event, buyer, seats); err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}

func (a *API) extendHold(c *fiber.Ctx, buyer string) error {
	event, err := eventID(c)
	if err != nil {
		return err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	answer, err := a.cfg.Node.Extend(ctx, event, buyer)
	if err != nil {
		return err
	}
	return c.JSON(answer)
}
