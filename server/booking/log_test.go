package booking

import (
	"context"
	"errors"
	"sync"
	"testing"

	"jari/server/stream"
)

// fakeLog is one partition of each topic in memory, and a producer to it.
type fakeLog struct {
	mu      sync.Mutex
	id      string
	records []stream.Record            // of bookings
	others  map[string][]stream.Record // by topic
	fail    func(topic string) error   // what producing returns; nil: success
	lose    bool                       // a failing Produce keeps the record out of the log
}

func (l *fakeLog) Produce(ctx context.Context, topic, key string, value []byte) error {
	return l.ProduceAll(ctx, []stream.Record{{Topic: topic, Key: key, Value: value}})
}

func (l *fakeLog) ProduceAll(_ context.Context, records []stream.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, rec := range records {
		var err error
		if l.fail != nil {
			err = l.fail(rec.Topic)
		}
		if err == nil || !l.lose {
			l.addLocked(rec)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *fakeLog) addLocked(rec stream.Record) {
	rec.Time = clock
	if rec.Topic == TopicBookings {
		rec.Offset = int64(len(l.records))
		l.records = append(l.records, rec)
		return
	}
	if l.others == nil {
		l.others = map[string][]stream.Record{}
	}
	rec.Offset = int64(len(l.others[rec.Topic]))
	l.others[rec.Topic] = append(l.others[rec.Topic], rec)
}

func (l *fakeLog) topic(name string) []stream.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]stream.Record(nil), l.others[name]...)
}

func (l *fakeLog) log() stream.Log {
	l.mu.Lock()
	defer l.mu.Unlock()
	return stream.Log{Topic: TopicBookings, ID: l.id, High: int64(len(l.records))}
}

func (l *fakeLog) from(offset int64) []stream.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]stream.Record(nil), l.records[offset:]...)
}

var errLost = errors.New("no acknowledgement")

// away lets the log acknowledge nothing of a topic until it is back; what it is given meanwhile is lost, or there all the same.
func (l *fakeLog) away(topic string, lost bool) (back func()) {
	set := func(lose bool, fail func(string) error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.lose, l.fail = lose, fail
	}
	set(lost, func(of string) error {
		if of == topic {
			return errLost
		}
		return nil
	})
	return func() { set(false, nil) }
}

// wantCount checks how many records a topic has, other than the bookings.
func (l *fakeLog) wantCount(t *testing.T, topic string, want int) {
	t.Helper()
	if got := l.topic(topic); len(got) != want {
		t.Errorf("%d records in %s, want %d", len(got), topic, want)
	}
}
