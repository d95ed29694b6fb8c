package stream

import (
	"context"
	"time"
)

// watchEvery is how long records of another log may be read as if they were of the old one. It ends well: the reader is asked again
// where to begin, and is told of the other log.
const watchEvery = 2 * time.Second

// answerWait is how long brokers may take to say anything at all, which is also how long the end of a member may wait for them.
const answerWait = 2 * time.Second

// watch looks whether the topic was made anew, until ctx ends. The client itself reads on at its offset, and a broker refuses only
// one that is outside of the other log: all before it would be left out.
func (m *member) watch(ctx context.Context) {
	away := false
	for sleep(ctx, watchEvery) {
		// Asked for a description while no broker can be reached, the client dials as fast as it can, which takes a whole processor.
		// Asked for metadata it does not.
		_, err := m.consumer.GetMetadata(&m.wire, false, int(answerWait/time.Millisecond))
		switch {
		case err != nil && !away:
			m.cfg.Logger.Warn("kafka does not answer: what is on the log waits until it does", "topic", m.wire, "error", err)
		case err == nil && away:
			m.cfg.Logger.Info("kafka answers again", "topic", m.wire)
		}
		if away = err != nil; away {
			continue
		}
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
