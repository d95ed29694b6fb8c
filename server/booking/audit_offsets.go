package booking

import (
	"context"
	"fmt"
	"slices"
	"time"

	"jari/server/store"
	"jari/server/stream"
)

const (
	doRestart = "start a worker: it begins this log at its beginning, and what was decided stays"
	doAgain   = "have the log decided again, which changes nothing that is decided: stop the workers, " +
		"UPDATE log_offsets SET next_offset = %d WHERE topic = 'bookings' AND partition_no = %d, and start them"
)

// bounds compares the stored offsets, which were read first, with the log's.
func (p *passage) bounds(offsets []store.Offset, logs []stream.Log) {
	for _, at := range offsets {
		where := fmt.Sprintf("bookings[%d]", at.Partition)
		if int(at.Partition) >= len(logs) {
			p.found("", doLog, "%s has a stored offset, and the topic's number of partitions is %d", where, len(logs))
			continue
		}
		switch log := logs[at.Partition]; {
		case at.LogID != log.ID:
			p.found("", doRestart, "%s is another log than the one that was decided: the topic was made anew", where)
		case at.Next > log.High:
			p.found("", doRestart, "%s is decided up to %d and ends at %d: it has lost its end", where, at.Next, log.High)
		case at.Next < log.Low:
			p.found("", doLog, "%s is decided up to %d and begins at %d: records were removed before they were decided", where, at.Next, log.Low)
		}
	}
}

// stuck tells of partitions whose next record waits for long.
func (p *passage) stuck(ctx context.Context) error {
	if p.n > 0 {
		return nil
	}
	offsets, err := p.a.Store.Offsets(ctx, TopicBookings)
	if err != nil {
		return err
	}
	now := map[int32]int64{}
	for _, at := range offsets {
		now[at.Partition] = at.Next
	}
	for _, partition := range sortedPartitions(p.waits) {
		r := p.waits[partition]
		if age := p.a.Now().Sub(r.Time); age > stale && now[partition] <= r.Offset {
			p.found("", doWorker, "record %d of bookings[%d] has waited for %s to be decided", r.Offset, partition, age.Round(time.Second))
		}
	}
	return nil
}

func sortedPartitions(m map[int32]stream.Record) []int32 {
	out := make([]int32, 0, len(m))
	for partition := range m {
		out = append(out, partition)
	}
	slices.Sort(out)
	return out
}
