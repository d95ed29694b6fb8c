package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-isatty"

	"jari/seatmap"
	"jari/server/booking"
	"jari/server/store"
)

// eventCreateCmd puts events on sale.
type eventCreateCmd struct {
	addresses
	Venue          string    `required:"" placeholder:"ID" help:"Venue of the event."`
	Title          string    `required:"" placeholder:"TITLE" help:"What the page calls it."`
	ID             string    `placeholder:"ID" help:"Id of the event (default: from the title and the time)."`
	HoldSeconds    int       `default:"300" placeholder:"N" help:"How long a hold lasts (default ${default})."`
	CeilingSeconds int       `placeholder:"N" help:"How far extend may move the deadline, counted from the first seat (default: twice the hold)."`
	MaxSeats       int       `default:"8" placeholder:"N" help:"Seats per buyer, held and booked together (default ${default})."`
	Copies         int       `default:"1" placeholder:"N" help:"Create that many, numbered (default ${default})."`
	StartsAt       time.Time `placeholder:"TIME" help:"RFC 3339, such as 2027-05-01T19:00:00+09:00 (default: a Saturday evening in two weeks)."`
	OpensAt        time.Time `placeholder:"TIME" help:"When the sale opens (default: at once)."`
	ClosesAt       time.Time `placeholder:"TIME" help:"When the sale closes (default: when the event ends)."`
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

func (c *eventCreateCmd) Run(ctx context.Context) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	db, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	venue, err := findVenue(ctx, db, c.Venue)
	if err != nil {
		return err
	}
	plan, err := db.Plan(ctx, venue.PlanHash)
	if err != nil {
		return err
	}
	base := c.ID
	if base == "" {
		base = slug(c.Title)
		if len(base) > 18 {
			base = base[:18]
		}
		base = slug(base + "-" + strconv.FormatInt(time.Now().UnixMilli(), 36))
	}
	for n := 1; n <= c.Copies; n++ {
		e := c.event(venue, plan, base)
		if c.Copies > 1 {
			e.ID = slug(fmt.Sprintf("%s-%d", base, n))
			e.Title = fmt.Sprintf("%s %d", c.Title, n)
		}
		if err := db.CreateEvent(ctx, e); err != nil {
			return fmt.Errorf("event %s: %w", e.ID, err)
		}
		fmt.Println(e.ID)
	}
	return nil
}

func (c *eventCreateCmd) event(venue store.Venue, plan *seatmap.Plan, id string) store.Event {
	e := newEvent(venue, plan, id, c.Title, time.Now())
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

type eventListCmd struct {
	addresses
}

func (c *eventListCmd) Run(ctx context.Context) (err error) {
	db, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "EVENT\tTITLE\tVENUE\tSTARTS\tSALE\tHOLD\tSEATS PER BUYER")
	for after := ""; ; {
		events, next, err := db.Events(ctx, after, 100)
		if err != nil {
			return err
		}
		for i := range events {
			e := &events[i]
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\n", e.ID, e.Title, e.VenueID, e.StartsAt.UTC().Format(time.RFC3339), e.Sale, e.Hold, e.MaxSeats)
		}
		if after = next; after == "" {
			return w.Flush()
		}
	}
}

// eventRef names the event of a command.
type eventRef struct {
	addresses
	Event string `arg:"" help:"Id of the event."`
}

// setSale says what it did: running servers are told by the database, which they read once a second.
func (c *eventRef) setSale(ctx context.Context, sale store.Sale) error {
	if err := c.with(ctx, func(db *store.Store) error { return db.SetSale(ctx, c.Event, sale) }); err != nil {
		return err
	}
	fmt.Printf("the sale of %s is %s; running servers follow within a second or two\n", c.Event, sale)
	return nil
}

func (c *eventRef) with(ctx context.Context, f func(*store.Store) error) (err error) {
	db, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err = f(db); errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("no event %q; `jari event list` shows them", c.Event)
	}
	return err
}

type eventOpenCmd struct{ eventRef }

func (c *eventOpenCmd) Run(ctx context.Context) error { return c.setSale(ctx, store.SaleOpen) }

type eventPauseCmd struct{ eventRef }

func (c *eventPauseCmd) Run(ctx context.Context) error { return c.setSale(ctx, store.SalePaused) }

type eventCloseCmd struct{ eventRef }

func (c *eventCloseCmd) Run(ctx context.Context) error { return c.setSale(ctx, store.SaleClosed) }

type eventResetCmd struct {
	eventRef
	Yes bool `help:"Do not ask first. Where nobody can be asked (standard input is no terminal) it never does."`
}

func (c *eventResetCmd) Run(ctx context.Context) error {
	if !c.Yes && isatty.IsTerminal(os.Stdin.Fd()) && !agreed(os.Stdin, os.Stderr, fmt.Sprintf("cancel every booking of %s? [y/N] ", c.Event)) {
		return errors.New("nothing was changed")
	}
	if err := c.with(ctx, func(db *store.Store) error { return booking.Reset(ctx, db, c.Event, time.Now) }); err != nil {
		return err
	}
	fmt.Printf("%s is reset: its bookings are cancelled and their buyers told, its blocked seats free; running servers follow within a second or two\n", c.Event)
	return nil
}

// agreed asks a person, to whom anything but yes is no.
func agreed(in io.Reader, out io.Writer, question string) bool {
	fmt.Fprint(out, question)
	answer, _ := bufio.NewReader(in).ReadString('\n') // an input that ends says no
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return true
	}
	return false
}
