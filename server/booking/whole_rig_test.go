package booking

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"jari/server/protocol"
	"jari/server/stream"
)

// pipeline is a rig whose workers run by themselves, as in the program, on one of the environments.
type pipeline struct {
	*rig
	logs  logs
	count *counter
	said  *said // by the workers
}

const inMemory = "memory, SQLite and miniredis"

// environments are what the whole pipeline is tested on.
var environments = map[string]func(t *testing.T) *pipeline{
	inMemory: func(t *testing.T) *pipeline {
		r := newRig(t)
		return newPipeline(r, &memoryLogs{fakeLog: r.log, t: t})
	},
	"kfake, SQLite and miniredis": func(t *testing.T) *pipeline {
		broker, err := kfake.NewCluster(kfake.NumBrokers(1))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(broker.Close)
		return newPipeline(newRig(t), openLogs(t, strings.Join(broker.ListenAddrs(), ",")))
	},
	"Kafka, MariaDB and Redis": func(t *testing.T) *pipeline {
		brokers := sharedKafka(t)
		return newPipeline(newRealRig(t), openLogs(t, brokers))
	},
}

// everywhere runs a test on all environments.
func everywhere(t *testing.T, test func(t *testing.T, p *pipeline)) {
	on(t, slices.Sorted(maps.Keys(environments)), test)
}

// withBrokers leaves out the environment whose log other processes cannot read.
func withBrokers(t *testing.T, test func(t *testing.T, p *pipeline)) {
	names := slices.Sorted(maps.Keys(environments))
	on(t, slices.DeleteFunc(names, func(name string) bool { return name == inMemory }), test)
}

func on(t *testing.T, names []string, test func(t *testing.T, p *pipeline)) {
	t.Parallel()
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, environments[name](t))
		})
	}
}

func newPipeline(r *rig, l logs) *pipeline {
	p := &pipeline{rig: r, count: &counter{}, said: &said{}}
	p.use(l)
	return p
}

func (p *pipeline) use(l logs) {
	p.logs = l
	p.desk.cfg.Producer = l
}

// start starts a worker; the returned function lets it leave, and waits for it.
func (p *pipeline) start() (stop func()) { return p.startAs(p.count.decided) }

func (p *pipeline) startAs(decided func(status, reason string)) (stop func()) {
	p.t.Helper()
	cfg := p.worker.cfg
	cfg.Producer, cfg.Decided, cfg.Logger = p.logs, decided, slog.New(slog.NewTextHandler(p.said, nil))
	stop = sync.OnceFunc(p.logs.run(cfg))
	p.t.Cleanup(stop)
	return stop
}

// openEvent has a running worker put an event into Redis.
func (p *pipeline) openEvent(event string) {
	p.t.Helper()
	p.refresh()
	p.rebuild(event)
	p.eventually(event+" is open", func() bool {
		_, err := p.live.Snapshot(p.t.Context(), event, "main")
		return err == nil
	})
}

// wantDecided waits for the decisions.
func (p *pipeline) wantDecided(recs ...Record) {
	p.t.Helper()
	for _, rec := range recs {
		p.eventually("booking "+rec.Booking+" is decided", func() bool {
			b, err := p.desk.Get(p.t.Context(), rec.Buyer, rec.Booking)
			return err == nil && b.Status != protocol.StatusPending
		})
	}
}

// wantConfirmed waits for the decisions.
func (p *pipeline) wantConfirmed(recs ...Record) {
	p.t.Helper()
	p.wantDecided(recs...)
	p.rig.wantConfirmed(recs...)
}

// wantRejected waits for the decision.
func (p *pipeline) wantRejected(rec Record, reason string) {
	p.t.Helper()
	p.wantDecided(rec)
	p.rig.wantRejected(rec, reason)
}

// wantHouse waits until everything is shown and told, and checks the three zones.
func (p *pipeline) wantHouse(main, balcony, floor string) {
	p.t.Helper()
	p.eventually("the outbox is empty", func() bool {
		n, err := p.store.OutboxSize(p.t.Context())
		return err == nil && n == 0
	})
	p.wantStates("main", main)
	p.wantStates("balcony", balcony)
	p.wantStates("floor", floor)
}

// wantAllRead waits until the workers have decided all that is in the bookings log now, and returns how much that is.
func (p *pipeline) wantAllRead() (records int64) {
	p.t.Helper()
	for _, log := range p.logs.bounds(TopicBookings) {
		records += log.High
		p.eventually("the whole log is read", func() bool {
			at, err := p.store.Offset(p.t.Context(), TopicBookings, log.Partition)
			return err == nil && at.LogID == log.ID && at.Next == log.High
		})
	}
	return records
}

// wantNoDifferences audits database, log and Redis.
func (p *pipeline) wantNoDifferences(events ...string) {
	p.t.Helper()
	a, found := p.auditor()
	switch l := p.logs.(type) {
	case *brokerLogs:
		a.logs, a.Stream = nil, l.cfg
	case *memoryLogs:
		a.logs = l.fakeLog
	}
	if err := a.Audit(p.t.Context(), events...); err != nil || len(found()) > 0 {
		p.t.Errorf("the audit finds %q, %v", found(), err)
	}
}

// counter counts decisions of several workers.
type counter struct {
	mu sync.Mutex
	n  int // guarded by mu
}

func (c *counter) decided(string, string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func (c *counter) value() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// said is what workers log.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *said) contains(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(s.text.String(), text)
}

// logs are the topics of an installation.
type logs interface {
	Producer
	// run lets a worker decide the bookings until the returned function is called.
	run(cfg WorkerConfig) (stop func())
	// bounds are the logs of a topic's partitions, as they are now.
	bounds(topic string) []stream.Log
	// records are all in a topic; those of a partition are in their order.
	records(topic string) []stream.Record
	// anew are other topics, in whose bookings are the same records: another log.
	anew() logs
}

// memoryLogs is a fakeLog that workers read by themselves. There is only one partition, and each worker believes to own it.
type memoryLogs struct {
	*fakeLog
	t *testing.T
}

func (l *memoryLogs) run(cfg WorkerConfig) (stop func()) {
	ctx, cancel := context.WithCancel(l.t.Context())
	rd := &reader{w: NewWorker(cfg), ctx: ctx}
	var reading sync.WaitGroup
	reading.Go(func() {
		// As the stream does: what fails is tried again, from where the reader says.
		for assigned := false; ctx.Err() == nil; <-time.After(time.Millisecond) {
			assigned = l.step(ctx, rd, assigned)
		}
	})
	return func() {
		cancel()
		reading.Wait()
		rd.close()
	}
}

func (l *memoryLogs) step(ctx context.Context, rd *reader, assigned bool) bool {
	log := l.log()
	if !assigned {
		_, err := rd.Assigned(ctx, log)
		return err == nil
	}
	p, err := rd.part(log)
	if err != nil {
		return false
	}
	records := l.from(p.at.Next)
	if len(records) == 0 {
		return rd.Idle(ctx, log) == nil
	}
	_ = rd.Read(ctx, log, records[:min(len(records), 10)])
	return false // it begins again, as who has lost to it: else the first worker wins for ever
}

func (l *memoryLogs) bounds(string) []stream.Log { return []stream.Log{l.log()} }

func (l *memoryLogs) records(topic string) []stream.Record {
	if topic == TopicBookings {
		return l.from(0)
	}
	return l.topic(topic)
}

func (l *memoryLogs) anew() logs {
	return &memoryLogs{fakeLog: &fakeLog{id: l.id + "-anew", records: l.from(0)}, t: l.t}
}
