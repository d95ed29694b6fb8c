package booking

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"

	"jari/server/protocol"
	"jari/server/store"
	"jari/server/stream"
)

// Letter is a dead letter, what it is about, and what became of that.
type Letter struct {
	ID      string    `json:"id"`              // partition and offset of the letter: 3-17
	At      time.Time `json:"at"`              // when it was written
	Event   string    `json:"event,omitempty"` // what the record says, or else its key
	Booking string    `json:"booking,omitempty"`
	Record  string    `json:"record"` // where the record was: bookings[3]@1093
	Cause   string    `json:"cause"`
	Again   bool      `json:"again,omitempty"` // a replay, which failed once more
	// Decided is what the booking is in the database: a status, with the reason of a rejection. Empty: not decided.
	Decided string `json:"decided,omitempty"`
	// Refusal is why a replay would be of no use; empty when it would be.
	Refusal string `json:"refusal,omitempty"`

	dead DeadLetter
}

// Letters reads and replays the dead letters.
type Letters struct {
	Store    *store.Store
	Producer Producer // only Replay needs it
	Stream   stream.Config
	Patience time.Duration    // how long Replay waits for a worker; default 30 s
	Now      func() time.Time // default time.Now

	logs logReader // of the tests; nil: of Kafka
}

func (l *Letters) reader() logReader {
	if l.logs != nil {
		return l.logs
	}
	return kafkaLogs{l.Stream}
}

// Each calls f with every dead letter, of one event or, when it is empty, of all; of several letters of one record, which the
// workers that met it have written, with the first only. It keeps 8 bytes of each.
func (l *Letters) Each(ctx context.Context, event string, f func(Letter)) error {
	logs, err := l.reader().Logs(ctx, TopicDeadLetters)
	if err != nil {
		return err
	}
	met := map[uint64]bool{}
	for _, log := range logs {
		err := l.reader().Scan(ctx, log, func(records []stream.Record) error {
			var part []Letter
			for _, r := range records {
				letter, mark := readLetter(r)
				if !met[mark] && (event == "" || letter.Event == event) {
					part = append(part, letter)
				}
				met[mark] = true
			}
			return l.judge(ctx, part, f)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readLetter also returns a mark that all letters of the same record share.
func readLetter(r stream.Record) (letter Letter, mark uint64) {
	letter = Letter{ID: fmt.Sprintf("%d-%d", r.Partition, r.Offset), At: r.Time.UTC(), Event: r.Key}
	h := fnv.New64a()
	if err := json.Unmarshal(r.Value, &letter.dead); err != nil {
		letter.Cause, letter.Refusal = "it is no dead letter", "it cannot be read: "+err.Error()
		fmt.Fprint(h, letter.ID)
		return letter, h.Sum64()
	}
	d := &letter.dead
	letter.Cause, letter.Record = d.Cause, fmt.Sprintf("%s[%d]@%d", d.Topic, d.Partition, d.Offset)
	fmt.Fprintf(h, "%s %s", letter.Record, d.Value)
	rec, err := readRecord(stream.Record{Key: d.Key, Value: d.Value, Time: d.Time})
	letter.Event, letter.Again = cmp.Or(rec.Event, d.Key), rec.Again // the key names the event, too
	switch {
	case err != nil:
		letter.Refusal = err.Error()
	case rec.Type != typeBook:
		letter.Refusal = fmt.Sprintf("a %s record is asked for again by itself", rec.Type)
	case !cleanEvent(rec.Event) || !rec.names():
		letter.Refusal = "it names no event, no booking or no buyer"
	}
	if cleanEvent(rec.Event) && rec.names() {
		letter.Booking = rec.Booking
	}
	return letter, h.Sum64()
}

// judge adds what the database says.
func (l *Letters) judge(ctx context.Context, part []Letter, f func(Letter)) error {
	var ids []string
	for i := range part {
		if part[i].Booking != "" {
			ids = append(ids, part[i].Booking)
		}
	}
	bookings, err := l.Store.BookingsByID(ctx, ids)
	if err != nil {
		return err
	}
	for i := range part {
		if b, decided := bookings[part[i].Booking]; decided {
			part[i].is(&b)
		}
		f(part[i])
	}
	return nil
}

// is takes over what the database says of the letter's booking: only one that is rejected for its dead letter may change.
func (l *Letter) is(b *store.Booking) {
	l.Decided = ""
	if b.Status == protocol.StatusRejected && b.Reason == ReasonDeadLetter {
		return
	}
	l.Decided = b.Status
	if b.Reason != "" {
		l.Decided += ": " + b.Reason
	}
	if l.Refusal == "" {
		l.Refusal = "its booking is decided already: " + l.Decided
	}
}

// Replayed is what became of a letter.
type Replayed struct {
	Letter
	Outcome string
	Done    bool // its booking is decided, whatever was decided
}

// Replay has letters decided anew and returns what became of each, in their order. Letters that cannot be replayed, and further
// ones of the same booking, are told and left. It may be repeated: a booking that is decided does not change.
func (l *Letters) Replay(ctx context.Context, letters []Letter) ([]Replayed, error) {
	out := make([]Replayed, len(letters))
	var records []stream.Record
	sent := map[string]bool{}
	for i, letter := range letters {
		out[i] = Replayed{Letter: letter, Done: letter.Decided != "", Outcome: letter.Refusal}
		if letter.Refusal != "" || sent[letter.Booking] {
			continue
		}
		rec, err := letter.dead.Again()
		if err != nil {
			out[i].Outcome, out[i].Refusal = err.Error(), err.Error()
			continue
		}
		sent[letter.Booking] = true
		records = append(records, rec)
	}
	if len(records) == 0 {
		return out, nil
	}
	if err := l.Producer.ProduceAll(ctx, records); err != nil {
		return nil, fmt.Errorf("nothing is known of the replays, which may be repeated: %w", err)
	}
	decided, err := l.wait(ctx)
	if err != nil {
		return nil, fmt.Errorf("the replays are in the log, and it is not known what became of them: %w", err)
	}
	return out, l.outcomes(ctx, out, decided)
}

// wait returns whether the workers have decided all that is in the log now.
func (l *Letters) wait(ctx context.Context) (bool, error) {
	logs, err := l.reader().Logs(ctx, TopicBookings)
	if err != nil {
		return false, err
	}
	patience, now := l.Patience, l.Now
	if patience == 0 {
		patience = 30 * time.Second
	}
	if now == nil {
		now = time.Now
	}
	for deadline := now().Add(patience); ; {
		offsets, err := l.Store.Offsets(ctx, TopicBookings)
		if err != nil {
			return false, err
		}
		behind := 0
		for _, log := range logs {
			if log.High > log.Low && !reached(offsets, log) {
				behind++
			}
		}
		if behind == 0 || now().After(deadline) {
			return behind == 0, nil
		}
		if err := pause(ctx); err != nil {
			return false, err
		}
	}
}

func reached(offsets []store.Offset, log stream.Log) bool {
	for _, at := range offsets {
		if at.Partition == log.Partition && at.LogID == log.ID {
			return at.Next >= log.High
		}
	}
	return false
}

func (l *Letters) outcomes(ctx context.Context, out []Replayed, decided bool) error {
	var ids []string
	for i := range out {
		if out[i].Refusal == "" {
			ids = append(ids, out[i].Booking)
		}
	}
	bookings, err := l.Store.BookingsByID(ctx, ids)
	if err != nil {
		return err
	}
	for i := range out {
		r := &out[i]
		if r.Refusal != "" {
			continue
		}
		b, there := bookings[r.Booking]
		if there {
			r.is(&b)
		}
		switch {
		case r.Decided != "":
			r.Outcome, r.Done = r.Decided, true
		case decided:
			r.Outcome = "once more a dead letter"
		default:
			r.Outcome = "in the log, and not decided yet: look whether a worker runs"
		}
	}
	return nil
}
