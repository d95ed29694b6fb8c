package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"jari/seatmap"
	"jari/server/booking"
	"jari/server/live"
	"jari/server/redistest"
)

// TestTheMapOfAnEventThatIsOver: Redis has forgotten it, and it shows what was sold, first as the database has it, then live again.
func TestTheMapOfAnEventThatIsOver(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	p := openParts(ctx, t)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() { _ = p.worker.Run(ctx) })
	running.Go(func() { _ = p.api.Serve(listener) })
	defer func() {
		if err := p.api.Drain(context.WithoutCancel(ctx), 0); err != nil {
			t.Error(err)
		}
		stop()
		running.Wait()
		if err := p.close(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	}()
	zone := p.sellSome(t)
	get := func() live.ZoneState {
		t.Helper()
		return getState(t, "http://"+listener.Addr().String()+"/api/v1/events/"+demoEvent+"/zones/"+zone+"/state")
	}
	var before live.ZoneState
	redistest.Until(t, "two seats are sold", func() bool {
		before = get()
		return before.Live && strings.HasPrefix(before.States, "22")
	})

	then := time.Now().Add(-2 * time.Hour)
	if err := p.store.MoveEvent(ctx, demoEvent, then, then, then); err != nil {
		t.Fatal(err)
	}
	p.forget(t)
	if after := get(); after.Live || after.States != before.States {
		t.Errorf("after it was forgotten the map is %+v, want %s of the database", after, before.States)
	}
	redistest.Until(t, "the map is live", func() bool {
		after := get()
		if after.States != before.States {
			t.Errorf("the map is %s, want %s", after.States, before.States)
		}
		return after.Live && after.Epoch > before.Epoch
	})
}

// openParts opens what serve runs, on a folder of its own. Who opens closes.
func openParts(ctx context.Context, t *testing.T) *parts {
	t.Helper()
	command, err := parse(t, "serve", "--data-dir", folder(t))
	if err != nil {
		t.Fatal(err)
	}
	p, err := command.Selected().Target.Addr().Interface().(*serveCmd).open(ctx, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sellSome has a buyer book the first two seats of the demonstration event, and returns their zone.
func (p *parts) sellSome(t *testing.T) (zone string) {
	t.Helper()
	ctx := t.Context()
	if err := p.node.Warm(ctx, demoEvent); err != nil {
		t.Fatal(err)
	}
	e, err := p.node.Event(ctx, demoEvent)
	if err != nil {
		t.Fatal(err)
	}
	z := &e.Plan.Zones[slices.IndexFunc(e.Plan.Zones, func(z seatmap.Zone) bool { return z.Kind == seatmap.KindSeats })]
	buyer := uuid.NewString()
	picks := []seatmap.Pick{{Zone: z.ID, Index: 0, Seat: z.PlaceID(0)}, {Zone: z.ID, Index: 1, Seat: z.PlaceID(1)}}
	if _, err := p.live.Hold(ctx, seatmap.HoldRequest{Event: demoEvent, Buyer: buyer, Seats: picks}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.desk.Book(ctx, booking.Request{Event: demoEvent, Buyer: buyer, Key: "k"}); err != nil {
		t.Fatal(err)
	}
	return z.ID
}

// forget has Redis forget the events that are over as the program's sweeper does after an hour.
func (p *parts) forget(t *testing.T) {
	t.Helper()
	s := booking.NewSweeper(booking.SweeperConfig{Live: p.live, Producer: p.producer, Events: p.unended, Over: p.over,
		Forget: 5 * time.Millisecond, Quiet: time.Nanosecond, Logger: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	var sweeping sync.WaitGroup
	sweeping.Go(func() { _ = s.Run(ctx) })
	redistest.Until(t, "redis forgets the event", func() bool {
		_, err := p.live.Overview(ctx, demoEvent)
		return errors.Is(err, seatmap.ErrClosed)
	})
	cancel()
	sweeping.Wait()
}

func getState(t *testing.T, url string) (state live.ZoneState) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&state); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, answer.Status, err)
	}
	return state
}
