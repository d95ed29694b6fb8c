package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// scene is one command: it plays against the target and says by which thresholds it is judged.
type scene interface {
	// Validate tells which flag is wrong, before anything is played; the parser of the command line calls it.
	Validate() error
	// play drives the server and emits results; an error means that the scene could not be played to its end.
	play(ctx context.Context, t *Target, out *Stream) error
	// thresholds decide the exit code.
	thresholds() []Threshold
	// progress names the counters that are worth a look while the scene runs.
	progress() []string
}

// play runs a scene, prints a line of progress a second to log, and returns the report. With an error, which says why the scene broke
// off, the report holds what was measured until then.
func play(ctx context.Context, t *Target, name string, s scene, log io.Writer) (*Report, error) {
	out := newStream(ctx)
	out.begin(preparing)
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
	report := newReport(name, t, s.thresholds(), out.close(), time.Since(began), cpu.stop())
	switch {
	case ctx.Err() != nil:
		err = errInterrupted
	case err == nil && !report.judgeable():
		err = errNothing
	}
	if err != nil {
		err = report.breakOff(out.stage(), err)
	}
	return report, err
}

// preparing is the stage before any that a scene names.
const preparing = "prepare"

var (
	errInterrupted = errors.New("interrupted")
	errNothing     = errors.New("nothing was measured") // and what is promised of nothing is always kept
)

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
