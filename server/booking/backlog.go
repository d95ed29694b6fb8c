package booking

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"jari/server/store"
	"jari/server/stream"
)

// Bounds tells how far the partitions of a log reach.
type Bounds interface {
	Logs(ctx context.Context) ([]stream.Log, error) // an error while the log is away
	Close()
}

// BacklogConfig is what a Backlog needs.
type BacklogConfig struct {
	Store  *store.Store
	Logs   Bounds           // of the bookings log; *stream.Bounds is one
	Every  time.Duration    // between two looks; default 5 s
	Now    func() time.Time // default time.Now
	Logger *slog.Logger     // default slog.Default()
}

// Backlog knows what is on the bookings log and not decided: the difference of the log's end and the offset that the database has;
// and how many decisions wait in the outbox. It asks no worker, so every node can tell that there is none.
type Backlog struct {
	cfg    BacklogConfig
	waits  bool           // only touched by look; so that a backlog is logged once
	stored []store.Offset // only touched by look

	mu      sync.Mutex
	behind  map[int32]*behind // by partition, guarded by mu
	decided bool              // guarded by mu: the database has said what is decided
	outbox  int64             // guarded by mu: rows; -1: the database has not said
}

// behind is what of one partition is not decided.
type behind struct {
	log  stream.Log
	next int64 // the first record that is not decided
	seen []end // oldest first; those after next
}

// end is where a log ended when it was seen.
type end struct {
	offset int64
	at     time.Time
}

const (
	// lookWait bounds how long the database may take to answer.
	lookWait = 2 * time.Second
	// mostEnds bounds the memory of a partition whose records are not decided; see behind.thin.
	mostEnds = 64
	// longBehind is when the log is told of it: in a pipeline that works a booking takes some tens of milliseconds.
	longBehind = Lease
)

// NewBacklog makes one that knows nothing yet; Run keeps it up.
func NewBacklog(cfg BacklogConfig) *Backlog {
	if cfg.Every == 0 {
		cfg.Every = 5 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	return &Backlog{cfg: cfg, behind: map[int32]*behind{}, outbox: -1}
}

// Run looks until ctx ends, and closes the log's bounds.
func (b *Backlog) Run(ctx context.Context) {
	defer b.cfg.Logs.Close()
	tick := time.NewTicker(b.cfg.Every)
	defer tick.Stop()
	for {
		b.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Undecided returns how many records wait to be decided, and since when this node has seen the oldest of them there. Known is false
// until log and database have answered once. It asks nobody. While one of them is away its last answer counts, which stays true:
// without the database nothing is decided, without the log nothing is added.
func (b *Backlog) Undecided() (records int64, oldest time.Duration, known bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.cfg.Now()
	for _, p := range b.behind {
		records += max(p.log.High-p.next, 0)
		if len(p.seen) > 0 {
			oldest = max(oldest, now.Sub(p.seen[0].at))
		}
	}
	return records, oldest, b.decided && len(b.behind) > 0
}

// Outbox returns how many decisions wait to be shown or for their outcomes to be on the log. Known is false until the database has
// answered once; while it is away its last answer stays true, for nothing is decided or done with.
func (b *Backlog) Outbox() (rows int64, known bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.outbox, b.outbox >= 0
}

// look asks the log first: what is decided between the two questions shall not count as waiting.
func (b *Backlog) look(ctx context.Context) {
	logs, err := b.cfg.Logs.Logs(ctx)
	if err != nil {
		b.cfg.Logger.Debug("the log does not say where it ends", "error", err)
	}
	limited, cancel := context.WithTimeout(ctx, lookWait)
	defer cancel()
	stored, err := b.cfg.Store.Offsets(limited, TopicBookings)
	if err != nil {
		b.cfg.Logger.Debug("the database does not say what is decided", "error", err)
	} else {
		b.stored = stored
	}
	b.take(logs, err == nil)
	b.lookIntoOutbox(limited)
	b.tell()
}

func (b *Backlog) lookIntoOutbox(ctx context.Context) {
	rows, err := b.cfg.Store.OutboxSize(ctx)
	if err != nil {
		b.cfg.Logger.Debug("the outbox cannot be counted", "error", err)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.outbox = rows
}

// take makes the answers what is known.
func (b *Backlog) take(logs []stream.Log, answered bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.decided = b.decided || answered
	now := b.cfg.Now()
	for _, log := range logs {
		p := b.behind[log.Partition]
		if p == nil || p.log.ID != log.ID {
			p = &behind{}
			b.behind[log.Partition] = p
		}
		p.log = log
	}
	if !b.decided {
		return
	}
	for _, p := range b.behind {
		p.advance(b.stored, now)
	}
}

// advance finds what is decided: as the worker that is given the partition will, nothing where the offset is of another log.
func (p *behind) advance(stored []store.Offset, now time.Time) {
	p.next = p.log.Low
	for _, at := range stored {
		if at.Partition == p.log.Partition && at.LogID == p.log.ID {
			p.next = max(at.Next, p.log.Low)
		}
	}
	for len(p.seen) > 0 && p.seen[0].offset <= p.next {
		p.seen = p.seen[1:]
	}
	last := p.next
	if len(p.seen) > 0 {
		last = p.seen[len(p.seen)-1].offset
	}
	if p.log.High > last {
		p.seen = append(p.seen, end{p.log.High, now})
	}
	if len(p.seen) > mostEnds {
		p.thin()
	}
}

// thin makes one of each two ends: the records of both count as seen with the first. The oldest keeps its time.
func (p *behind) thin() {
	half := make([]end, 0, mostEnds)
	for i := 0; i < len(p.seen); i += 2 {
		half = append(half, end{p.seen[min(i+1, len(p.seen)-1)].offset, p.seen[i].at})
	}
	p.seen = half
}

// tell says it once when nothing is decided for long, and once when that is over: something is always on its way at a busy site.
func (b *Backlog) tell() {
	records, oldest, _ := b.Undecided()
	switch waits := oldest > longBehind; {
	case waits && !b.waits:
		b.cfg.Logger.Warn("nobody decides what is on the log: bookings stay pending; does a worker run, and does it reach the database?",
			"records", records, "oldest", oldest.Round(time.Second))
		b.waits = true
	case b.waits && oldest < longBehind/2:
		b.cfg.Logger.Info("what waited on the log is decided")
		b.waits = false
	}
}
