package main

import (
	"fmt"
	"slices"
	"time"
)

// Threshold is one promise as data: a statistic of a metric compared with a bound.
type Threshold struct {
	Invariant string  `json:"invariant,omitempty"` // of the design, such as I7
	Claim     string  `json:"claim"`
	Metric    string  `json:"metric"`
	Stat      string  `json:"stat"` // sum, samples, min, max, p50, p95, p99
	Op        string  `json:"op"`   // ==, <=, >=
	Bound     float64 `json:"bound"`
	Unit      string  `json:"unit,omitempty"` // ms: the metric is a duration and the bound is in ms

	why string // another metric, whose stories tell why this one is off
}

// because names the metric whose stories tell why the promise was broken.
func (t Threshold) because(metric string) Threshold {
	t.why = metric
	return t
}

// none is the promise that something never happens.
func none(invariant, claim, metric string) Threshold {
	return Threshold{Invariant: invariant, Claim: claim, Metric: metric, Stat: "sum", Op: "==", Bound: 0}
}

// exactly is the promise that something happens n times.
func exactly(invariant, claim, metric string, n int64) Threshold {
	return Threshold{Invariant: invariant, Claim: claim, Metric: metric, Stat: "sum", Op: "==", Bound: float64(n)}
}

// within is the promise that p99 of a duration stays at or below a bound.
func within(invariant, claim, metric string, d time.Duration) Threshold {
	return Threshold{Invariant: invariant, Claim: claim, Metric: metric, Stat: "p99", Op: "<=",
		Bound: float64(d.Microseconds()) / 1000, Unit: "ms"}
}

// Verdict is a threshold judged.
type Verdict struct {
	Threshold
	Got       float64  `json:"got"`
	Samples   int64    `json:"samples"`
	Passed    bool     `json:"passed"`
	NotJudged string   `json:"not_judged,omitempty"` // why it neither passed nor failed
	Notes     []string `json:"notes,omitempty"`
}

// broken is true when nothing that could still have been measured would have mended it. Percentiles are taken as they are.
func (v Verdict) broken() bool {
	switch v.Stat {
	case "sum", "samples", "max":
		return v.Got > v.Bound && v.Op != ">="
	case "min":
		return v.Samples > 0 && v.Got < v.Bound && v.Op != "<="
	default:
		return v.Samples > 0 && !v.Passed
	}
}

func (t Threshold) judge(results map[string]*Summary) Verdict {
	v := Verdict{Threshold: t}
	m := results[t.Metric]
	if m == nil {
		m = &Summary{}
	}
	got, ok := m.stat(t.Stat)
	if t.Unit == "ms" {
		got /= 1000
	}
	v.Got, v.Samples = got, m.Samples
	switch t.Op {
	case "==":
		v.Passed = ok && got == t.Bound
	case "<=":
		v.Passed = ok && got <= t.Bound
	case ">=":
		v.Passed = ok && got >= t.Bound
	default:
		panic(fmt.Sprintf("threshold with operator %q", t.Op))
	}
	if !v.Passed {
		v.Notes = slices.Clone(m.Notes)
		if why := results[t.why]; why != nil {
			v.Notes = append(v.Notes, why.Notes...)
		}
	}
	return v
}

// stat is false where a statistic of values is asked for and there were none.
func (m *Summary) stat(name string) (float64, bool) {
	switch name {
	case "sum":
		return float64(m.Sum), true
	case "samples":
		return float64(m.Samples), true
	}
	if m.Samples == 0 {
		return 0, false
	}
	switch name {
	case "min":
		return float64(m.hist.Min()), true
	case "max":
		return float64(m.hist.Max()), true
	case "p50":
		return float64(m.hist.ValueAtQuantile(50)), true
	case "p95":
		return float64(m.hist.ValueAtQuantile(95)), true
	case "p99":
		return float64(m.hist.ValueAtQuantile(99)), true
	}
	panic(fmt.Sprintf("threshold with statistic %q", name))
}
