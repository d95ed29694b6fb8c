package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"jari/seatmap"
	"jari/server/store"
)

// eventCreateCmd puts events on sale.
type eventCreateCmd struct {
	database
	Venue          string    `env:"-" required:"" placeholder:"ID" help:"Venue of the event."`
	Title          string    `env:"-" required:"" placeholder:"TITLE" help:"What the page calls it."`
	ID             string    `env:"-" placeholder:"ID" help:"Id of the event (default: from the title and the time)."`
	HoldSeconds    int       `env:"-" default:"300" placeholder:"N" help:"How long a hold lasts (default ${default})."`
	CeilingSeconds int       `env:"-" placeholder:"N" help:"How far extend may move the deadline, counted from the first seat (default: twice the hold)."`
	MaxSeats       int       `env:"-" default:"8" placeholder:"N" help:"Seats per buyer, held and booked together (default ${default})."`
	Copies         int       `env:"-" default:"1" placeholder:"N" help:"Create that many, numbered (default ${default})."`
	StartsAt       time.Time `env:"-" placeholder:"TIME" help:"RFC 3339, such as 2027-05-01T19:00:00+09:00 (default: a Saturday evening in two weeks). It lasts three hours."`
	OpensAt        time.Time `env:"-" placeholder:"TIME" help:"When the sale opens (default: at once)."`
	ClosesAt       time.Time `env:"-" placeholder:"TIME" help:"When the sale closes (default, and at the latest: when the event ends)."`
}

// titleLimit, in characters, leaves room for the number of a copy.
const titleLimit = 200

func (c *eventCreateCmd) check() error {
	c.Title = strings.TrimSpace(c.Title)
	switch {
	case c.Title == "" || utf8.RuneCountInString(c.Title) > titleLimit:
		return fmt.Errorf("--title has 1 to %d characters", titleLimit)
	case !utf8.ValidString(c.Title) || strings.ContainsFunc(c.Title, unicode.IsControl):
		return errors.New("--title has characters that cannot be shown")
	case c.HoldSeconds < 1 || c.HoldSeconds > 24*3600:
		return errors.New("--hold-seconds is from 1 to 86400")
	case c.CeilingSeconds != 0 && c.CeilingSeconds < c.HoldSeconds:
		return errors.New("--ceiling-seconds is not less than --hold-seconds")
	case c.MaxSeats < 1 || c.MaxSeats > 1000:
		return errors.New("--max-seats is from 1 to 1000")
	case c.Copies < 1 || c.Copies > 10_000:
		return errors.New("--copies is from 1 to 10000")
	case c.ID != "" && !validID(c.ID):
		return fmt.Errorf("%q is no event id: a-z, 0-9 and -, at most 32, not starting with -", c.ID)
	}
	return nil
}

// checkTimes refuses an event that could never be sold.
func (c *eventCreateCmd) checkTimes(e *store.Event, now time.Time) error {
	switch {
	case !e.StartsAt.After(now):
		return fmt.Errorf("--starts-at %s is in the past", moment(e.StartsAt))
	case !c.ClosesAt.IsZero() && !c.ClosesAt.After(now):
		return fmt.Errorf("--closes-at %s is in the past", moment(c.ClosesAt))
	case !c.ClosesAt.IsZero() && !c.ClosesAt.After(c.OpensAt):
		return fmt.Errorf("--closes-at %s is not after --opens-at %s", moment(c.ClosesAt), moment(c.OpensAt))
	case !c.OpensAt.Before(e.EndsAt):
		return fmt.Errorf("--opens-at %s is not before the event ends, at %s", moment(c.OpensAt), moment(e.EndsAt))
	}
	return nil
}

func (c *eventCreateCmd) Run(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.with(ctx, func(db *store.Store) error { return c.create(ctx, db, time.Now()) })
}

func (c *eventCreateCmd) create(ctx context.Context, db *store.Store, now time.Time) error {
	venue, plan, err := findVenue(ctx, db, c.Venue)
	if err != nil {
		return err
	}
	base := c.ID
	if base == "" {
		base = slug(c.Title)
		if len(base) > 18 {
			base = base[:18]
		}
		base = slug(base + "-" + strconv.FormatInt(now.UnixMilli(), 36))
	}
	for n := 1; n <= c.Copies; n++ {
		e := c.event(venue, plan, base, now)
		if err := c.checkTimes(&e, now); err != nil {
			return err
		}
		if c.Copies > 1 {
			e.ID = slug(fmt.Sprintf("%s-%d", base, n))
			e.Title = fmt.Sprintf("%s %d", c.Title, n)
		}
		err := db.CreateEvent(ctx, e)
		if errors.Is(err, store.ErrExists) {
			return fmt.Errorf("event %s is there already: choose another id with --id", e.ID)
		}
		if err != nil {
			return err
		}
		fmt.Println(e.ID)
	}
	return nil
}

func (c *eventCreateCmd) event(venue store.Venue, plan *seatmap.Plan, id string, now time.Time) store.Event {
	e := newEvent(venue, plan, id, c.Title, now)
	e.Hold = time.Duration(c.HoldSeconds) * time.Second
	e.Ceiling = 2 * e.Hold
	if c.CeilingSeconds > 0 {
		e.Ceiling = time.Duration(c.CeilingSeconds) * time.Second
	}
	e.MaxSeats = c.MaxSeats
	if !c.StartsAt.IsZero() {
		e.StartsAt, e.DoorsAt, e.EndsAt = evening(c.StartsAt)
	}
	e.OpensAt, e.ClosesAt = c.OpensAt, c.ClosesAt
	return e
}

// newEvent is an event on sale in a venue, on a Saturday evening at least two weeks ahead, at the plan's own prices.
func newEvent(venue store.Venue, plan *seatmap.Plan, id, title string, now time.Time) store.Event {
	prices := make(map[string]int64, len(plan.Categories))
	for _, c := range plan.Categories {
		prices[c.ID] = c.Price
	}
	e := store.Event{ID: id, Title: title, VenueID: venue.ID, VenueName: venue.Name, PlanHash: venue.PlanHash,
		TimeZone: plan.TimeZone, Currency: plan.Currency, Sale: store.SaleOpen,
		Hold: 5 * time.Minute, Ceiling: 10 * time.Minute, MaxSeats: 8, Prices: prices}
	e.StartsAt, e.DoorsAt, e.EndsAt = evening(saturday(now, plan.TimeZone))
	return e
}

// evening is a performance of three hours whose doors open an hour before it.
func evening(starts time.Time) (start, doors, end time.Time) {
	return starts, starts.Add(-time.Hour), starts.Add(3 * time.Hour)
}

// saturday is 19:00 of the first Saturday at least two weeks after now, in the venue's zone.
func saturday(now time.Time, zone string) time.Time {
	location, err := time.LoadLocation(zone)
	if err != nil {
		location = time.UTC // a plan's zone is checked when it is stored
	}
	day := now.In(location).AddDate(0, 0, 14)
	for day.Weekday() != time.Saturday {
		day = day.AddDate(0, 0, 1)
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 19, 0, 0, 0, location)
}
