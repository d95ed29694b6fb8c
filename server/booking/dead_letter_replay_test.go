package booking

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"jari/server/stream"
)

// working is a log whose worker decides at once what is put on it.
type working struct{ *rig }

func (w working) Produce(ctx context.Context, topic, key string, value []byte) error {
	return w.ProduceAll(ctx, []stream.Record{{Topic: topic, Key: key, Value: value}})
}

func (w working) ProduceAll(ctx context.Context, records []stream.Record) error {
	err := w.log.ProduceAll(ctx, records)
	w.work()
	return err
}

// bury makes the record of a booking poison, and lets the worker bury it.
func (r *rig) bury(rec Record) Record {
	r.t.Helper()
	rec.Currency = "nonsense"
	r.put(testEvent, rec)
	r.work()
	r.wantRejected(rec, ReasonDeadLetter)
	return rec
}

// mend writes what was wrong in the letters right, as if the program that could not decide them were another now.
func (r *rig) mend() {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	for i, letter := range r.log.others[TopicDeadLetters] {
		var d DeadLetter
		if err := json.Unmarshal(letter.Value, &d); err != nil {
			r.t.Fatal(err)
		}
		d.Value = bytes.Replace(d.Value, []byte(`"currency":"nonsense"`), []byte(`"currency":"KRW"`), 1)
		var err error
		if letter.Value, err = json.Marshal(d); err != nil {
			r.t.Fatal(err)
		}
		r.log.others[TopicDeadLetters][i] = letter
	}
}

func (l *Letters) list(t *testing.T, event string) map[string]Letter {
	t.Helper()
	out := map[string]Letter{}
	if err := l.Each(t.Context(), event, func(letter Letter) { out[letter.ID] = letter }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLetters(t *testing.T) {
	r := openRig(t)
	waiting := r.bury(r.bookRecord(newBuyer(), testKey, "a1"))
	lost := r.bury(r.bookRecord(newBuyer(), testKey, "A1"))
	r.put(testEvent, []byte("nonsense"))
	r.put("gone", Record{Type: typeRebuild, Event: "gone"})
	r.logged(newBuyer(), "A1") // meanwhile another has the seat
	r.work()
	l := &Letters{Store: r.store, Producer: working{r}, logs: r.log}
	letters := l.list(t, "")
	if len(letters) != 4 {
		t.Fatalf("letters are %+v", letters)
	}
	for id, want := range map[string]Letter{
		"0-0": {Booking: waiting.Booking, Event: testEvent, Record: "bookings[0]@1", Cause: `currency "nonsense"`},
		"0-1": {Booking: lost.Booking, Event: testEvent, Record: "bookings[0]@2", Cause: `currency "nonsense"`},
		"0-2": {Event: testEvent, Record: "bookings[0]@3", Cause: "not a record", Refusal: "not a record"},
		"0-3": {Event: "gone", Record: "bookings[0]@4", Cause: `unknown event "gone"`, Refusal: "a rebuild record is asked for again by itself"},
	} {
		got := letters[id]
		if got.Booking != want.Booking || got.Event != want.Event || got.Record != want.Record || got.Decided != "" ||
			!strings.Contains(got.Cause, want.Cause) || !strings.Contains(got.Refusal, want.Refusal) || want.Refusal == "" && got.Refusal != "" {
			t.Errorf("letter %s is %+v, want %+v", id, got, want)
		}
	}
	for event, want := range map[string]int{"gone": 1, testEvent: 3, "other": 0} {
		if only := l.list(t, event); len(only) != want {
			t.Errorf("letters of event %s are %+v", event, only)
		}
	}
	replay := func(want ...string) {
		t.Helper()
		letters := l.list(t, "")
		out, err := l.Replay(t.Context(), []Letter{letters["0-0"], letters["0-1"], letters["0-2"]})
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			if !strings.Contains(out[i].Outcome, w) || out[i].Done != (i < 2 && w != "once more a dead letter") {
				t.Errorf("replay of %s: %q, done %t, want %q", out[i].ID, out[i].Outcome, out[i].Done, w)
			}
		}
	}
	replay("once more a dead letter", "once more a dead letter", "not a record")
	if letters := l.list(t, ""); len(letters) != 6 || !letters["0-4"].Again || letters["0-4"].Booking != waiting.Booking {
		t.Errorf("after a replay that failed the letters are %+v", letters)
	}
	r.mend()
	replay("confirmed", "rejected: seat_unavailable", "not a record")
	r.wantConfirmed(waiting)
	before := r.log.log().High
	replay("its booking is decided already: confirmed", "its booking is decided already: rejected", "not a record")
	if after := r.log.log().High; after != before {
		t.Errorf("%d records were put on the log for nothing", after-before)
	}
	r.cancel(waiting)
	r.work()
	replay("its booking is decided already: cancelled")
	r.wantAudit()
}

// TestReplayWithoutAWorker says so, and so does one that meets no log.
func TestReplayWithoutAWorker(t *testing.T) {
	r := openRig(t)
	r.bury(r.bookRecord(newBuyer(), testKey, "a1"))
	l := &Letters{Store: r.store, Producer: r.log, Patience: time.Nanosecond, logs: r.log}
	letter := l.list(t, "")["0-0"]
	out, err := l.Replay(t.Context(), []Letter{letter, letter})
	if err != nil || out[0].Done || !strings.Contains(out[0].Outcome, "not decided yet") || r.log.log().High != 3 {
		t.Errorf("replay is %+v, %v", out, err)
	}
	r.log.away(TopicBookings, false)
	if _, err := l.Replay(t.Context(), []Letter{letter}); !errors.Is(err, errLost) {
		t.Errorf("error is %v", err)
	}
}

// TestALetterThatIsNone has the event of its key: somebody looks for it there.
func TestALetterThatIsNone(t *testing.T) {
	letter, _ := readLetter(stream.Record{Partition: 2, Offset: 7, Key: testEvent, Value: []byte("?")})
	if letter.ID != "2-7" || letter.Event != testEvent || letter.Refusal == "" {
		t.Errorf("letter is %+v", letter)
	}
}
