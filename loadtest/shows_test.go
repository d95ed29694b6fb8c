//go:build shows

package main

import (
	"testing"
	"time"
)

// TestShows plays every scene in full on a server process of its own and prints the reports; `make shows` runs it.
func TestShows(t *testing.T) {
	n := startNode(t, serverBinary(t), "--data-dir", t.TempDir())
	roomy := n.createEvent(600, 4)
	t.Run("race", func(t *testing.T) {
		show(t, n.target(roomy), "race", &raceScene{Clients: 500, Rounds: 200})
	})
	t.Run("expiry", func(t *testing.T) {
		show(t, n.target(n.createEvent(8, 4)), "expiry", &expiryScene{Holds: 2000, Within: time.Second, Late: 270 * time.Millisecond})
	})
	t.Run("expiry on redis", func(t *testing.T) {
		n := startNode(t, serverBinary(t), startShared(t, serverBinary(t)).flags()...)
		show(t, n.target(n.createEvent(8, 4)), "expiry", &expiryScene{Holds: 2000, Within: time.Second, Late: 270 * time.Millisecond})
	})
	t.Run("watch", func(t *testing.T) {
		show(t, n.target(roomy), "watch", &watchScene{Clients: 2000, Rate: 200, Duration: 20 * time.Second, Settle: 10 * time.Second})
	})
	t.Run("journey", func(t *testing.T) {
		show(t, n.target(n.createEvent(600, 4)), "journey", &journeyScene{Buyers: 500, Rate: 50, Cancels: 0.2, Seats: 4, Drain: 20 * time.Second})
	})
}

// TestShowChurn churns sockets on a server built with the race detector, which must have nothing to say. Redis is a process of its
// own: under the detector the embedded one runs some ten times slower than real, and the server would only say so to most clients.
func TestShowChurn(t *testing.T) {
	n := startNode(t, serverBinary(t, "-race"), startShared(t, serverBinary(t)).flags()...)
	show(t, n.target(n.createEvent(60, 4)), "churn",
		&churnScene{Rate: 300, Duration: time.Minute, Kicks: 20, Settle: 2 * time.Minute, Slack: 10})
}

// TestShowRelay runs two nodes on one Redis, one Kafka and one database.
func TestShowRelay(t *testing.T) {
	bin := serverBinary(t)
	shared := startShared(t, bin)
	one := startNode(t, bin, shared.flags()...)
	two := startNode(t, bin, shared.flags()...)
	show(t, one.target(one.createEvent(60, 4)), "relay", &relayScene{OtherURL: two.url(), Times: 200, Within: 100 * time.Millisecond})
}

// What shows measure is not to be slowed down by holding it to the descriptions; the scenes in small are.
func listen()                     {}
func listenTo(*testing.T, string) {}

func show(t *testing.T, target *Target, name string, s scene) {
	t.Helper()
	if report := mustPlay(t, target, name, s); !report.Passed {
		t.Error("a promise was broken")
	}
}

// TestShowRolling restarts two gateways and the worker, one after another, under 2,000 sockets and 50 bookings a second.
func TestShowRolling(t *testing.T) {
	startRollingHouse(t).play(t, &rollingScene{Clients: 2000, Rate: 50, Duration: 45 * time.Second, Settle: 30 * time.Second, Resumed: 95})
}
