package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/mattn/go-isatty"

	"jari/server/booking"
	"jari/server/stream"
)

// deadLetters are the addresses of their commands.
type deadLetters struct {
	database
	kafkaAddress
}

// Validate is called by the command line.
func (c *deadLetters) Validate() error {
	return errors.Join(c.database.Validate(), c.kafkaAddress.Validate())
}

type deadLetterListCmd struct {
	deadLetters
	Event string `env:"-" placeholder:"ID" help:"Only those of this event."`
	JSON  bool   `env:"-" name:"json" help:"Print each as a line of JSON."`
}

func (c *deadLetterListCmd) Run(ctx context.Context) (err error) {
	b, err := openBeside(ctx, c.database, c.kafkaAddress)
	if b != nil {
		defer func() { err = errors.Join(err, b.close()) }()
	}
	if err != nil {
		return err
	}
	return c.list(ctx, &booking.Letters{Store: b.store, Stream: b.kafka}, os.Stdout)
}

func (c *deadLetterListCmd) list(ctx context.Context, letters *booking.Letters, out io.Writer) error {
	if c.JSON {
		return letters.Each(ctx, c.Event, func(l booking.Letter) {
			line, _ := json.Marshal(l) // texts and times alone: never fails
			fmt.Fprintf(out, "%s\n", line)
		})
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tWRITTEN\tEVENT\tBOOKING\tDECIDED\tCAUSE")
	err := letters.Each(ctx, c.Event, func(l booking.Letter) {
		decided := l.Decided
		switch {
		case decided == "" && l.Refusal != "":
			decided = "-"
		case decided == "":
			decided = "no: replay it"
		}
		cause := l.Cause
		if l.Again {
			cause = "again: " + cause
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, moment(l.At), orDash(l.Event), orDash(l.Booking), decided, oneLine(cause))
	})
	return errors.Join(err, w.Flush())
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return oneLine(text)
}

// oneLine keeps what strangers may have written from drawing on the terminal.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, text)
}

type deadLetterReplayCmd struct {
	deadLetters
	IDs []string `arg:"" optional:"" name:"id" help:"Ids that dead-letter list shows, such as 3-17."`
	All bool     `env:"-" help:"Every one whose booking is not decided."`
	Yes bool     `env:"-" help:"Replay without asking first. Only a person at a terminal is asked, a script never."`
}

// Validate is called by the command line.
func (c *deadLetterReplayCmd) Validate() error {
	if c.All == (len(c.IDs) > 0) {
		return errors.New("name the dead letters to replay, or give --all")
	}
	return c.deadLetters.Validate()
}

func (c *deadLetterReplayCmd) Run(ctx context.Context) (err error) {
	b, err := openBeside(ctx, c.database, c.kafkaAddress)
	if b != nil {
		defer func() { err = errors.Join(err, b.close()) }()
	}
	if err != nil {
		return err
	}
	letters := &booking.Letters{Store: b.store, Stream: b.kafka}
	if b.inside {
		letters.Patience = time.Nanosecond // nobody decides while nobody serves
	}
	chosen, err := c.choose(ctx, letters)
	if err != nil {
		return err
	}
	if len(chosen) == 0 {
		fmt.Println("no dead letter waits")
		return nil
	}
	if !c.allowed(ctx, len(chosen), os.Stdin, isatty.IsTerminal(os.Stdin.Fd()), os.Stderr) {
		return errors.New("nothing was replayed")
	}
	producer, err := stream.OpenProducer(b.kafka)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, producer.Close(context.WithoutCancel(ctx))) }()
	letters.Producer = producer
	return c.replay(ctx, letters, chosen, os.Stdout)
}

// choose finds the letters that are meant.
func (c *deadLetterReplayCmd) choose(ctx context.Context, letters *booking.Letters) ([]booking.Letter, error) {
	left := map[string]bool{}
	for _, id := range c.IDs {
		left[id] = true
	}
	var chosen []booking.Letter
	err := letters.Each(ctx, "", func(l booking.Letter) {
		if left[l.ID] || c.All && l.Refusal == "" {
			chosen = append(chosen, l)
			delete(left, l.ID)
		}
	})
	for id := range left {
		err = errors.Join(err, fmt.Errorf("no dead letter %q; `jari dead-letter list` shows them", id))
	}
	return chosen, err
}

// allowed asks the person at the terminal, unless --yes says that it is meant.
func (c *deadLetterReplayCmd) allowed(ctx context.Context, n int, in io.Reader, terminal bool, out io.Writer) bool {
	if c.Yes || !terminal {
		return true
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	return agreed(ctx, in, out, "have "+counted(n, "booking")+" decided anew whose buyers were told of a rejection? [y/N] ")
}

// replay says what became of each.
func (c *deadLetterReplayCmd) replay(ctx context.Context, letters *booking.Letters, chosen []booking.Letter, out io.Writer) error {
	replayed, err := letters.Replay(ctx, chosen)
	left := 0
	for _, r := range replayed {
		if !r.Done {
			left++
		}
		fmt.Fprintf(out, "%s %s: %s\n", r.ID, orDash(r.Booking), oneLine(r.Outcome))
	}
	if err == nil && left > 0 {
		err = fmt.Errorf("not decided: %d of %d", left, len(replayed))
	}
	return err
}
