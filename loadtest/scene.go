package main

import (
	"context"
	"fmt"
	"io"
	"time"
)

// scene is one command: it plays against the target and says by which thresholds it is judged.
type scene interface {
	// Validate tells which flag is wrong, before anything is played; the parser of the command line calls it.
	Validate() error
	// play drives the server and emits results; an error means that the scene could not be played at all.
	play(ctx context.Context, t *Target, out *Stream) error
	// thresholds decide the exit code.
	thresholds() []Threshold
	// progress names the counters that are worth a look while the scene runs.
	progress() []string
}

// play runs a scene, prints a line of progress a second to log, and returns the report.
func play(ctx context.Context, t *Target, name string, s scene, log io.Writer) (*Report, error) {
	out := newStream()
	cpu := startCPU(t.ServerPID)
	began := time.Now()
	ended := make(chan struct{})
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		showProgress(out, s.progress(), began, ended, log)
	}()

	err := s.play(ctx, t, out)
	close(ended)
	<-shown
	results := out.close()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return newReport(name, t, s.thresholds(), results, time.Since(began), cpu.stop()), nil
}

func showProgress(out *Stream, names []string, began time.Time, ended <-chan struct{}, log io.Writer) {
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-ended:
			return
		case <-every.C:
			line := fmt.Sprintf("%4.0fs %s", time.Since(began).Seconds(), out.stage())
			for _, n := range names {
				line += fmt.Sprintf("  %s %d", n, out.sum(n))
			}
			_, _ = fmt.Fprintln(log, line) // a progress line that cannot be written changes nothing
		}
	}
}
