package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"jari/server/live"
	"jari/server/store"
)

type eventListCmd struct {
	database
}

func (c *eventListCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(db *store.Store) error { return listEvents(ctx, db, os.Stdout, time.Now()) })
}

func listEvents(ctx context.Context, db *store.Store, out io.Writer, now time.Time) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "EVENT\tTITLE\tVENUE\tSTARTS\tPHASE\tSWITCH\tOPENS\tCLOSES\tHOLD\tSEATS PER BUYER")
	plans := capacities{}
	for after := ""; ; {
		events, next, err := db.Events(ctx, after, 100)
		if err != nil {
			return err
		}
		full, err := plans.soldOut(ctx, db, events, now)
		if err != nil {
			return err
		}
		for i := range events {
			e := &events[i]
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\n", e.ID, e.Title, e.VenueID, moment(e.StartsAt),
				phaseOf(e, now, full[e.ID]), e.Sale, moment(e.OpensAt), moment(e.Policy().ClosesAt), e.Hold, e.MaxSeats)
		}
		if after = next; after == "" {
			return w.Flush()
		}
	}
}

// phaseOf is the event as buyers see it (live.Node.Phase), of which only the operator's switch is stored.
func phaseOf(e *store.Event, now time.Time, soldOut bool) string {
	closes := e.Policy().ClosesAt
	switch {
	case e.Sale == store.SaleClosed, !closes.IsZero() && !now.Before(closes):
		return live.PhaseEnded
	case now.Before(e.OpensAt):
		return live.PhaseUpcoming
	case e.Sale == store.SalePaused:
		return live.PhasePaused
	case soldOut:
		return live.PhaseSoldOut
	}
	return live.PhaseOnSale
}

// capacities are the places of plans, by hash, of which each is read once.
type capacities map[string]int

// soldOut tells which of the events on sale have no place left in the database. Places that are held now count as free, as they
// do for buyers.
func (c capacities) soldOut(ctx context.Context, db *store.Store, events []store.Event, now time.Time) (map[string]bool, error) {
	var selling []string
	for i := range events {
		if phaseOf(&events[i], now, false) == live.PhaseOnSale {
			selling = append(selling, events[i].ID)
		}
	}
	taken, err := db.Taken(ctx, selling)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for i := range events {
		n, any := taken[events[i].ID]
		if !any {
			continue
		}
		places, err := c.of(ctx, db, events[i].PlanHash)
		if err != nil {
			return nil, err
		}
		out[events[i].ID] = n >= places
	}
	return out, nil
}

func (c capacities) of(ctx context.Context, db *store.Store, hash string) (int, error) {
	if places, known := c[hash]; known {
		return places, nil
	}
	plan, err := db.Plan(ctx, hash)
	if err != nil {
		return 0, err
	}
	c[hash] = plan.Capacity()
	return c[hash], nil
}

// counted is how many there are of what a noun names, as commands print it: 1 seat, 2 seats.
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// moment is a time as commands print it, - when there is none.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}
