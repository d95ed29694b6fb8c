package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/mattn/go-isatty"

	"jari/server/booking"
	"jari/server/live"
	"jari/server/store"
)

// eventRef names the event of a command.
type eventRef struct {
	database
	Event string `arg:"" help:"Id of the event."`
}

// find runs f on the database and the event.
func (c *eventRef) find(ctx context.Context, f func(*store.Store, store.Event) error) error {
	return c.with(ctx, func(db *store.Store) error {
		e, err := db.Event(ctx, c.Event)
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("no event %q; `jari event list` shows them", c.Event)
		}
		if err != nil {
			return err
		}
		return f(db, e)
	})
}

// setSale says what it did: running servers are told by the database, which they read once a second.
func (c *eventRef) setSale(ctx context.Context, sale store.Sale) error {
	return c.find(ctx, func(db *store.Store, e store.Event) error {
		if err := db.SetSale(ctx, c.Event, sale); err != nil {
			return err
		}
		fmt.Printf("the sale of %s is %s; running servers follow within a second or two\n", c.Event, sale)
		e.Sale = sale
		if but := despite(&e, time.Now()); but != "" {
			fmt.Println(but)
		}
		return nil
	})
}

// despite says what buyers see when the event's times have the last word over a sale that is switched on.
func despite(e *store.Event, now time.Time) string {
	if e.Sale == store.SaleClosed {
		return ""
	}
	switch phaseOf(e, now, false) {
	case live.PhaseUpcoming:
		return fmt.Sprintf("but it opens at %s: until then buyers see that it is upcoming", moment(e.OpensAt))
	case live.PhaseEnded:
		if !e.EndsAt.IsZero() && !now.Before(e.EndsAt) {
			return fmt.Sprintf("but the event ended at %s: nothing can be sold any more", moment(e.EndsAt))
		}
		return fmt.Sprintf("but its sale ended at %s: nothing can be sold any more", moment(e.ClosesAt))
	}
	return ""
}

type eventOpenCmd struct{ eventRef }

func (c *eventOpenCmd) Run(ctx context.Context) error { return c.setSale(ctx, store.SaleOpen) }

type eventPauseCmd struct{ eventRef }

func (c *eventPauseCmd) Run(ctx context.Context) error { return c.setSale(ctx, store.SalePaused) }

type eventCloseCmd struct{ eventRef }

func (c *eventCloseCmd) Run(ctx context.Context) error { return c.setSale(ctx, store.SaleClosed) }

type eventResetCmd struct {
	eventRef
	Yes bool `env:"-" help:"Reset without asking first. Only a person at a terminal is asked, a script never."`
}

func (c *eventResetCmd) Run(ctx context.Context) error {
	return c.find(ctx, func(db *store.Store, e store.Event) error {
		confirmed, err := db.CountConfirmed(ctx, e.ID)
		if err != nil {
			return err
		}
		if err := c.allowed(ctx, &e, confirmed, os.Stdin, isatty.IsTerminal(os.Stdin.Fd()), os.Stderr); err != nil {
			return err
		}
		if err := booking.Reset(ctx, db, e.ID, time.Now); err != nil {
			return err
		}
		fmt.Printf("%s is reset: its bookings are cancelled and their buyers told, its blocked seats free; running servers follow within a second or two\n", e.ID)
		return nil
	})
}

// allowed asks the person at the terminal, unless --yes says that it is meant. A script means what it says: the command is its word.
func (c *eventResetCmd) allowed(ctx context.Context, e *store.Event, confirmed int, in io.Reader, terminal bool, out io.Writer) error {
	if c.Yes || !terminal {
		return nil
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if !agreed(ctx, in, out, fmt.Sprintf("cancel %s of %s (%s) and free every seat? [y/N] ", counted(confirmed, "confirmed booking"), e.ID, e.Title)) {
		return errors.New("nothing was changed")
	}
	return nil
}

// agreed asks a person, to whom anything but yes is no: so is the end of ctx, which is Ctrl-C.
func agreed(ctx context.Context, in io.Reader, out io.Writer, question string) bool {
	fmt.Fprint(out, question)
	answers := make(chan string, 1)
	go func() {
		answer, _ := bufio.NewReader(in).ReadString('\n') // an input that ends says no
		answers <- answer
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(out)
		return false
	case answer := <-answers:
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
			return true
		}
		return false
	}
}
