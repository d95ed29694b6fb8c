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
	File string `arg:"" help:"Seating plan in the pretix format."`
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
	addresses
	File string `arg:"" help:"Seating plan in the pretix format."`
	ID   string `placeholder:"ID" help:"Id of the venue (default: from the file's name)."`
	Name string `placeholder:"NAME" help:"Name of the venue (default: the plan's)."`
}

func (c *venueImportCmd) Run(ctx context.Context) (err error) {
	plan, report, err := readPlan(c.File)
	if err != nil {
		return err
	}
	if c.Name != "" {
		plan.Name = c.Name
	}
	id := c.ID
	if id == "" {
		id = slug(strings.SplitN(filepath.Base(c.File), ".", 2)[0])
	}
	if !validID(id) {
		return fmt.Errorf("%q is no venue id: a-z, 0-9 and -, at most 32, not starting with -", id)
	}
	db, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	venue, err := db.PutVenue(ctx, id, plan)
	if err != nil {
		return err
	}
	printReport(os.Stdout, plan, report)
	fmt.Printf("venue %s stored; put it on sale: jari event create --venue %s --title \"...\"\n", venue.ID, venue.ID)
	return nil
}

type venueExportCmd struct {
	addresses
	Venue string `arg:"" help:"Id of the venue."`
}

func (c *venueExportCmd) Run(ctx context.Context) (err error) {
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
	b, err := seatmap.WritePretix(plan)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(b, '\n'))
	return err
}

type venueListCmd struct {
	addresses
}

func (c *venueListCmd) Run(ctx context.Context) (err error) {
	db, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
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
}

// findVenue reads a venue that a command names.
func findVenue(ctx context.Context, db *store.Store, id string) (store.Venue, error) {
	venue, err := db.Venue(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return store.Venue{}, fmt.Errorf("no venue %q; `jari venue list` shows them", id)
	}
	return venue, err
}

func readPlan(file string) (*seatmap.Plan, seatmap.Report, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, seatmap.Report{}, err
	}
	defer f.Close() // only read
	b, err := io.ReadAll(io.LimitReader(f, planFileLimit+1))
	if err != nil {
		return nil, seatmap.Report{}, err
	}
	if len(b) > planFileLimit {
		return nil, seatmap.Report{}, fmt.Errorf("%s is larger than %d MiB", file, planFileLimit>>20)
	}
	plan, report, err := seatmap.ReadPretix(b)
	if err != nil {
		return nil, report, fmt.Errorf("%s is no seating plan: %w", file, err)
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
