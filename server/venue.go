package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"jari/seatmap"
	"jari/seatmap/pretix"
	"jari/server/store"
)

type venueImportCmd struct {
	database
	File    string `arg:"" help:"Seating plan in the pretix format; - is standard input."`
	ID      string `env:"-" placeholder:"ID" help:"Id of the venue (default: from the file's name)."`
	Name    string `env:"-" placeholder:"NAME" help:"Name of the venue (default: the plan's)."`
	JSON    bool   `env:"-" help:"Print what was found as a JSON object."`
	Replace bool   `env:"-" help:"Give a venue that is there this plan; its events keep the plan they were made with."`
}

func (c *venueImportCmd) Run(ctx context.Context) (err error) {
	id := c.ID
	switch {
	case id == "" && c.File == standardInput:
		return errors.New("standard input has no name to make an id of: give --id")
	case id == "":
		id = slug(strings.SplitN(filepath.Base(c.File), ".", 2)[0])
	}
	if !validID(id) {
		return fmt.Errorf("%q is no venue id: a-z, 0-9 and -, at most 32, not starting with -; choose one with --id", id)
	}
	plan, report, err := readPlan(c.File)
	if err != nil {
		return err
	}
	if c.Name != "" {
		plan.Name = c.Name
	}
	db, err := c.openNew(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	told, err := putVenue(ctx, db, id, plan, c.Replace)
	if err != nil {
		return err
	}
	found := foundIn(c.File, plan, report)
	if c.JSON {
		found.Venue, found.Told = id, told
		return json.NewEncoder(os.Stdout).Encode(found)
	}
	found.print(os.Stdout)
	fmt.Println(told)
	return nil
}

// putVenue stores a venue and says what that means. A venue that is there gets another plan only when that is wanted.
func putVenue(ctx context.Context, db *store.Store, id string, plan *seatmap.Plan, replace bool) (told string, err error) {
	was, err := db.Venue(ctx, id)
	there := err == nil
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return "", err
	case there && was.PlanHash == plan.Hash():
		return fmt.Sprintf("venue %s is already there, with this plan", id), nil
	case there && !replace:
		return "", fmt.Errorf("venue %s (%s) is already there, with another plan: choose another id with --id, or replace its plan with --replace", id, was.Name)
	}
	if _, err := db.PutVenue(ctx, id, plan); err != nil {
		return "", err
	}
	if !there {
		return fmt.Sprintf("venue %s stored; put it on sale: jari event create --venue %s --title \"...\"", id, id), nil
	}
	keep, err := eventsWithAnotherPlan(ctx, db, id, plan.Hash())
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("venue %s has this plan now; %s", id, keep), nil
}

func eventsWithAnotherPlan(ctx context.Context, db *store.Store, venue, hash string) (told string, err error) {
	n := 0
	for after := ""; ; {
		events, next, err := db.Events(ctx, after, 1000)
		if err != nil {
			return "", err
		}
		for i := range events {
			if e := &events[i]; e.VenueID == venue && e.PlanHash != hash {
				n++
			}
		}
		if after = next; after == "" {
			break
		}
	}
	if n == 1 {
		return "1 event keeps the plan it was made with", nil
	}
	return counted(n, "event") + " keep the plan they were made with", nil
}

type venueExportCmd struct {
	database
	Venue string `arg:"" help:"Id of the venue."`
	Plain bool   `env:"-" help:"Write only what the format's own schema allows, for programs that refuse anything else: prices, capacities and the like are lost."`
}

func (c *venueExportCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(db *store.Store) error {
		_, plan, err := findVenue(ctx, db, c.Venue)
		if err != nil {
			return err
		}
		write := pretix.Write
		if c.Plain {
			write = pretix.WritePlain
		}
		b, err := write(plan)
		if err != nil {
			return err
		}
		_, err = os.Stdout.Write(append(b, '\n'))
		return err
	})
}

type venueListCmd struct {
	database
}

func (c *venueListCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(db *store.Store) error {
		venues, err := db.Venues(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "VENUE\tNAME\tPLAN")
		for _, v := range venues {
			fmt.Fprintf(w, "%s\t%s\t%.12s\n", v.ID, v.Name, v.PlanHash)
		}
		return w.Flush()
	})
}

// findVenue reads a venue that a command names, and its plan.
func findVenue(ctx context.Context, db *store.Store, id string) (store.Venue, *seatmap.Plan, error) {
	venue, err := db.Venue(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return store.Venue{}, nil, fmt.Errorf("no venue %q; `jari venue list` shows them", id)
	}
	if err != nil {
		return store.Venue{}, nil, err
	}
	plan, err := db.Plan(ctx, venue.PlanHash)
	return venue, plan, err
}

// slug makes an id of a name: lower case, everything else than letters and digits a hyphen.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == 32 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}

// validID is the rule for ids of venues and events.
func validID(id string) bool {
	return id != "" && len(id) <= 32 && id[0] != '-' && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
