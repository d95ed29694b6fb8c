package main

import (
	"context"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Result is one thing that happened: a count, or a duration in microseconds.
type Result struct {
	Metric string
	Value  int64
	Note   string // for the reader of the report, such as which frame broke the rule
}

// Summary is what became of all results of one metric.
type Summary struct {
	Samples int64
	Sum     int64
	Notes   []string // the first few
	hist    *hdrhistogram.Histogram
}

// Values of a histogram: 1 us (or 1 piece) to 10 minutes, three digits.
const (
	histMax    = int64(10 * time.Minute / time.Microsecond)
	histDigits = 3
	keptNotes  = 5
)

// Stream takes results from any number of goroutines; one goroutine derives the summaries from it.
type Stream struct {
	results chan Result
	drained chan struct{}
	// interrupted is not nil once the user has given up: what breaks from then on is our own doing.
	interrupted func() error

	mu        sync.Mutex
	summaries map[string]*Summary // guarded by mu
	stageName string              // guarded by mu
}

// newStream makes a stream of a scene that is played until ctx ends.
func newStream(ctx context.Context) *Stream {
	s := &Stream{results: make(chan Result, 4096), drained: make(chan struct{}), interrupted: ctx.Err, summaries: map[string]*Summary{}}
	go s.drain()
	return s
}

func (s *Stream) drain() {
	defer close(s.drained)
	for r := range s.results {
		s.mu.Lock()
		m := s.summaries[r.Metric]
		if m == nil {
			m = &Summary{hist: hdrhistogram.New(1, histMax, histDigits)}
			s.summaries[r.Metric] = m
		}
		m.Samples++
		m.Sum += r.Value
		// Values outside the range are clamped: a threshold on them fails or passes all the same.
		_ = m.hist.RecordValue(min(max(r.Value, 0), histMax))
		if r.Note != "" && len(m.Notes) < keptNotes {
			m.Notes = append(m.Notes, r.Note)
		}
		s.mu.Unlock()
	}
}

// count adds n pieces to a metric.
func (s *Stream) count(metric string, n int64) { s.results <- Result{Metric: metric, Value: n} }

// took adds a duration to a metric, in microseconds.
func (s *Stream) took(metric string, d time.Duration) {
	s.results <- Result{Metric: metric, Value: d.Microseconds()}
}

// fault counts one breach and keeps its story.
func (s *Stream) fault(metric, note string) {
	if s.interrupted() != nil {
		return
	}
	s.results <- Result{Metric: metric, Value: 1, Note: note}
}

// begin names the stage of the scene for the progress line.
func (s *Stream) begin(stage string) {
	s.mu.Lock()
	s.stageName = stage
	s.mu.Unlock()
}

func (s *Stream) stage() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stageName
}

// sum is what a metric has come to so far.
func (s *Stream) sum(metric string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.summaries[metric]; m != nil {
		return m.Sum
	}
	return 0
}

// close ends the stream and returns the summaries. Nothing may be emitted after it.
func (s *Stream) close() map[string]*Summary {
	close(s.results)
	<-s.drained
	return s.summaries
}
