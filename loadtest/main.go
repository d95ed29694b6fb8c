// Command jari-loadtest drives a Jari server as a stranger: it imports nothing of the server and speaks only the
// public protocol. Each command plays one scene, streams results, and decides by thresholds whether what the
// design promises did hold; a broken promise is exit code 1.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is the whole command line.
type cli struct {
	Target

	Race    raceScene    `cmd:"" help:"Many clients on one seat, round after round: exactly one holds it (I7)."`
	Expiry  expiryScene  `cmd:"" help:"Holds taken in one second and abandoned: none ends early, all free in time (I8). The event must have short holds: jari event create --hold-seconds 60."`
	Watch   watchScene   `cmd:"" help:"Many sockets in one zone while its seats change: every map ends equal to the truth (I6)."`
	Churn   churnScene   `cmd:"" help:"Sockets that come and go: nobody gets a message of another, nothing is left behind (I10). Needs /metrics on --url: a node asked directly, without --admin-listen."`
	Relay   relayScene   `cmd:"" help:"Two nodes: a hold on one is seen on the other in time."`
	Journey journeyScene `cmd:"" help:"Whole buyer journeys at a fixed rate: bookings are unique, true and within the cap (I1, I2, I3, I9)."`
	Rolling rollingScene `cmd:"" help:"Gateways restarted one after another under sockets and bookings: none is lost, clients get only what they missed."`
}

// Validate: on one node nothing is relayed, so a relay scene there would pass whatever is true.
func (c *cli) Validate() error {
	if c.Relay.OtherURL != "" && c.Relay.OtherURL == c.URL {
		return fmt.Errorf("--other-url is %s: it must be another node than --url", c.Relay.OtherURL)
	}
	for i, u := range c.Rolling.OtherURLs {
		if u == c.URL || slices.Contains(c.Rolling.OtherURLs[:i], u) {
			return fmt.Errorf("--other-url is %s: that gateway is named twice", u)
		}
	}
	return nil
}

// exit codes: 0 every threshold passed, 1 one failed, 2 the scene could not be played, or not as the flags say.
func main() {
	var c cli
	k := kong.Parse(&c, kong.Name("jari-loadtest"), kong.ShortUsageOnError(), addressMapper, usageExit,
		kong.Description("Load tester of Jari: scenes with pass and fail over the public protocol. Play one at a time on an event. "+
			"README.md lists the promises I1 to I10. Exit code: 0 all were kept, 1 one was broken, 2 the scene could not be played to its end."))
	ctx, stop := untilSignalled()
	defer stop()

	s, ok := k.Selected().Target.Addr().Interface().(scene)
	if !ok {
		fmt.Fprintln(os.Stderr, "jari-loadtest: no such scene:", k.Command())
		os.Exit(2)
	}
	file, err := openJSON(c.JSON)
	if err != nil {
		fmt.Fprintln(os.Stderr, "jari-loadtest:", err)
		os.Exit(2)
	}
	report, err := play(ctx, &c.Target, k.Command(), s, os.Stderr)
	if err = errors.Join(err, publish(report, c.JSON, file)); err != nil {
		fmt.Fprintln(os.Stderr, "jari-loadtest:", err)
		os.Exit(2)
	}
	if !report.Passed {
		os.Exit(1)
	}
}

// untilSignalled ends with the first signal; a second one ends the program, from before anybody can see that it stops.
func untilSignalled() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
		case <-ctx.Done():
		}
		signal.Stop(signals)
		cancel()
	}()
	return ctx, cancel
}

// publish prints the text, or the JSON in its place, and then writes the file, if there is one. Of a scene that could not even begin
// there is nothing to print but the error.
func publish(r *Report, where string, file *os.File) (err error) {
	switch {
	case where == "-":
		err = r.writeJSON(os.Stdout)
	case len(r.Metrics) > 0 || r.Cause == "":
		err = r.writeText(os.Stdout)
	}
	if file != nil {
		err = errors.Join(err, r.writeJSON(file), file.Close())
	}
	return err
}

// usageExit gives a wrong command line the code of a scene that could not be played; help is no failure.
var usageExit = kong.Exit(func(code int) {
	if code != 0 {
		code = 2
	}
	os.Exit(code)
})
