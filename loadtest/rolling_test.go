package main

import (
	"context"
	"testing"
	"time"

	"jari/server/redistest"
)

// rollingHouse is two gateways and a worker on shared servers.
type rollingHouse struct {
	gateways [2]*node
	worker   *node
}

func startRollingHouse(t *testing.T) *rollingHouse {
	t.Helper()
	redistest.Program(t) // or the test is skipped
	bin := serverBinary(t)
	s := startShared(t, bin)
	role := func(role string) *node { return startNode(t, bin, append(s.flags(), "--role", role)...) }
	h := &rollingHouse{worker: role("worker")}
	for i := range h.gateways {
		h.gateways[i] = role("gateway")
	}
	return h
}

// restart ends and starts the nodes one after another, as an operator would; the next one goes when the one before is ready.
func (h *rollingHouse) restart(ctx context.Context) error {
	for _, n := range []*node{h.gateways[0], h.gateways[1], h.worker} {
		if err := wait(ctx, time.Second); err != nil {
			return err
		}
		n.stop()
		if err := n.tryStart(); err != nil {
			return err
		}
	}
	return nil
}

// play plays the scene and tells what it cost.
func (h *rollingHouse) play(t *testing.T, s *rollingScene) {
	t.Helper()
	one := h.gateways[0]
	s.OtherURLs, s.restart = []string{h.gateways[1].url()}, h.restart
	target := one.target(one.createEvent(600, 4))
	target.ServerPID = 0 // there will be others
	report := mustPlay(t, target, "rolling", s)
	if !report.Passed {
		t.Error("a promise was broken")
	}
	var spent time.Duration
	for _, n := range []*node{h.gateways[0], h.gateways[1], h.worker} {
		n.stop()
		spent += n.spent
	}
	t.Logf("CPU: load tester %.1f s, gateways and worker %.1f s", report.CPU.Client, spent.Seconds())
}

func TestRollingOnServers(t *testing.T) {
	startRollingHouse(t).play(t, &rollingScene{Clients: 60, Rate: 5, Duration: 10 * time.Second, Settle: 30 * time.Second, Resumed: 95})
}

// The command is given to a shell, and when it fails there is nothing to tell of.
func TestRestartCommand(t *testing.T) {
	for command, fails := range map[string]bool{"": false, "true && true": false, "exit 3": true} {
		if err := (&rollingScene{Restart: command}).restartAll(t.Context()); (err != nil) != fails {
			t.Errorf("%q: %v", command, err)
		}
	}
}

func TestPeakOfReturns(t *testing.T) {
	g := newGateways([]string{"http://a", "http://b"})
	start := time.Unix(1000, 0)
	for gateway, moments := range [][]int{{0, 99, 100, 101, 300}, {350, 20, 10, 105}} { // ms, in any order
		for _, ms := range moments {
			g.rejoins[gateway] = append(g.rejoins[gateway], start.Add(time.Duration(ms)*time.Millisecond))
		}
	}
	if n := g.peak(100 * time.Millisecond); n != 3 {
		t.Errorf("%d within 100 ms", n)
	}
	if n := newGateways([]string{"http://a"}).peak(time.Second); n != 0 {
		t.Errorf("%d of none", n)
	}
}
