package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"jari/seatmap"
	"jari/server/store"
)

// planFileLimit bounds a plan file, in bytes.
const planFileLimit = 64 << 20

type venueCheckCmd struct {
	File string `arg:"" help:"Seating plan in the pretix format; - is standard input."`
}

func (c *venueCheckCmd) Run() error {
	plan, report, err := readPlan(c.File)
	if err != nil {
		return err
	}
	printReport(os.Stdout, plan, report)
	return nil
}

type venueImportCmd struct {
	database
	File    string `arg:"" help:"Seating plan in the pretix format; - is standard input."`
	ID      string `env:"-" placeholder:"ID" help:"Id of the venue (default: from the file's name)."`
	Name    string `env:"-" placeholder:"NAME" help:"Name of the venue (default: the plan's)."`
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
	printReport(os.Stdout, plan, report)
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
	return fmt.Sprintf("%d events keep the plan they were made with", n), nil
}

type venueExportCmd struct {
	database
	Venue string `arg:"" help:"Id of the venue."`
}

func (c *venueExportCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(db *store.Store) error {
		_, plan, err := findVenue(ctx, db, c.Venue)
		if err != nil {
			return err
		}
		b, err := seatmap.WritePretix(plan)
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

// standardInput is the name that stands for it.
const standardInput = "-"

func readPlan(file string) (*seatmap.Plan, seatmap.Report, error) {
	in, name := os.Stdin, "standard input"
	if file != standardInput {
		f, err := os.Open(file)
		if err != nil {
			return nil, seatmap.Report{}, err
		}
		defer f.Close() // only read
		in, name = f, file
	}
	b, err := io.ReadAll(io.LimitReader(in, planFileLimit+1))
	if err != nil {
		return nil, seatmap.Report{}, err
	}
	if len(b) > planFileLimit {
		return nil, seatmap.Report{}, fmt.Errorf("%s is larger than %d MiB", name, planFileLimit>>20)
	}
	plan, report, err := seatmap.ReadPretix(b)
	if err != nil {
		return nil, report, fmt.Errorf("%s is no seating plan: %w", name, err)
	}
	return plan, report, nil
}

func printReport(w io.Writer, plan *seatmap.Plan, report seatmap.Report) {
	places := 0
	for i := range plan.Zones {
		if z := &plan.Zones[i]; z.Kind == seatmap.KindGeneral {
			places += z.Capacity()
		}
	}
	also := ""
	if places > 0 {
		also = fmt.Sprintf(" and %d places without numbers", places)
	}
	fmt.Fprintf(w, "%s: %d seats%s in %d zones\n", plan.Name, report.Seats, also, report.Zones)
	for i := range plan.Zones {
		z := &plan.Zones[i]
		fmt.Fprintf(w, "  %-20s %6d places  %s (%s)\n", z.ID, z.Capacity(), z.Label, z.Kind)
	}
	printFindings(w, "repaired", report.Repaired)
	printFindings(w, "refused", report.Refused)
}

func printFindings(w io.Writer, word string, findings []seatmap.Finding) {
	if len(findings) == 0 {
		return
	}
	fmt.Fprintf(w, "%s: %d\n", word, len(findings))
	for _, f := range findings {
		fmt.Fprintf(w, "  %s: %s\n", f.Path, f.Detail)
	}
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
