package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A server that dies under a scene leaves a report of what was measured, in which no promise was kept.
func TestSceneBreaksOff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		scene  scene
		frames int
		broken string // a metric whose promise was broken before the end; empty: none was
	}{
		{"race", &raceScene{Clients: 5, Rounds: 100}, 15, "odd_answers"},
		{"expiry", &expiryScene{Holds: 20, Within: 100 * time.Millisecond, Late: 270 * time.Millisecond}, 15, ""},
		{"watch", &watchScene{Clients: 5, Rate: 100, Duration: 300 * time.Millisecond}, 15, "lost_clients"},
		{"churn", &churnScene{Rate: 100, Duration: 300 * time.Millisecond, Kicks: 1}, 45, "failed"},
		{"relay", &relayScene{Times: 20, Within: 100 * time.Millisecond}, 15, ""},
		{"journey", &journeyScene{Buyers: 40, Rate: 100, Seats: 3, Drain: 500 * time.Millisecond}, 15, "failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			target := startFake(t, fmt.Sprintf("dies after %d", c.frames), 100, time.Second)
			if r, ok := c.scene.(*relayScene); ok {
				r.OtherURL = target.URL
			}
			report, err := play(t.Context(), target, c.name, c.scene, io.Discard)
			if err == nil {
				t.Fatal("played to its end")
			}
			var text bytes.Buffer
			if err := report.writeText(&text); err != nil {
				t.Fatal(err)
			}
			if report.Passed || !strings.Contains(err.Error(), report.Cause) || !strings.Contains(text.String(), report.Cause) || len(report.Metrics) == 0 {
				t.Errorf("%v\n%s", err, text.String())
			}
			caught := false
			for _, v := range report.Verdicts {
				if v.Passed {
					t.Errorf("passed: %+v", v)
				}
				caught = caught || v.NotJudged == "" && v.Metric == c.broken
			}
			if caught != (c.broken != "") {
				t.Errorf("%q was not told broken\n%s", c.broken, text.String())
			}
		})
	}
}

// What breaks because the user gave up is no broken promise.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	target := startFake(t, "", 60, time.Second)
	s := &stopping{watchScene{Clients: 3, Rate: 100, Duration: time.Minute}, cancel}
	report, err := play(ctx, target, "watch", s, io.Discard)
	if !errors.Is(err, errInterrupted) || report.Passed || report.Metrics["changes"].Sum == 0 {
		t.Fatalf("%v %+v", err, report)
	}
	for _, v := range report.Verdicts {
		if v.NotJudged == "" {
			t.Errorf("judged: %+v", v)
		}
	}
}

// stopping is a scene in which the user gives up after the first change.
type stopping struct {
	watchScene
	stop func()
}

func (s *stopping) play(ctx context.Context, t *Target, out *Stream) error {
	go func() {
		for out.sum("changes") == 0 && ctx.Err() == nil {
			_ = wait(ctx, time.Millisecond)
		}
		s.stop()
	}()
	return s.watchScene.play(ctx, t, out)
}

// silent is a scene that does nothing; every promise about it is kept.
type silent struct{ raceScene }

func (*silent) play(context.Context, *Target, *Stream) error { return nil }
func (*silent) thresholds() []Threshold                      { return []Threshold{none("I7", "nothing odd", "odd")} }

func TestNothingMeasuredIsNoPass(t *testing.T) {
	t.Parallel()
	report, err := play(t.Context(), &Target{}, "silent", &silent{}, io.Discard)
	if !errors.Is(err, errNothing) || report.Passed || report.Verdicts[0].Passed {
		t.Errorf("%v %+v", err, report)
	}
}

// A percentile, a least and a most that were out of bounds stay so; what was not there yet is not judged.
func TestBrokenStaysBroken(t *testing.T) {
	t.Parallel()
	out := newStream(t.Context())
	out.took("slow_us", time.Second)
	out.count("winners", 0)
	out.count("winners", 2)
	out.count("played", 5)
	r := newReport("scene", &Target{}, []Threshold{
		within("", "", "slow_us", time.Millisecond),
		{Metric: "winners", Stat: "min", Op: "==", Bound: 1},
		{Metric: "winners", Stat: "max", Op: "==", Bound: 1},
		exactly("", "", "played", 4),
		exactly("", "", "played", 6),
		{Metric: "played", Stat: "sum", Op: ">=", Bound: 1},
		within("", "", "never_us", time.Millisecond),
		none("", "", "odd"),
	}, out.close(), time.Second, CPU{})
	err := r.breakOff("here", errInterrupted)
	for i, v := range r.Verdicts {
		if judged := v.NotJudged == ""; judged != (i < 4) || v.Passed {
			t.Errorf("%d: %+v", i, v)
		}
	}
	if err.Error() != `scene broke off at "here": interrupted` {
		t.Error(err)
	}
}

func TestJSONIsOpenedFirst(t *testing.T) {
	t.Parallel()
	if _, err := openJSON(filepath.Join(t.TempDir(), "nowhere", "report.json")); err == nil || !strings.Contains(err.Error(), "--json") {
		t.Error(err)
	}
	path := filepath.Join(t.TempDir(), "report.json")
	file, err := openJSON(path)
	if err != nil {
		t.Fatal(err)
	}
	r := newReport("race", &Target{}, nil, nil, time.Second, CPU{})
	_ = r.breakOff("connect", errInterrupted)
	if err := errors.Join(r.writeJSON(file), file.Close()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	var read Report
	if err := errors.Join(err, json.Unmarshal(b, &read)); err != nil || read.Cause != `broke off at "connect": interrupted` {
		t.Errorf("%v %s", err, b)
	}
}
