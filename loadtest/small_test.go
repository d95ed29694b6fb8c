package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"jari/server/redistest"
)

// The scenes in small, on the real server; `make shows` plays them in full.
func TestScenesOnServer(t *testing.T) {
	n := startNode(t, serverBinary(t), "--data-dir", t.TempDir())
	short := n.createEvent(3, 4)
	roomy := n.createEvent(60, 4)
	for _, c := range []struct {
		name, event string
		scene       scene
	}{
		{"race", roomy, &raceScene{Clients: 50, Rounds: 5}},
		{"expiry", short, &expiryScene{Holds: 100, Within: 200 * time.Millisecond, Late: 500 * time.Millisecond}},
		{"watch", roomy, &watchScene{Clients: 100, Rate: 100, Duration: 3 * time.Second, Settle: 5 * time.Second}},
		{"journey", roomy, &journeyScene{Buyers: 40, Rate: 20, Cancels: 0.3, Seats: 3, Drain: 10 * time.Second}},
		{"churn", roomy, &churnScene{Rate: 50, Duration: 2 * time.Second, Kicks: 3, Settle: 90 * time.Second, Slack: 10}},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := mustPlay(t, n.target(c.event), c.name, c.scene)
			if !report.Passed {
				t.Error("a promise was broken")
			}
		})
	}
}

// A hold on one node is seen on another, in small.
func TestRelayOnServers(t *testing.T) {
	redistest.Program(t) // or the test is skipped
	bin := serverBinary(t)
	s := startShared(t, bin)
	one := startNode(t, bin, s.flags()...)
	two := startNode(t, bin, s.flags()...)
	// The bound is generous: other packages are tested at the same time.
	report := mustPlay(t, one.target(one.createEvent(60, 4)), "relay", &relayScene{OtherURL: two.url(), Times: 20, Within: time.Second})
	if !report.Passed {
		t.Error("a promise was broken")
	}
}

// The program's exit code says whether the promises held: 0, 1, or 2 when it could not tell.
func TestExitCode(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "jari-loadtest")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	honest, liar := startFake(t, "", 1, time.Second), startFake(t, "two winners", 1, time.Second)
	report := filepath.Join(t.TempDir(), "report.json")
	for _, c := range []struct {
		name string
		url  string
		more string
		code int
	}{
		{"honest", honest.URL, "--zone=A", 0},
		{"nobody", "http://127.0.0.1:1", "--zone=A", 2},
		{"usage", honest.URL, "--event=", 2},
		{"no such folder", honest.URL, "--json=" + filepath.Join(report, "x"), 2},
		{"help", honest.URL, "--help", 0},
		{"liar", liar.URL, "--zone=A", 1},
	} {
		cmd := exec.CommandContext(t.Context(), bin, "race", "--clients", "5", "--rounds", "2", "--url", c.url, "--json", report, c.more)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		code := 0
		if errors.As(err, &exit) {
			code = exit.ExitCode()
		}
		if code != c.code {
			t.Errorf("%s: exit code %d, want %d\n%s", c.name, code, c.code, out)
		}
	}
	b, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var r Report
	if err := json.Unmarshal(b, &r); err != nil || r.Scene != "race" || r.Passed || len(r.Verdicts) == 0 {
		t.Errorf("report of the liar: %v %s", err, b)
	}
}
