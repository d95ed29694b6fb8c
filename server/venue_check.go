package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"jari/seatmap"
	"jari/seatmap/pretix"
)

const (
	// planFileLimit bounds a plan file, in bytes.
	planFileLimit = 64 << 20
	// standardInput is the name that stands for it.
	standardInput = "-"
)

type venueCheckCmd struct {
	Files []string `arg:"" help:"Seating plans in the pretix format; - is standard input. Of a folder, each *.json is read."`
	JSON  bool     `env:"-" help:"Print a JSON object for each file, one a line."`
}

// Run prints all that was found in a single file, and a line for each of several. It fails when a file is no plan, loses a seat,
// or is another plan when it is exported and imported again. What was repaired or refused does not make it fail.
func (c *venueCheckCmd) Run() error { return c.run(os.Stdout) }

func (c *venueCheckCmd) run(w io.Writer) error {
	files, single, err := planFiles(c.Files)
	if err != nil {
		return err
	}
	total := planFound{}
	bad, skipped := 0, 0
	for _, file := range files {
		if why := noPlanByName(file); why != "" && !single {
			skipped++
			if !c.JSON {
				fmt.Fprintf(w, "skip  %s: %s\n", file, why)
			}
			continue
		}
		found := checkPlan(file)
		if !found.OK {
			bad++
		}
		total.add(found)
		switch {
		case c.JSON:
			if err := json.NewEncoder(w).Encode(found); err != nil {
				return err
			}
		case single && found.Error == "":
			found.print(w)
			fmt.Fprintln(w, found.verdict())
		case !single:
			fmt.Fprintln(w, found.line())
		}
		if single && !found.OK {
			return errors.New(cmp.Or(found.Error, file+": "+found.verdict()))
		}
	}
	if !single && !c.JSON {
		fmt.Fprintf(w, "%s: %s, %d repaired, %d refused, %d lost; %d bad, %d skipped\n", counted(len(files)-skipped, "file"),
			total.sum(), total.repaired, total.refused, total.Lost, bad, skipped)
	}
	if bad > 0 {
		return fmt.Errorf("no plan, or not every seat kept: %d of %s", bad, counted(len(files)-skipped, "file"))
	}
	return nil
}

// planFiles are the files that are named, and those in the folders that are named.
func planFiles(names []string) (files []string, single bool, err error) {
	single = len(names) == 1
	for _, name := range names {
		info, err := os.Stat(name)
		if name == standardInput || err != nil || !info.IsDir() {
			files = append(files, name) // one that is not there is told when it is read
			continue
		}
		single = false
		entries, err := os.ReadDir(name)
		if err != nil {
			return nil, false, err
		}
		before := len(files)
		for _, e := range entries {
			if ext := strings.ToLower(filepath.Ext(e.Name())); !e.IsDir() && (ext == ".json" || ext == ".svg") {
				files = append(files, filepath.Join(name, e.Name()))
			}
		}
		if len(files) == before {
			return nil, false, fmt.Errorf("no *.json in %s", name)
		}
	}
	return files, single, nil
}

// noPlanByName is why a file in a folder of plans is not meant to be one; empty when it may be.
func noPlanByName(file string) string {
	switch {
	case strings.HasSuffix(file, ".schema.json"):
		return "a JSON schema"
	case strings.EqualFold(filepath.Ext(file), ".svg"):
		return "an SVG drawing, which is no plan (see docs/plans.md)"
	}
	return ""
}

func checkPlan(file string) *planFound {
	plan, report, err := readPlan(file)
	if err != nil {
		return &planFound{File: file, Error: err.Error()}
	}
	found := foundIn(file, plan, report)
	written, err := pretix.Write(plan)
	if err == nil {
		var back *seatmap.Plan
		if back, _, err = pretix.Read(written); err == nil && back.Hash() != plan.Hash() {
			err = errors.New("its export is read as another plan")
		}
	}
	if err != nil {
		found.OK, found.Error = false, err.Error()
	}
	return found
}

func readPlan(file string) (*seatmap.Plan, pretix.Report, error) {
	b, err := readAll(file)
	if err != nil {
		return nil, pretix.Report{}, err
	}
	name := file
	if file == standardInput {
		name = "standard input"
	}
	if len(b) > planFileLimit {
		return nil, pretix.Report{}, fmt.Errorf("%s is larger than %d MiB", name, planFileLimit>>20)
	}
	plan, report, err := pretix.Read(b)
	if err != nil {
		return nil, report, fmt.Errorf("%s is no seating plan: %w", name, err)
	}
	return plan, report, nil
}

// readAll reads at most a byte more than a plan file may have.
func readAll(file string) ([]byte, error) {
	in := os.Stdin
	if file != standardInput {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close() // only read
		in = f
	}
	size := int64(0)
	if info, err := in.Stat(); err == nil && info.Mode().IsRegular() {
		size = min(info.Size(), planFileLimit+1)
	}
	b := slices.Grow([]byte(nil), int(size)+512)
	for limit := planFileLimit + 1; len(b) < limit; {
		b = slices.Grow(b, 512)
		n, err := in.Read(b[len(b):min(cap(b), limit)])
		b = b[:len(b)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}
