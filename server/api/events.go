package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jari/seatmap"
	"jari/server/live"
	"jari/server/protocol"
)

const (
	eventsUsual = 20
	eventsMost  = 50
	cursorBytes = 256
	zonesMost   = 64
	forever     = "public, max-age=31536000, immutable"
)

// within bounds a request's work. Fiber's own context does not end when the client goes away, so time is the only bound.
func (a *API) within(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), d)
}

func (a *API) listEvents(c *fiber.Ctx) error {
	limit, err := queryLimit(c, eventsUsual, eventsMost)
	if err != nil {
		return err
	}
	after := strings.Clone(c.Query("after"))
	if len(after) > cursorBytes {
		return invalid("after is not a cursor of this server")
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	list, err := a.eventList(ctx, after, limit)
	if err != nil {
		return err
	}
	if c.Query("brief") == "true" {
		abridge(list.Events)
	}
	return c.JSON(list)
}

// abridge leaves out zones and drawings, which are most of an event.
func abridge(events []protocol.Event) {
	for i := range events {
		events[i].Zones, events[i].Plan.Areas = []protocol.Zone{}, []seatmap.Area{}
	}
}

func (a *API) eventList(ctx context.Context, after string, limit int) (protocol.EventList, error) {
	rows, next, err := a.cfg.Store.Events(ctx, after, limit)
	if err != nil {
		return protocol.EventList{}, err
	}
	events := make([]*live.Event, len(rows))
	for i, row := range rows {
		if events[i], err = a.cfg.Node.Event(ctx, row.ID); err != nil {
			return protocol.EventList{}, err
		}
	}
	a.cfg.Node.Tally(ctx, events)
	list := protocol.EventList{Events: make([]protocol.Event, len(events)), Next: next}
	for i, e := range events {
		list.Events[i] = a.publicEvent(e, a.cfg.Node.Phase(e))
		if n, known := a.cfg.Node.Available(e); known {
			list.Events[i].Available = &n
		}
	}
	return list, nil
}

// queryLimit reads ?limit=. Codes: invalid.
func queryLimit(c *fiber.Ctx, usual, most int) (int, error) {
	s := c.Query("limit")
	if s == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		return 0, invalid("limit is from 1 to %d", most)
	}
	return n, nil
}

func (a *API) getEvent(c *fiber.Ctx) error {
	e, err := a.event(c)
	if err != nil {
		return err
	}
	answer, err := a.eventJSON(e, a.cfg.Node.Phase(e))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, revalidate)
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return pieces{answer}.send(c)
}

// eventJSON is an event in a phase as it is sent, kept under all that it is made from: what an event is by its fence, how it is sold by its
// phase. Most of it is the outlines of the zones, 57 KB of a stadium.
func (a *API) eventJSON(e *live.Event, phase string) (piece, error) {
	return a.plans.get("event "+versionOf(e)+" "+phase, func() ([]byte, error) { return json.Marshal(a.publicEvent(e, phase)) })
}

func versionOf(e *live.Event) string {
	return e.ID + " " + strconv.FormatInt(e.Fence, 10) + " " + e.PlanHash
}

// event is the event of the address. Codes: not_found.
func (a *API) event(c *fiber.Ctx) (*live.Event, error) {
	id, err := eventID(c)
	if err != nil {
		return nil, err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	return a.cfg.Node.Event(ctx, id)
}

func (a *API) publicEvent(e *live.Event, phase string) protocol.Event {
	out := protocol.Event{
		ID: e.ID, Title: e.Title, Venue: e.VenueName, TimeZone: e.TimeZone, Phase: phase, Currency: e.Currency,
		StartsAt:   protocol.Time{Time: e.StartsAt},
		DoorsAt:    protocol.TimeOf(e.DoorsAt),
		EndsAt:     protocol.TimeOf(e.EndsAt),
		Sale:       protocol.SaleTimes{OpensAt: protocol.TimeOf(e.OpensAt), ClosesAt: protocol.TimeOf(e.ClosesAt)},
		Policy:     protocol.Policy{HoldSeconds: int(e.Hold / time.Second), MaxSeats: e.MaxSeats},
		Capacity:   e.Plan.Capacity(),
		Categories: make([]protocol.Category, len(e.Plan.Categories)),
		Plan:       protocol.Plan{Hash: e.PlanHash, Width: e.Plan.Width, Height: e.Plan.Height, Areas: orEmpty(e.Plan.Areas)},
		Zones:      make([]protocol.Zone, len(e.Plan.Zones)),
	}
	price := func(category string) protocol.Money {
		return protocol.Money{Amount: e.Prices[category], Currency: e.Currency}
	}
	for i, k := range e.Plan.Categories {
		out.Categories[i] = protocol.Category{ID: k.ID, Name: k.Name, Color: k.Color, Price: price(k.ID)}
	}
	facts := e.Plan.Facts()
	for i := range e.Plan.Zones {
		z := &e.Plan.Zones[i]
		out.Zones[i] = protocol.Zone{ID: z.ID, Label: z.Label, Kind: z.Kind, Capacity: z.Capacity(), Category: z.Category,
			Bounds: z.Bounds(), Outline: orEmpty(z.Outline)}
		if z.Kind == seatmap.KindGeneral {
			p := price(z.Category)
			out.Zones[i].Price = &p
			continue
		}
		out.Zones[i].Pitch, out.Zones[i].Categories, out.Zones[i].Accessible = facts[i].Pitch, facts[i].Categories, &facts[i].Accessible
	}
	return out
}

// orEmpty keeps null out of lists in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (a *API) getZone(c *fiber.Ctx) error {
	id := strings.Clone(c.Params("zone"))
	e, z, err := a.zone(c, id)
	if err != nil {
		return err
	}
	seats, err := a.seatsOf(e, z)
	if err != nil {
		return err
	}
	return sendPlan(c, pieces{verbatim(fmt.Sprintf(`{"plan":%q,"seats":`, e.PlanHash)), seats, verbatim("}")})
}

// seatsOf is the list of a zone's seats.
func (a *API) seatsOf(e *live.Event, z *seatmap.Zone) (piece, error) {
	return a.plans.get(e.PlanHash+"-"+z.ID, func() ([]byte, error) { return json.Marshal(orEmpty(z.Seats)) })
}

func (a *API) zone(c *fiber.Ctx, id string) (*live.Event, *seatmap.Zone, error) {
	if err := checkZone(id); err != nil {
		return nil, nil, err
	}
	e, err := a.event(c)
	if err != nil {
		return nil, nil, err
	}
	z := e.Plan.Zone(id)
	if z == nil {
		return nil, nil, refuse(seatmap.CodeNotFound, "no such zone")
	}
	return e, z, nil
}

// getZones answers several zones at once, so that a page of many small zones needs one request.
func (a *API) getZones(c *fiber.Ctx) error {
	ids := strings.Split(c.Query("ids"), ",")
	if len(ids) == 1 && ids[0] == "" {
		return invalid("say the zones: ?ids=a,b")
	}
	if len(ids) > zonesMost {
		return invalid("at most %d zones a request", zonesMost)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	e, err := a.event(c)
	if err != nil {
		return err
	}
	zones := make([]*seatmap.Zone, len(ids))
	for i, id := range ids {
		if err := checkZone(id); err != nil {
			return err
		}
		if zones[i] = e.Plan.Zone(id); zones[i] == nil {
			return refuse(seatmap.CodeNotFound, "no such zone")
		}
	}
	answer, before := pieces{verbatim(fmt.Sprintf(`{"plan":%q,"zones":{`, e.PlanHash))}, ""
	for _, z := range zones {
		seats, err := a.seatsOf(e, z)
		if err != nil {
			return err
		}
		answer = append(answer, verbatim(fmt.Sprintf(`%s%q:`, before, z.ID)), seats)
		before = ","
	}
	return sendPlan(c, append(answer, verbatim("}}")))
}

// getPlaces tells which zones seats are in, so that whoever knows seats by name alone need not load a house to find them.
func (a *API) getPlaces(c *fiber.Ctx) error {
	var ids []string
	for _, id := range c.Context().QueryArgs().PeekMulti("id") {
		ids = append(ids, string(id))
	}
	if err := a.checkSeats(ids); err != nil {
		return err
	}
	e, err := a.event(c)
	if err != nil {
		return err
	}
	found := protocol.Places{Plan: e.PlanHash, Seats: []protocol.Place{}}
	for _, id := range ids {
		if z, _, ok := e.Plan.Find(id); ok {
			found.Seats = append(found.Seats, protocol.Place{Zone: z.ID, Seat: id})
		}
	}
	answer, err := json.Marshal(found)
	if err != nil {
		return fmt.Errorf("write places: %w", err)
	}
	return sendPlan(c, pieces{verbatim(string(answer))})
}

// sendPlan answers a part of a plan, which never changes under its hash: whoever has it keeps it.
func sendPlan(c *fiber.Ctx, answer pieces) error {
	c.Set(fiber.HeaderCacheControl, forever)
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return answer.send(c)
}

func (a *API) getZoneState(c *fiber.Ctx) error {
	event, err := eventID(c)
	if err != nil {
		return err
	}
	zone := strings.Clone(c.Params("zone"))
	if err := checkZone(zone); err != nil {
		return err
	}
	ctx, cancel := a.within(a.cfg.Limits.Request)
	defer cancel()
	state, err := a.cfg.Node.State(ctx, event, zone)
	if err != nil {
		return err
	}
	return c.JSON(state)
}
