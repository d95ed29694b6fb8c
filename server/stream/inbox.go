package stream

import "sync"

const (
	batchSize = 500 // the most records of one Read
	// A partition is paused when that many records wait for its reader, and resumed when they are fewer than a batch.
	pauseAt  = 2 * batchSize
	resumeAt = batchSize / 2
)

// inbox holds the records of one partition between the polling goroutine and the partition's own. Pausing bounds it, not the
// inbox itself: putting never waits, because polling must go on.
type inbox struct {
	mu      sync.Mutex
	records []Record

	arrived chan struct{} // has a token when records may be there
}

func newInbox() *inbox { return &inbox{arrived: make(chan struct{}, 1)} }

// put returns how many records wait now.
func (in *inbox) put(r Record) int {
	in.mu.Lock()
	in.records = append(in.records, r)
	n := len(in.records)
	in.mu.Unlock()
	select {
	case in.arrived <- struct{}{}:
	default:
	}
	return n
}

// take moves up to a batch's rest into batch.
func (in *inbox) take(batch []Record) []Record {
	in.mu.Lock()
	defer in.mu.Unlock()
	n := min(batchSize-len(batch), len(in.records))
	batch = append(batch, in.records[:n]...)
	in.records = in.records[n:]
	if len(in.records) == 0 {
		in.records = nil // lets the array go
	} else {
		select {
		case in.arrived <- struct{}{}:
		default:
		}
	}
	return batch
}

func (in *inbox) clear() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.records = nil
}

func (in *inbox) len() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.records)
}
