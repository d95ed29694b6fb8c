package stream

import (
	"context"
	"time"
)

// watchEvery is how long records of another log may be read as if they were of the old one. It ends well: the reader is asked again
// where to begin, and is told of the other log.
const watchEvery = 2 * time.Second

// watch looks whether the topic was made anew, until ctx ends. The client itself reads on at its offset, and a broker refuses only
// one that is outside of the other log: all before it would be left out.
func (m *member) watch(ctx context.Context) {
	for sleep(ctx, watchEvery) {
		id, err := topicID(ctx, m.admin, m.wire)
		if err != nil {
			continue // fetching says what is wrong
		}
		_ = m.order(ctx, func() error { m.compare(id); return nil })
	}
}

// compare lets partitions begin again that fetch another log than this. It runs in the polling goroutine.
func (m *member) compare(id string) {
	for n, p := range m.parts {
		if log := m.fetched[n]; log != "" && log != id {
			p.again(errReplaced)
		}
	}
}
