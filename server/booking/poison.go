package booking

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"jari/seatmap"
	"jari/server/store"
	"jari/server/stream"
)

// DeadLetter is a record of bookings.dead-letter, JSON: a poison record, where it was, and why it could not be decided.
type DeadLetter struct {
	Topic     string    `json:"topic"`
	Partition int32     `json:"partition"`
	Offset    int64     `json:"offset"`
	Key       string    `json:"key"`
	Time      time.Time `json:"time"`
	Cause     string    `json:"cause"`
	Value     []byte    `json:"value"` // as it was; base64 in JSON
}

// Again is the record that decides a dead letter anew: only a booking that is rejected as dead_letter can change by it.
// It fails for what is still no record.
func (d *DeadLetter) Again() (stream.Record, error) {
	rec, err := readRecord(stream.Record{Key: d.Key, Value: d.Value, Time: d.Time})
	if err != nil {
		return stream.Record{}, err
	}
	rec.Again = true
	value, err := rec.encode()
	if err != nil {
		return stream.Record{}, err
	}
	return stream.Record{Topic: TopicBookings, Key: rec.Event, Value: value}, nil
}

// work decides records that follow each other. Poison is acknowledged in the dead letters before the offset moves over it.
func (w *Worker) work(ctx context.Context, p *part, records []stream.Record) error {
	maps.DeleteFunc(p.buried, func(offset int64, _ bool) bool { return offset < p.at.Next })
	entries := make([]entry, len(records))
	plans := map[string]*seatmap.Plan{}
	var dead []poison
	for i, r := range records {
		entries[i] = examine(r)
		if err := w.acquaint(ctx, &entries[i], plans); err != nil {
			return err
		}
		if entries[i].cause != nil {
			dead = append(dead, poison{r, entries[i].cause})
		}
	}
	if err := w.bury(ctx, p, dead...); err != nil {
		return err
	}
	return w.bisect(ctx, p, records, entries)
}

// examine reads a record. What is wrong with it is the entry's cause.
func examine(r stream.Record) entry {
	rec, err := readRecord(r)
	if rec.Event != r.Key || !cleanEvent(rec.Event) {
		// Its event may be another partition's: nothing that it names can be touched from here.
		return entry{partition: r.Partition, cause: fmt.Errorf("event %q under key %q: %w", rec.Event, r.Key, cmp.Or(err, errForeign))}
	}
	return entry{Record: rec, partition: r.Partition, cause: err}
}

var errForeign = errors.New("the key is not the name of its event")

// acquaint checks an entry against its event's plan; plans keeps those of the batch, nil for an unknown event. The error is of
// what we stand on: the record cannot be judged now.
func (w *Worker) acquaint(ctx context.Context, e *entry, plans map[string]*seatmap.Plan) error {
	if e.Event == "" {
		return nil
	}
	plan, seen := plans[e.Event]
	if !seen {
		var err error
		if _, plan, err = w.cfg.Events.Event(ctx, e.Event); err != nil && !unknown(err) {
			return err
		} else if err != nil {
			plan = nil
		}
		plans[e.Event] = plan
	}
	e.known = plan != nil
	switch {
	case e.cause != nil:
	case !e.known:
		e.cause = fmt.Errorf("unknown event %q", e.Event)
	default:
		e.cause = e.check(plan)
	}
	return nil
}

func unknown(err error) bool {
	if errors.Is(err, store.ErrNotFound) {
		return true
	}
	refusal, ok := errors.AsType[*seatmap.Refusal](err)
	return ok && refusal.Code == seatmap.CodeNotFound
}

// poison is a record that cannot be decided.
type poison struct {
	stream.Record
	cause error
}

// bury returns when the records are acknowledged in the dead letters. A batch may be tried again for long, while the database is away:
// each letter is written once by each owner of the partition.
func (w *Worker) bury(ctx context.Context, p *part, records ...poison) error {
	var letters []stream.Record
	var offsets []int64
	for _, r := range records {
		if p.buried[r.Offset] {
			continue
		}
		w.cfg.Logger.Error("a record of the log cannot be decided; it goes to the dead letters",
			"topic", r.Topic, "partition", r.Partition, "offset", r.Offset, "key", r.Key, "error", r.cause)
		value, err := json.Marshal(DeadLetter{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Key: r.Key,
			Time: r.Time.UTC(), Cause: r.cause.Error(), Value: r.Value})
		if err != nil {
			return fmt.Errorf("encode dead letter: %w", err)
		}
		letters = append(letters, stream.Record{Topic: TopicDeadLetters, Key: r.Key, Value: value})
		offsets = append(offsets, r.Offset)
	}
	if len(letters) == 0 {
		return nil
	}
	if err := w.cfg.Producer.ProduceAll(ctx, letters); err != nil {
		return fmt.Errorf("produce dead letters: %w", err)
	}
	if p.buried == nil {
		p.buried = map[int64]bool{}
	}
	for _, offset := range offsets {
		p.buried[offset] = true
	}
	return nil
}

// bisect commits the batch, or its halves when the database refuses it for what is in it, until the poison is alone.
func (w *Worker) bisect(ctx context.Context, p *part, records []stream.Record, entries []entry) error {
	next := records[len(records)-1].Offset + 1
	err := w.commit(ctx, &p.at, entries, next)
	if !errors.Is(err, errBad) {
		return err
	}
	if half := len(records) / 2; half > 0 {
		if err := w.bisect(ctx, p, records[:half], entries[:half]); err != nil {
			return err
		}
		return w.bisect(ctx, p, records[half:], entries[half:])
	}
	if entries[0].cause == nil {
		if err := w.bury(ctx, p, poison{records[0], err}); err != nil {
			return err
		}
		entries[0].cause = err
		err = w.commit(ctx, &p.at, entries, next)
	}
	if errors.Is(err, errBad) {
		// Even its rejection cannot be stored. It is in the dead letters: only the offset moves.
		return w.commit(ctx, &p.at, nil, next)
	}
	return err
}
