package booking

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"jari/seatmap"
	"jari/server/store"
	"jari/server/stream"
)

// logReader reads the log; kafkaLogs does.
type logReader interface {
	Logs(ctx context.Context, topic string) ([]stream.Log, error)
	Scan(ctx context.Context, log stream.Log, f func([]stream.Record) error) error
}

type kafkaLogs struct{ cfg stream.Config }

func (k kafkaLogs) Logs(ctx context.Context, topic string) ([]stream.Log, error) {
	return stream.Logs(ctx, k.cfg, topic)
}

func (k kafkaLogs) Scan(ctx context.Context, log stream.Log, f func([]stream.Record) error) error {
	return stream.Scan(ctx, k.cfg, log, f)
}

// marksAtOnce bounds the memory of one pass over bookings and log: 9 bytes each.
const marksAtOnce = 4_000_000

// passage is one pass: the bookings whose marks are of it, and which of them the log has.
type passage struct {
	a     *Auditor
	event string // empty: all
	n, of uint64

	marks []uint64 // sorted
	met   []bool

	decided map[int32]int64 // by partition: the worker's offset before the pass
	plans   map[string]*seatmap.Plan
	unread  int                 // records that name no booking of ours
	begins  map[int32]time.Time // of logs that have lost their beginning: the time of their first record
	waits   map[int32]stream.Record
	askFor  []stream.Record // decided records without a mark
	askIDs  []string
	told    time.Time // the last progress
}

// mark is a booking's id in 64 bits: two bookings that share one, of ten million once in 400,000 audits, hide each other's absence.
func mark(id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	return h.Sum64()
}

// log compares the bookings' records with the bookings: first it reads the bookings, then the log as far as it is then, so that
// every record of theirs must be in it; and of a record that was decided before that, the booking is looked for last.
func (a *Auditor) log(ctx context.Context, event string) error {
	n, err := a.Store.CountBookings(ctx, event)
	if err != nil {
		return err
	}
	passes := uint64(n)/marksAtOnce + 1
	for pass := range passes {
		if err := newPassage(a, event, pass, passes).run(ctx); err != nil {
			return err
		}
	}
	return nil
}

func newPassage(a *Auditor, event string, n, of uint64) *passage {
	return &passage{a: a, event: event, n: n, of: of, plans: map[string]*seatmap.Plan{}, begins: map[int32]time.Time{},
		waits: map[int32]stream.Record{}, told: a.Now()}
}

// mine reports whether a mark is of this pass.
func (p *passage) mine(m uint64) bool { return m%p.of == p.n }

func (p *passage) run(ctx context.Context) error {
	err := p.a.Store.EveryBooking(ctx, p.event, func(b store.Decided) {
		if m := mark(b.ID); p.mine(m) {
			p.marks = append(p.marks, m)
		}
	})
	if err != nil {
		return err
	}
	slices.Sort(p.marks)
	p.met = make([]bool, len(p.marks))
	offsets, err := p.a.Store.Offsets(ctx, TopicBookings)
	if err != nil {
		return err
	}
	logs, err := p.a.logs.Logs(ctx, TopicBookings)
	if err != nil {
		return err
	}
	if p.n == 0 {
		p.bounds(offsets, logs)
	}
	p.decided = map[int32]int64{}
	for _, at := range offsets {
		if int(at.Partition) < len(logs) && logs[at.Partition].ID == at.LogID {
			p.decided[at.Partition] = at.Next
		}
	}
	only, err := p.partition(ctx)
	if err != nil {
		return err
	}
	for _, log := range logs {
		if only >= 0 && log.Partition != only {
			continue
		}
		if err := p.scan(ctx, log); err != nil {
			return err
		}
	}
	if err := p.ask(ctx); err != nil {
		return err
	}
	if err := p.stuck(ctx); err != nil {
		return err
	}
	if p.unread > 0 && p.n == 0 {
		p.a.Note(fmt.Sprintf("records that name no booking: %d; `jari dead-letter list` has those that could not be decided", p.unread))
	}
	return p.unmet(ctx)
}

func (p *passage) found(event, do, format string, args ...any) {
	p.a.Found(Difference{Event: event, Where: "kafka", What: fmt.Sprintf(format, args...), Do: do})
}

// partition is the only one that has records of the event; -1: all may be of use.
func (p *passage) partition(ctx context.Context) (int32, error) {
	if p.event == "" {
		return -1, nil
	}
	e, err := p.a.Store.Event(ctx, p.event)
	return e.Partition, err
}

func (p *passage) scan(ctx context.Context, log stream.Log) error {
	if log.Low > 0 {
		p.begins[log.Partition] = p.a.Now() // until its first record says better
	}
	return p.a.logs.Scan(ctx, log, func(records []stream.Record) error {
		for i := range records {
			p.record(log, &records[i])
		}
		if now := p.a.Now(); now.Sub(p.told) > 5*time.Second {
			p.told = now
			p.a.Progress(fmt.Sprintf("bookings[%d]: %d of %d records", log.Partition, records[len(records)-1].Offset-log.Low, log.High-log.Low))
		}
		if len(p.askIDs) >= 500 {
			return p.ask(ctx)
		}
		return nil
	})
}

func (p *passage) record(log stream.Log, r *stream.Record) {
	if r.Offset == log.Low && log.Low > 0 {
		p.begins[log.Partition] = r.Time
	}
	decided := r.Offset < p.decided[log.Partition]
	if _, waits := p.waits[log.Partition]; !decided && !waits {
		p.waits[log.Partition] = *r
	}
	e := examine(*r)
	if e.Type == typeRebuild && e.cause == nil {
		return
	}
	if e.Event == "" || !e.names() {
		p.unread++
		return
	}
	m := mark(e.Booking)
	if !p.mine(m) || p.event != "" && e.Event != p.event {
		return
	}
	if at, found := slices.BinarySearch(p.marks, m); found {
		p.met[at] = true
		return
	}
	if decided {
		p.askFor, p.askIDs = append(p.askFor, *r), append(p.askIDs, e.Booking)
	}
}

// ask looks for the bookings of decided records that had none when the pass began.
func (p *passage) ask(ctx context.Context) error {
	bookings, err := p.a.Store.BookingsByID(ctx, p.askIDs)
	if err != nil {
		return err
	}
	for i, r := range p.askFor {
		if _, decided := bookings[p.askIDs[i]]; decided {
			continue
		}
		poison, err := p.poison(ctx, &r)
		if err != nil {
			return err
		}
		if poison {
			p.unread++
			continue
		}
		p.found(r.Key, fmt.Sprintf(doAgain, r.Offset, r.Partition), "record %d of bookings[%d] was decided, and its booking %s is not in the database",
			r.Offset, r.Partition, p.askIDs[i])
	}
	p.askFor, p.askIDs = nil, nil
	return nil
}

// poison reports whether a record could never be decided; then its booking may not have been stored.
func (p *passage) poison(ctx context.Context, r *stream.Record) (bool, error) {
	e := examine(*r)
	if err := (&Worker{cfg: WorkerConfig{Events: p.a.Events}}).acquaint(ctx, &e, p.plans); err != nil {
		return false, err
	}
	if len(p.plans) > 16 {
		clear(p.plans)
	}
	return e.cause != nil, nil
}

// unmet tells the bookings that have no record. Those that are older than a log which has lost its beginning are not judged.
func (p *passage) unmet(ctx context.Context) error {
	if !slices.Contains(p.met, false) {
		return nil
	}
	var begin time.Time
	for _, first := range p.begins {
		if first.After(begin) {
			begin = first
		}
	}
	older := 0
	err := p.a.Store.EveryBooking(ctx, p.event, func(b store.Decided) {
		at, found := slices.BinarySearch(p.marks, mark(b.ID))
		switch {
		case !found || p.met[at]:
		case b.CreatedAt.Before(begin.Add(time.Minute)):
			older++
		default:
			p.found(b.Event, doLog, "booking %s has no record", b.ID)
		}
	})
	if older > 0 {
		p.a.Note(fmt.Sprintf("bookings not compared with the log, because they are older than what is left of it: %d", older))
	}
	return err
}
