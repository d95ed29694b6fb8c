package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

// Report is what a scene came to. It is derived from the stream of results and nothing else.
type Report struct {
	Scene    string            `json:"scene"`
	URL      string            `json:"url"`
	Event    string            `json:"event"`
	Seconds  float64           `json:"seconds"`
	CPU      CPU               `json:"cpu_seconds"`
	Passed   bool              `json:"passed"`
	Cause    string            `json:"cause,omitempty"` // why the scene broke off, if it did
	Verdicts []Verdict         `json:"verdicts"`
	Metrics  map[string]Metric `json:"metrics"`
}

// Metric is a summary as it is published. Values of a metric whose name ends in _us are microseconds.
type Metric struct {
	Samples int64    `json:"samples"`
	Sum     int64    `json:"sum"`
	Min     float64  `json:"min"`
	P50     float64  `json:"p50"`
	P95     float64  `json:"p95"`
	P99     float64  `json:"p99"`
	Max     float64  `json:"max"`
	Notes   []string `json:"notes,omitempty"`
}

func newReport(name string, t *Target, thresholds []Threshold, results map[string]*Summary, took time.Duration, cpu CPU) *Report {
	r := &Report{Scene: name, URL: t.URL, Event: t.Event, Seconds: took.Seconds(), CPU: cpu, Passed: true, Metrics: map[string]Metric{}}
	for _, th := range thresholds {
		v := th.judge(results)
		r.Passed = r.Passed && v.Passed
		r.Verdicts = append(r.Verdicts, v)
	}
	for name, m := range results {
		r.Metrics[name] = Metric{Samples: m.Samples, Sum: m.Sum, Notes: m.Notes,
			Min: stat(m, "min"), P50: stat(m, "p50"), P95: stat(m, "p95"), P99: stat(m, "p99"), Max: stat(m, "max")}
	}
	return r
}

func stat(m *Summary, name string) float64 {
	v, _ := m.stat(name)
	return v
}

// judgeable is true when something was measured that a threshold is about.
func (r *Report) judgeable() bool {
	for _, v := range r.Verdicts {
		if v.Samples > 0 {
			return true
		}
	}
	return false
}

// breakOff makes it the report of a scene that came to no end: what is broken stays broken, but no promise was kept. It returns the
// cause with the stage that it came in.
func (r *Report) breakOff(stage string, cause error) error {
	why := fmt.Sprintf("broke off at %q", stage)
	if stage == preparing {
		why = "could not be played"
	}
	r.Passed, r.Cause = false, fmt.Sprintf("%s: %v", why, cause)
	for i := range r.Verdicts {
		if v := &r.Verdicts[i]; !v.broken() {
			v.Passed, v.NotJudged = false, why
		}
	}
	return fmt.Errorf("%s %s: %w", r.Scene, why, cause)
}

// openJSON opens the file of the report before anything is played: a path that cannot be written shall not cost a whole run.
// Without one, and for '-', it is nil.
func openJSON(file string) (*os.File, error) {
	if file == "" || file == "-" {
		return nil, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("--json: %w", err)
	}
	return f, nil
}

// writeJSON writes the report as JSON.
func (r *Report) writeJSON(w io.Writer) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	if _, err := w.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (r *Report) writeText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s on %s, event %s: %.1f s; CPU: load tester %.1f s", r.Scene, r.URL, r.Event, r.Seconds, r.CPU.Client)
	if r.CPU.Server != nil {
		fmt.Fprintf(&b, ", server %.1f s", *r.CPU.Server)
	}
	b.WriteString("\n\n")
	r.writeMetrics(&b)
	b.WriteByte('\n')
	for _, v := range r.Verdicts {
		v.write(&b)
	}
	if r.Cause != "" {
		fmt.Fprintf(&b, "\n%s %s\n", r.Scene, r.Cause)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// write prints one line, and the stories of what broke under it.
func (v Verdict) write(b *strings.Builder) {
	word, rule := "FAIL", fmt.Sprintf("must be %s %s", v.Op, figure(v.Bound, v.Unit))
	switch {
	case v.NotJudged != "":
		word, rule = "----", "not judged: "+v.NotJudged
	case v.Passed:
		word = "PASS"
	}
	fmt.Fprintf(b, "%s %-4s %s (%s %s = %s, %s)\n", word, v.Invariant, v.Claim, v.Metric, v.Stat, figure(v.Got, v.Unit), rule)
	for _, n := range v.Notes {
		fmt.Fprintf(b, "          %s\n", n)
	}
}

// writeMetrics prints counters by their sum and durations by their percentiles.
func (r *Report) writeMetrics(b *strings.Builder) {
	for _, n := range slices.Sorted(maps.Keys(r.Metrics)) {
		m := r.Metrics[n]
		if !strings.HasSuffix(n, "_us") {
			fmt.Fprintf(b, "  %-26s %d\n", n, m.Sum)
			continue
		}
		fmt.Fprintf(b, "  %-26s %d samples, ms: min %.1f  p50 %.1f  p95 %.1f  p99 %.1f  max %.1f\n", strings.TrimSuffix(n, "_us"),
			m.Samples, m.Min/1000, m.P50/1000, m.P95/1000, m.P99/1000, m.Max/1000)
	}
}

func figure(v float64, unit string) string {
	if unit == "" {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f %s", v, unit)
}
