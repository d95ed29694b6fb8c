package seatmap

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// ZoneCount is how many places of a zone are in each state.
type ZoneCount struct {
	Zone                             string
	Available, Held, Booked, Blocked int
}

// Overview is an event at a glance. Codes: unavailable.
type Overview struct {
	Epoch    int64
	Revision int64
	Policy   Policy
	Zones    []ZoneCount
}

// Overview returns the counts of all zones, in the order of their loading. Codes: unavailable.
func (l *Live) Overview(ctx context.Context, event string) (Overview, error) {
	var run string
	var meta map[string]string
	err := l.on(ctx, event, func(at server) (err error) {
		meta, err = at.HGetAll(ctx, metaKey(event)).Result()
		run = at.id.String()
		return err
	})
	if err != nil {
		return Overview{}, err
	}
	return readOverview(meta, run)
}

// Overviews returns those of the events that are open and whose master answers, in one pipeline of one command per event (on a cluster one
// for each master). Events that another master holds by now are asked for there, one by one. With an error comes what was read in spite of
// it. Codes: unavailable, when nobody answers.
func (l *Live) Overviews(ctx context.Context, events []string) (map[string]Overview, error) {
	out := make(map[string]Overview, len(events))
	if len(events) == 0 {
		return out, nil
	}
	var mu sync.Mutex // guards out and elsewhere
	var elsewhere []string
	err := l.byServer(ctx, events, func(from server, events []string) error {
		got := make([]*redis.MapStringStringCmd, len(events))
		// Each command has its own error: what one is refused, the others were answered.
		_, _ = from.Pipelined(ctx, func(p redis.Pipeliner) error {
			for n, event := range events {
				got[n] = p.HGetAll(ctx, metaKey(event))
			}
			return nil
		})
		mu.Lock()
		defer mu.Unlock()
		var failed error
		for n, event := range events {
			meta, err := got[n].Result()
			if _, ok := moved(err); ok && l.cluster != nil {
				elsewhere = append(elsewhere, event)
				continue
			}
			var o Overview
			if err == nil {
				o, err = readOverview(meta, from.id.String())
			}
			switch {
			case err == nil:
				out[event] = o
			case !errors.Is(err, ErrClosed) && failed == nil:
				failed = fmt.Errorf("event %s: %w", event, err)
			}
		}
		return failed
	})
	for _, event := range elsewhere {
		// Who is on its way between two masters, or was closed by it, is not open.
		if o, err := l.Overview(ctx, event); err == nil {
			out[event] = o
		}
	}
	return out, err
}

// readOverview reads an event's meta as the server of that run keeps it.
func readOverview(meta map[string]string, run string) (Overview, error) {
	if meta["epoch"] == "" || meta["run"] != run {
		return Overview{}, notOpen()
	}
	a := &answer{items: []any{meta["epoch"], meta["revision"]}}
	o := Overview{Epoch: a.number(), Revision: a.number()}
	if err := a.done(); err != nil {
		return Overview{}, err
	}
	var err error
	if o.Policy, err = unpackPolicy(meta["policy"]); err != nil {
		return Overview{}, err
	}
	for z := range strings.SplitSeq(meta["zones"], ",") {
		c := ZoneCount{Zone: z}
		var version, at int64
		if _, err := fmt.Sscan(meta["z:"+z], &version, &at, &c.Available, &c.Held, &c.Booked, &c.Blocked); err != nil {
			return Overview{}, fmt.Errorf("read the counts of zone %q: %w", z, err)
		}
		o.Zones = append(o.Zones, c)
	}
	return o, nil
}

// packPolicy writes "fence on opens closes hold ceiling seats"; times and durations in ms, 0 for no bound.
func packPolicy(p Policy) string {
	on := 0
	if p.OnSale {
		on = 1
	}
	return fmt.Sprintf("%d %d %d %d %d %d %d", p.Fence, on, timeMS(p.OpensAt), timeMS(p.ClosesAt),
		p.Hold.Milliseconds(), p.Ceiling.Milliseconds(), p.MaxSeats)
}

func unpackPolicy(s string) (Policy, error) {
	var p Policy
	var on, opens, closes, hold, ceiling int64
	if _, err := fmt.Sscan(s, &p.Fence, &on, &opens, &closes, &hold, &ceiling, &p.MaxSeats); err != nil {
		return Policy{}, fmt.Errorf("read the policy %q: %w", s, err)
	}
	p.OnSale, p.OpensAt, p.ClosesAt = on == 1, msTime(opens), msTime(closes)
	p.Hold, p.Ceiling = time.Duration(hold)*time.Millisecond, time.Duration(ceiling)*time.Millisecond
	return p, nil
}

// Configure writes the policy if its fence is not older than the stored one. It does not ask whether the event is open:
// the load that opens it later keeps the newer of the two. Codes: unavailable.
func (l *Live) Configure(ctx context.Context, event string, p Policy) error {
	_, err := l.call(ctx, l.scripts.configure, event, p.Fence, packPolicy(p))
	return err
}

// ClaimRebuild is true for the one caller that shall put a rebuild record on the log (SET NX with this time to live).
// Loading the event ends the claim. Codes: unavailable.
func (l *Live) ClaimRebuild(ctx context.Context, event string, ttl time.Duration) (won bool, err error) {
	key, claim := "rebuild:{e"+event+"}", uuid.NewString()
	err = l.on(ctx, event, func(at server) (err error) {
		won, err = l.scripts.claim.Run(ctx, at, []string{key}, claim, ttl.Milliseconds()).Bool()
		return err
	})
	return won, err
}
