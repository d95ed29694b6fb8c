package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"jari/server/booking"
	"jari/server/store"
	"jari/server/stream"
)

// TestDeadLetterCommands list what a worker has buried, and put it on the log again.
func TestDeadLetterCommands(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	id, buyer := uuid.NewString(), uuid.NewString()
	value, err := json.Marshal(map[string]any{"type": "book", "event": "demo", "booking": id, "buyer": buyer})
	if err != nil {
		t.Fatal(err)
	}
	letter, err := json.Marshal(booking.DeadLetter{Topic: booking.TopicBookings, Key: "demo", Cause: "no seats\x1b[31m\n", Value: value})
	if err != nil {
		t.Fatal(err)
	}
	db, err := database{DataDir: dir}.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	onFolder(t, dir, func(kafka stream.Config) {
		producer, err := stream.OpenProducer(kafka)
		if err != nil {
			t.Fatal(err)
		}
		defer producer.Close(t.Context())
		if err := producer.Produce(t.Context(), booking.TopicDeadLetters, "demo", letter); err != nil {
			t.Fatal(err)
		}
		letters := &booking.Letters{Store: db, Stream: kafka, Producer: producer, Patience: time.Nanosecond}
		list := func(c deadLetterListCmd) string {
			t.Helper()
			var out bytes.Buffer
			if err := c.list(t.Context(), letters, &out); err != nil {
				t.Fatal(err)
			}
			return out.String()
		}
		table := list(deadLetterListCmd{})
		if lines := strings.Split(strings.TrimSpace(table), "\n"); len(lines) != 2 || !strings.Contains(lines[1], id) ||
			!strings.Contains(lines[1], "no: replay it") || strings.ContainsRune(table, 0x1b) {
			t.Errorf("the list is %q", table)
		}
		var line booking.Letter
		if err := json.Unmarshal([]byte(list(deadLetterListCmd{JSON: true, Event: "demo"})), &line); err != nil || line.Booking != id || line.Event != "demo" {
			t.Errorf("a line of JSON is %+v, %v", line, err)
		}
		if other := list(deadLetterListCmd{JSON: true, Event: "other"}); other != "" {
			t.Errorf("of another event are %q", other)
		}
		if _, err := (&deadLetterReplayCmd{IDs: []string{"9-9"}}).choose(t.Context(), letters); err == nil || !strings.Contains(err.Error(), `no dead letter "9-9"`) {
			t.Errorf("an unknown id: %v", err)
		}
		for _, c := range []*deadLetterReplayCmd{{All: true}, {IDs: []string{line.ID}}} {
			chosen, err := c.choose(t.Context(), letters)
			if err != nil || len(chosen) != 1 {
				t.Fatalf("chosen are %+v, %v", chosen, err)
			}
			var out bytes.Buffer
			err = c.replay(t.Context(), letters, chosen, &out)
			if err == nil || !strings.Contains(err.Error(), "not decided: 1 of 1") || !strings.Contains(out.String(), line.ID+" "+id+": in the log, and not decided yet") {
				t.Errorf("replay is %q, %v", out.String(), err)
			}
		}
		if err := db.InTx(t.Context(), func(tx *store.Tx) error {
			return tx.InsertBookings([]store.Booking{{ID: id, Event: "demo", Buyer: buyer, Status: "confirmed", Reference: "ABCDEFGH"}})
		}); err != nil {
			t.Fatal(err)
		}
		if table := list(deadLetterListCmd{}); !strings.Contains(table, "confirmed") {
			t.Errorf("the list is %q", table)
		}
		if chosen, err := (&deadLetterReplayCmd{All: true}).choose(t.Context(), letters); err != nil || len(chosen) != 0 {
			t.Errorf("chosen are %+v, %v", chosen, err)
		}
	})
}

// TestReplayAsksAPerson, never a script.
func TestReplayAsksAPerson(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer        string
		terminal, yes bool
		allowed, asks bool
	}{
		{"y\n", true, false, true, true}, {"n\n", true, false, false, true}, {"", true, false, false, true},
		{"", true, true, true, false}, {"", false, false, true, false},
	} {
		var out bytes.Buffer
		got := (&deadLetterReplayCmd{Yes: c.yes}).allowed(t.Context(), 2, strings.NewReader(c.answer), c.terminal, &out)
		if got != c.allowed || (out.Len() > 0) != c.asks {
			t.Errorf("%+v: %t, asked %q", c, got, out.String())
		}
	}
	for _, args := range [][]string{{}, {"--all", "1-2"}} {
		if _, err := parse(t, append([]string{"dead-letter", "replay"}, args...)...); err == nil || !strings.Contains(err.Error(), "--all") {
			t.Errorf("%q: %v", args, err)
		}
	}
}
