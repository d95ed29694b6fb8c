package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"
)

// Each scene passes on an honest server and fails, by the right promise, on one that lies.
func TestScenesTellTruthFromLies(t *testing.T) {
	race := func() scene { return &raceScene{Clients: 10, Rounds: 3} }
	expiry := func() scene {
		return &expiryScene{Holds: 20, Within: 100 * time.Millisecond, Late: 270 * time.Millisecond}
	}
	watch := func() scene {
		return &watchScene{Clients: 10, Rate: 100, Duration: 500 * time.Millisecond, Settle: time.Second}
	}
	churn := func() scene {
		return &churnScene{Rate: 100, Duration: 300 * time.Millisecond, Kicks: 2, Settle: time.Second, Slack: 5}
	}
	relay := func() scene { return &relayScene{Times: 4, Within: 100 * time.Millisecond} }
	journey := func() scene {
		return &journeyScene{Buyers: 20, Rate: 100, Cancels: 0.5, Seats: 3, Drain: 500 * time.Millisecond}
	}
	rolling := func() scene {
		return &rollingScene{Clients: 10, Rate: 50, Duration: time.Second, Settle: 2 * time.Second, Resumed: 95}
	}
	for _, c := range []struct {
		name, lie, broken string // broken: a metric of a threshold that must fail; empty: none may
		seats             int
		scene             func() scene
	}{
		{"race", "", "", 1, race},
		{"race", "two winners", "winners", 1, race},
		{"race", "busy", "odd_answers", 1, race},
		{"expiry", "", "", 20, expiry},
		{"expiry", "early", "early", 20, expiry},
		{"expiry", "two clocks", "clocks_apart_us", 20, expiry},
		{"expiry", "late", "late_us", 20, expiry},
		{"watch", "", "", 60, watch},
		{"watch", "state late", "", 60, watch},
		{"watch", "frame lost", "gaps", 60, watch},
		{"watch", "frames stop", "equal_maps", 60, watch},
		{"watch", "state wrong", "equal_maps", 60, watch},
		{"churn", "", "", 60, churn},
		{"churn", "foreign", "foreign", 60, churn},
		{"churn", "leak", "goroutines_more", 60, churn},
		{"churn", "kick open", "kicked", 60, churn},
		{"relay", "", "", 2, relay},
		{"journey", "", "", 100, journey},
		{"journey", "sold twice", "sold_twice", 100, journey},
		{"journey", "booking lost", "confirmed_lost", 100, journey},
		{"journey", "booking unasked", "unasked", 100, journey},
		{"journey", "seat lost", "orphans", 100, journey},
		{"journey", "no cap", "over_cap", 100, journey},
		{"rolling", "", "", 60, rolling},
		{"rolling", "forgets", "resumed_percent", 60, rolling},
		{"rolling", "nothing missed", "gaps", 60, rolling},
		{"rolling", "state wrong", "equal_maps", 60, rolling},
		{"rolling", "never again", "lost_clients", 60, rolling},
		{"rolling", "never restarted", "returns", 60, rolling},
		{"rolling", "booking lost", "confirmed_lost", 60, rolling},
		{"rolling", "sold twice", "sold_twice", 60, rolling},
	} {
		t.Run(c.name+" "+c.lie, func(t *testing.T) {
			t.Parallel() // they wait more than they work
			target := startFake(t, c.lie, c.seats, time.Second)
			s := c.scene()
			if r, ok := s.(*relayScene); ok {
				r.OtherURL = target.URL
			}
			if r, ok := s.(*rollingScene); ok {
				r.OtherURLs, r.restart = []string{target.URL}, sendAway(target)
				if c.lie == "never restarted" {
					r.restart = func(context.Context) error { return nil }
				}
			}
			report := mustPlay(t, target, c.name, s)
			caught := false
			for _, v := range report.Verdicts {
				caught = caught || v.Metric == c.broken && !v.Passed
			}
			if report.Passed != (c.broken == "") || caught != (c.broken != "") {
				t.Errorf("passed %v, caught %v", report.Passed, caught)
			}
		})
	}
}

// mustPlay plays a scene and logs its report.
func mustPlay(t *testing.T, target *Target, name string, s scene) *Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
	defer cancel()
	var progress, text bytes.Buffer
	report, err := play(ctx, target, name, s, &progress)
	if err != nil {
		t.Fatal(err)
	}
	if err := report.writeText(&text); err != nil {
		t.Fatal(err)
	}
	t.Log(text.String())
	return report
}

func TestReportSaysWhatFailed(t *testing.T) {
	out := newStream(t.Context())
	out.fault("early", "seat 7")
	out.took("late_us", 300*time.Millisecond)
	r := newReport("expiry", &Target{URL: "u", Event: "e"}, []Threshold{
		none("I8", "none early", "early"),
		within("I8", "in time", "late_us", 250*time.Millisecond),
		within("I8", "never measured", "nothing_us", time.Second),
		none("I7", "nothing odd", "odd"),
	}, out.close(), time.Second, CPU{})
	var b strings.Builder
	if err := r.writeText(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"FAIL I8   none early (early sum = 1, must be == 0)", "seat 7",
		"FAIL I8   in time (late_us p99 = 300", "FAIL I8   never measured", "PASS I7   nothing odd",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if r.Passed {
		t.Error("passed")
	}
}
