package main

import (
	"fmt"
	"io"

	"jari/seatmap"
	"jari/seatmap/pretix"
)

// planFound is what a plan file holds, as check and import print it.
type planFound struct {
	File     string           `json:"file"`
	OK       bool             `json:"ok"`              // a plan that keeps every seat and survives its export
	Error    string           `json:"error,omitempty"` // why not
	Name     string           `json:"name,omitempty"`
	Plan     string           `json:"plan,omitempty"` // its hash
	Seats    int              `json:"seats"`
	InFile   int              `json:"seats_in_file"` // with what is no seat, which is refused
	Lost     int              `json:"lost"`
	Places   int              `json:"general_places"`
	Zones    []zoneFound      `json:"zones,omitempty"`
	Repaired []pretix.Finding `json:"repaired,omitempty"`
	Refused  []pretix.Finding `json:"refused,omitempty"`
	Venue    string           `json:"venue,omitempty"` // import: its id
	Told     string           `json:"told,omitempty"`  // import: what became of it

	zones, repaired, refused int // of a total
}

type zoneFound struct {
	ID     string       `json:"id"`
	Label  string       `json:"label"`
	Kind   seatmap.Kind `json:"kind"`
	Places int          `json:"places"`
}

func foundIn(file string, plan *seatmap.Plan, report pretix.Report) *planFound {
	f := &planFound{
		File: file, OK: report.Lost() == 0, Name: plan.Name, Plan: plan.Hash(), Seats: report.Seats, InFile: report.InFile,
		Lost: report.Lost(), Repaired: report.Repaired, Refused: report.Refused,
	}
	for i := range plan.Zones {
		z := &plan.Zones[i]
		f.Zones = append(f.Zones, zoneFound{z.ID, z.Label, z.Kind, z.Capacity()})
		if z.Kind == seatmap.KindGeneral {
			f.Places += z.Capacity()
		}
	}
	f.zones, f.repaired, f.refused = len(f.Zones), len(f.Repaired), len(f.Refused)
	return f
}

func (f *planFound) add(other *planFound) {
	f.Seats, f.Places, f.Lost = f.Seats+other.Seats, f.Places+other.Places, f.Lost+other.Lost
	f.zones, f.repaired, f.refused = f.zones+other.zones, f.repaired+other.repaired, f.refused+other.refused
}

// sum is how much there is.
func (f *planFound) sum() string {
	also := ""
	if f.Places > 0 {
		also = fmt.Sprintf(" and %s without numbers", counted(f.Places, "place"))
	}
	return fmt.Sprintf("%s%s in %s", counted(f.Seats, "seat"), also, counted(f.zones, "zone"))
}

// line is the file in one line.
func (f *planFound) line() string {
	if f.Error != "" {
		return "BAD   " + f.Error
	}
	word := "ok  "
	if !f.OK {
		word = "BAD "
	}
	return fmt.Sprintf("%s  %s: %s, %d repaired, %d refused, %d lost", word, f.File, f.sum(), f.repaired, f.refused, f.Lost)
}

// verdict is the last line of a report.
func (f *planFound) verdict() string {
	switch {
	case f.Error != "":
		return f.Error
	case f.Lost > 0:
		return fmt.Sprintf("%s of the file not in the plan: please report this file", counted(f.Lost, "seat"))
	case f.refused > 0:
		return "can be imported without what was refused; no seat is lost"
	}
	return "can be imported; no seat is lost"
}

func (f *planFound) print(w io.Writer) {
	fmt.Fprintf(w, "%s: %s\n", f.Name, f.sum())
	for _, z := range f.Zones {
		fmt.Fprintf(w, "  %-20s %6d places  %s (%s)\n", z.ID, z.Places, z.Label, z.Kind)
	}
	printFindings(w, "repaired", f.Repaired)
	printFindings(w, "refused", f.Refused)
}

func printFindings(w io.Writer, word string, findings []pretix.Finding) {
	if len(findings) == 0 {
		return
	}
	fmt.Fprintf(w, "%s: %d\n", word, len(findings))
	for _, f := range findings {
		fmt.Fprintf(w, "  %s: %s\n", f.Path, f.Detail)
	}
}
