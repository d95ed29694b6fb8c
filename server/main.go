// Command jari is a real-time seat-map booking service: one binary that serves buyers, decides bookings and manages venues and events.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker.
var version = "dev"

// cli is every command. Each setting is also an environment variable: --data-dir is JARI_DATA_DIR. What says what one command
// shall do is not (env:"-"): nobody exports the answer to a question that is asked some other day.
type cli struct {
	Serve   serveCmd   `cmd:"" help:"Serve buyers and decide bookings. With no address of Redis, Kafka and the database given, all three run inside this process."`
	Migrate migrateCmd `cmd:"" help:"Bring the database's schema to this version, and create the topics where Kafka is given."`
	Venue   struct {
		Check  venueCheckCmd  `cmd:"" help:"Read seating-plan files and print what is in them, what was repaired and what was refused."`
		Import venueImportCmd `cmd:"" help:"Store a venue from a seating-plan file."`
		Export venueExportCmd `cmd:"" help:"Write a venue's plan as a seating-plan file."`
		List   venueListCmd   `cmd:"" help:"List venues."`
		Demo   venueDemoCmd   `cmd:"" help:"Write a generated seating plan as a file: for a try, for tests, for load."`
	} `cmd:"" help:"Venues and their seating plans."`
	Event struct {
		Create eventCreateCmd `cmd:"" help:"Put an event on sale in a venue."`
		List   eventListCmd   `cmd:"" help:"List events: PHASE is what buyers see, SWITCH what open, pause and close have set."`
		Open   eventOpenCmd   `cmd:"" help:"Open the sale, also one that was paused or closed."`
		Pause  eventPauseCmd  `cmd:"" help:"Pause the sale: no new holds; what is held may be booked."`
		Close  eventCloseCmd  `cmd:"" help:"Close the sale: buyers see that it has ended, and what is held may be booked; open begins it again."`
		Reset  eventResetCmd  `cmd:"" help:"Cancel every booking of an event and put every seat back on sale. A person at a terminal is asked first, unless --yes is given."`
	} `cmd:"" help:"Events on sale."`
	Audit      auditCmd `cmd:"" help:"Compare database, Kafka and Redis beside running servers, and print every difference. Exit code: 0 none, 1 some, 2 not all could be compared."`
	DeadLetter struct {
		List   deadLetterListCmd   `cmd:"" help:"List the records of the log that could not be decided."`
		Replay deadLetterReplayCmd `cmd:"" help:"Have bookings decided anew whose records are dead letters, and say what became of each. A person at a terminal is asked first, unless --yes is given."`
	} `cmd:"" help:"Records of the log that could not be decided."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

type versionCmd struct{}

func (versionCmd) Run() error {
	fmt.Println("jari", version)
	return nil
}

func newParser(options ...kong.Option) (*kong.Kong, error) {
	return kong.New(&cli{}, append([]kong.Option{
		kong.Name("jari"),
		kong.Description("Jari: a live seat map where everyone sees every seat turn at once."),
		kong.DefaultEnvars("JARI"),
		kong.ShortUsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
	}, options...)...)
}

// untilStopped ends with the first signal for the commands that have something to finish. The others end at once, as a program
// does that has taken no signals: they wait for files and answers, which no context interrupts, and what they write is written whole.
func untilStopped(command string) (context.Context, context.CancelFunc) {
	switch command {
	case "serve", "migrate":
		return untilSignalled()
	}
	return context.Background(), func() {}
}

// untilSignalled ends with the first signal; a second one ends the program. That is so before anybody can see that it stops: a signal
// sent then would be lost if NotifyContext's were given back afterwards.
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

func main() {
	parser, err := newParser()
	if err != nil {
		panic(err) // the commands contradict each other
	}
	command, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	ctx, stop := untilStopped(command.Command())
	command.BindTo(ctx, (*context.Context)(nil))
	err = command.Run()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "jari:", err)
		if e, ok := errors.AsType[ending](err); ok {
			os.Exit(e.code)
		}
		os.Exit(1)
	}
}
