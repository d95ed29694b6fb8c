package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"
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

// publish writes the text to w, or the JSON in its place or beside it.
func (r *Report) publish(w io.Writer, file string) error {
	if file == "" {
		return r.writeText(w)
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	b = append(b, '\n')
	if file == "-" {
		_, err = w.Write(b)
		return err
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return r.writeText(w)
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
		word := "PASS"
		if !v.Passed {
			word = "FAIL"
		}
		fmt.Fprintf(&b, "%s %-4s %s (%s %s = %s, must be %s %s)\n", word, v.Invariant, v.Claim,
			v.Metric, v.Stat, figure(v.Got, v.Unit), v.Op, figure(v.Bound, v.Unit))
		for _, n := range v.Notes {
			fmt.Fprintf(&b, "          %s\n", n)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeMetrics prints counters by their sum and durations by their percentiles.
func (r *Report) writeMetrics(b *strings.Builder) {
	names := make([]string, 0, len(r.Metrics))
	for n := range r.Metrics {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
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
