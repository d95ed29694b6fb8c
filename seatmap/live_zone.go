package seatmap

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Change is one seat's transition within a zone.
type Change struct {
	Index int
	State State
}

// Changes carries a zone from version From to Version; states are absolute.
type Changes struct {
	Epoch   int64
	From    int64
	Version int64
	At      time.Time // of the last change, by the clock of Redis
	Changes []Change
}

// Snapshot is a zone at a version, as one script saw it. States is one ASCII digit per seat.
type Snapshot struct {
	Epoch   int64
	Version int64
	At      time.Time // of the last change; the loading of the event counts as one
	Now     time.Time
	States  []byte
}

// Snapshot expires what is due in the event and returns the zone. Codes: unavailable, not_found.
func (l *Live) Snapshot(ctx context.Context, event, zone string) (Snapshot, error) {
	a, err := l.call(ctx, l.scripts.snapshot, event, zone)
	if err != nil {
		return Snapshot{}, err
	}
	s := Snapshot{Epoch: a.number(), Version: a.number(), At: a.time(), Now: a.time(), States: []byte(a.text())}
	return s, a.done()
}

// maxSince is how many log entries Since reads: past that a snapshot is the shorter way.
const maxSince = 1000

// Since returns the changes after version, step by step, from the log. Version was made at the time at, under epoch; whoever does not know
// the time passes the zero time: within an epoch one server has numbered everything.
// ok is false when the log no longer reaches back, has another time at that version, or the epoch is another;
// also when more than 1,000 steps are missing. Codes: unavailable, not_found.
func (l *Live) Since(ctx context.Context, event, zone string, epoch, version int64, at time.Time) (steps []Changes, ok bool, err error) {
	a, err := l.call(ctx, l.scripts.since, event, zone, version, maxSince+2)
	if err != nil {
		return nil, false, err
	}
	if a.number() != epoch {
		return nil, false, a.done()
	}
	for a.more() {
		d, err := ParseChanges([]byte(a.text()))
		if err != nil {
			return nil, false, err
		}
		steps = append(steps, d)
	}
	if err := a.done(); err != nil {
		return nil, false, err
	}
	if len(steps) == 0 || len(steps) > maxSince+1 {
		return nil, false, nil
	}
	if steps[0].Version != version || !at.IsZero() && !steps[0].At.Equal(at) {
		return nil, false, nil
	}
	for n, d := range steps[1:] {
		if d.Epoch != epoch || d.From != steps[n].Version {
			return nil, false, nil
		}
	}
	return steps[1:], true, nil
}

// ZoneRef names a zone of an event.
type ZoneRef struct{ Event, Zone string }

// Head is where a zone is. Open is false while the event is not open, has no such zone, or its master does not answer.
type Head struct {
	Open    bool
	Epoch   int64
	Version int64
}

// Heads returns the heads of all zones, in their order, in one pipeline of one command per event (on a cluster one for each master).
// Codes: unavailable, when nobody answers.
func (l *Live) Heads(ctx context.Context, zones []ZoneRef) ([]Head, error) {
	heads := make([]Head, len(zones))
	if len(zones) == 0 {
		return heads, nil
	}
	fields := map[string][]string{}
	at := map[string][]int{}
	for n, z := range zones {
		if fields[z.Event] == nil {
			fields[z.Event] = []string{"epoch", "run"}
		}
		fields[z.Event] = append(fields[z.Event], "z:"+z.Zone)
		at[z.Event] = append(at[z.Event], n)
	}
	err := l.byServer(ctx, slices.Collect(maps.Keys(fields)), func(from server, events []string) error {
		got := make([]*redis.SliceCmd, len(events))
		_, err := from.Pipelined(ctx, func(p redis.Pipeliner) error {
			for n, event := range events {
				got[n] = p.HMGet(ctx, metaKey(event), fields[event]...)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for n, event := range events {
			v := got[n].Val()
			if v[0] == nil || v[1] != any(from.id.String()) {
				continue
			}
			for k, n := range at[event] {
				if heads[n], err = readHead(v[0], v[2+k]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return heads, nil
}

func readHead(epoch, packed any) (Head, error) {
	text, ok := packed.(string)
	if !ok {
		return Head{}, nil
	}
	a := &answer{items: []any{epoch}}
	h := Head{Open: true, Epoch: a.number()}
	version, _, _ := strings.Cut(text, " ")
	var err error
	if h.Version, err = strconv.ParseInt(version, 10, 64); err != nil {
		return Head{}, err
	}
	return h, a.done()
}
