package booking

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
	"jari/server/stream"
)

// seatsOfAll are the seats with numbers of the plan.
var seatsOfAll = []string{"a1", "A1", "A1 ", "s4", "s5", "s6", "s7", "s8", "1", "01", "1e0", "b4"}

// TestWholeWorkersLeave: two workers share the partitions, and the first leaves while both decide.
func TestWholeWorkersLeave(t *testing.T) {
	everywhere(t, func(t *testing.T, p *pipeline) {
		events := p.severalEvents()
		stopFirst := p.start()
		for _, event := range events {
			p.openEvent(event)
		}
		first := p.putAll(events, "a1")
		second := &counter{}
		p.startAs(second.decided)
		for until := time.Now().Add(patience); second.value() == 0; { // until it has a part of them; all of these are rejected
			if time.Now().After(until) {
				t.Fatal("the second worker decides nothing")
			}
			again := p.putAll(events, "a1")
			p.eventually("they are decided", func() bool {
				for _, rec := range again {
					if _, err := p.store.Booking(t.Context(), rec.Booking); err != nil {
						return false
					}
				}
				return true
			})
		}
		booked := first
		var leaving sync.WaitGroup
		for _, seat := range seatsOfAll[1:] {
			booked = append(booked, p.putAll(events, seat)...)
			if seat == "s5" {
				leaving.Go(stopFirst)
			}
		}
		leaving.Wait()
		p.wantAllSold(booked)
		p.wantNoDifferences(events...)
		if records := p.wantAllRead(); int64(p.count.value()+second.value()+len(events)) != records {
			t.Errorf("%d and %d bookings were decided of %d records, each once", p.count.value(), second.value(), records)
		}
	})
}

// TestWholeWorkerDies: it is killed in the middle of its work, and another one takes over where it was.
func TestWholeWorkerDies(t *testing.T) {
	withBrokers(t, func(t *testing.T, p *pipeline) {
		p.refresh()
		events := p.severalEvents()
		victim := p.startVictim(p.logs.(*brokerLogs))
		for _, event := range events {
			p.openEvent(event)
		}
		var booked []Record
		for n, seat := range seatsOfAll {
			booked = append(booked, p.putAll(events, seat)...)
			if n == len(seatsOfAll)/2 {
				victim.kill() // it has decided some of these, and shown some of those
			}
		}
		p.start()
		p.wantAllSold(booked)
		p.wantNoDifferences(events...)
	})
}

type victim struct{ kill func() }

// victimEnv makes the test binary the victim, and names what it works on.
const victimEnv = "BOOKING_TEST_VICTIM"

type victimPlace struct{ DSN, Redis, RunID, Brokers, Prefix string }

// startVictim starts this test binary again as a worker, and waits until it decides.
func (p *pipeline) startVictim(l *brokerLogs) victim {
	p.t.Helper()
	place, err := json.Marshal(victimPlace{p.dsn, p.addr, p.runID, l.cfg.Brokers, l.cfg.TopicPrefix})
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+string(place))
	out, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	kill := sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	p.t.Cleanup(kill)
	said := bufio.NewScanner(out)
	for said.Scan() {
		if said.Text() == "works" {
			return victim{kill}
		}
		p.t.Log(said.Text())
	}
	p.t.Fatal("the victim does not work")
	return victim{}
}

// workAsVictim is the worker that TestWholeWorkerDies kills: it ends only when something is wrong.
func workAsVictim(ctx context.Context, at string) error {
	var place victimPlace
	if err := json.Unmarshal([]byte(at), &place); err != nil {
		return err
	}
	r := &rig{plan: testPlan(), runID: place.RunID}
	var err error
	if r.store, err = store.Open(ctx, store.Config{DSN: place.DSN}); err != nil {
		return err
	}
	cfg := seatmap.LiveConfig{Client: redis.NewClient(&redis.Options{Addr: place.Redis})}
	if place.RunID != "" {
		cfg.RunID = r.run
	}
	r.live = seatmap.NewLive(cfg)
	config := stream.Config{Brokers: place.Brokers, TopicPrefix: place.Prefix}
	producer, err := stream.OpenProducer(config)
	if err != nil {
		return err
	}
	fmt.Println("works")
	worker := NewWorker(WorkerConfig{Store: r.store, Live: r.live, Producer: producer, Events: r, Stream: config, Logger: slog.New(slog.DiscardHandler)})
	return worker.Run(ctx)
}

// putAll puts a booking of a seat by a new buyer into the log for each event.
func (p *pipeline) putAll(events []string, seat string) (booked []Record) {
	p.t.Helper()
	for _, event := range events {
		rec := p.bookRecord(newBuyer(), testKey, seat)
		rec.Event, rec.Booking = event, ID(rec.Buyer, event, testKey)
		p.put(event, rec)
		booked = append(booked, rec)
	}
	return booked
}

// severalEvents are on several partitions, where there are several.
func (p *pipeline) severalEvents() []string {
	p.t.Helper()
	events := []string{testEvent}
	for n := range 5 {
		other := fmt.Sprintf("other-%d", n)
		p.another(other)
		events = append(events, other)
	}
	return events
}

// wantAllSold waits until every booking, of one seat each, is confirmed, shown and told.
func (p *pipeline) wantAllSold(booked []Record) {
	p.t.Helper()
	p.wantAllRead()
	p.wantHouse("22222222", "2222", "00000")
	told := map[string]bool{}
	for _, rec := range p.logs.records(TopicOutcomes) {
		var fx effect
		if err := json.Unmarshal(rec.Value, &fx); err != nil {
			p.t.Fatal(err)
		}
		told[fx.ID] = true
	}
	for _, rec := range booked {
		b, err := p.store.Booking(p.t.Context(), rec.Booking)
		if err != nil || b.Status != protocol.StatusConfirmed || !told[rec.Booking] {
			p.t.Errorf("booking %s of %s is %s, %v, told %v", rec.Booking, rec.Seats[0].Seat, b.Status, err, told[rec.Booking])
		}
		s, err := p.live.Snapshot(p.t.Context(), rec.Event, rec.Seats[0].Zone)
		if err != nil || s.States[rec.Seats[0].Index] != byte(seatmap.Booked) {
			p.t.Errorf("seat %s of event %s is %s, %v", rec.Seats[0].Seat, rec.Event, s.States, err)
		}
	}
}
