package booking

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jari/seatmap"
	"jari/server/store"
)

// look is one comparison of a zone: what the database said before and after Redis was read.
type look struct {
	before, after int64               // revisions of the event
	flying        map[string]bool     // seats of decisions that Redis may not have been shown
	left          int64               // all decisions up to this revision have left the outbox
	all           bool                // the whole event is about to be loaded
	states        map[string]byte     // by seat: as the database has it
	redis         *seatmap.Inspection // nil: the event is not open
}

// redis compares the event's zones and pending bookings.
func (a *Auditor) redis(ctx context.Context, event string, plan *seatmap.Plan) error {
	var late error
	told := false // of all zones at once
	deadline := a.Now().Add(a.Patience)
	for i := range plan.Zones {
		last, err := a.zone(ctx, event, &plan.Zones[i], deadline)
		switch {
		case errors.Is(err, errLate):
			late = errors.Join(late, fmt.Errorf("zone %s: %w", plan.Zones[i].ID, err))
			continue
		case err != nil:
			return errors.Join(late, fmt.Errorf("zone %s: %w", plan.Zones[i].ID, err))
		case last.redis == nil:
			a.Note(fmt.Sprintf("event %s is not open in Redis: it is loaded when somebody looks at it", event))
			return late
		case told:
		case last.redis.Revision > last.after:
			told = true
			a.differs(event, "Redis shows revision %d, the database is at %d: it was restored from a copy", last.redis.Revision, last.after)
		case last.redis.Revision < last.left:
			told = true
			a.differs(event, "Redis shows revision %d, and decisions up to %d have left the outbox", last.redis.Revision, last.left)
		}
	}
	return errors.Join(late, a.pending(ctx, event))
}

// errLate: what was on its way stayed there.
var errLate = errors.New("decisions are on their way and do not arrive")

// leastLooks is how often a zone is looked at though there is no patience left.
const leastLooks = 10

// zone looks until every seat is the same in Redis and in the database, or differs for no reason that is on its way. The database
// is read around Redis: when its revision has not moved meanwhile, only what waits in the outbox can explain a difference.
// It returns the last look, which has no Redis when the event is not open.
func (a *Auditor) zone(ctx context.Context, event string, zone *seatmap.Zone, deadline time.Time) (l look, err error) {
	var only []string // seats that are still suspected; nil: all
	said := false
	for looks := 1; ; looks++ {
		if l, err = a.look(ctx, event, zone, only); err != nil || l.redis == nil && !l.all {
			return l, err
		}
		if l.redis != nil && !l.all {
			if len(l.redis.States) != zone.Capacity() {
				a.differs(event, "the places of zone %s are %d in Redis, %d in the plan", zone.ID, len(l.redis.States), zone.Capacity())
				return l, nil
			}
			if !said {
				said = true
				a.faults(event, zone, l.redis)
			}
			if only = l.suspects(zone, only); l.before == l.after {
				only = a.judge(event, zone, l, only)
			}
			if len(only) == 0 {
				return l, nil
			}
		}
		if looks >= leastLooks && a.Now().After(deadline) {
			return l, errLate
		}
		if err := pause(ctx); err != nil {
			return l, err
		}
	}
}

// look reads the zone, or some of its seats: revision, outbox, seats, Redis, revision, in this order. A decision that is in the
// first revision and not in the outbox was shown before Redis is read.
func (a *Auditor) look(ctx context.Context, event string, zone *seatmap.Zone, only []string) (l look, err error) {
	if l.before, err = a.Store.Revision(ctx, event); err != nil {
		return l, err
	}
	if err := a.underway(ctx, event, &l); err != nil {
		return l, err
	}
	if l.states, err = a.states(ctx, event, zone, only); err != nil {
		return l, err
	}
	in, err := a.Live.Inspect(ctx, event, zone.ID)
	switch {
	case errors.Is(err, seatmap.ErrClosed):
	case err != nil:
		return l, err
	default:
		l.redis = &in
	}
	l.after, err = a.Store.Revision(ctx, event)
	return l, err
}

// underway reads what waits in the outbox.
func (a *Auditor) underway(ctx context.Context, event string, l *look) error {
	l.flying, l.left = map[string]bool{}, l.before
	return a.eachUnshown(ctx, event, func(d seatmap.Decision, rebuild bool) {
		l.left, l.all = min(l.left, d.Revision-1), l.all || rebuild
		for _, s := range d.Seats {
			l.flying[s.Seat] = true
		}
	})
}

func (a *Auditor) states(ctx context.Context, event string, zone *seatmap.Zone, only []string) (map[string]byte, error) {
	states := map[string]byte{}
	if only == nil {
		all, err := a.Store.SeatStates(ctx, event, zone)
		for n, state := range all {
			if state != byte(seatmap.Available) {
				states[zone.PlaceID(n)] = state
			}
		}
		return states, err
	}
	seats, err := a.Store.SeatsAt(ctx, event, only)
	for id, s := range seats {
		states[id] = byte(s.State())
	}
	return states, err
}

// differ reports whether Redis shows a seat otherwise than the database. Held in Redis and available in the database is none.
func (l *look) differ(id string, index int) (is, want seatmap.State, differs bool) {
	is, want = seatmap.State(l.redis.States[index]), seatmap.Available
	if state, taken := l.states[id]; taken {
		want = seatmap.State(state)
	}
	return is, want, is != want && (is != seatmap.Held || want != seatmap.Available)
}

// suspects are the seats that differ; never nil.
func (l *look) suspects(zone *seatmap.Zone, among []string) []string {
	suspects := []string{}
	for n := range l.redis.States {
		id := zone.PlaceID(n)
		if among != nil {
			if _, found := slices.BinarySearch(among, id); !found {
				continue
			}
		}
		if _, _, differs := l.differ(id, n); differs {
			suspects = append(suspects, id)
		}
	}
	slices.Sort(suspects)
	return suspects
}

// judge tells the suspects that nothing on its way explains, and returns the others.
func (a *Auditor) judge(event string, zone *seatmap.Zone, l look, suspects []string) (left []string) {
	left = []string{}
	for n := range l.redis.States {
		id := zone.PlaceID(n)
		if _, found := slices.BinarySearch(suspects, id); !found {
			continue
		}
		if l.flying[id] {
			left = append(left, id)
			continue
		}
		is, want, _ := l.differ(id, n)
		a.differs(event, "seat %q is %s in Redis, %s in the database", id, is, want)
	}
	slices.Sort(left)
	return left
}

func (a *Auditor) differs(event, format string, args ...any) {
	a.Found(Difference{Event: event, Where: "redis", What: fmt.Sprintf(format, args...), Do: doReload(event)})
}

// faults tells what Redis contradicts by itself; it was read at one moment.
func (a *Auditor) faults(event string, zone *seatmap.Zone, in *seatmap.Inspection) {
	for _, f := range in.Faults {
		a.differs(event, "seat %q in zone %s %s", zone.PlaceID(f.Index), zone.ID, f.Text)
	}
	count := seatmap.ZoneCount{Zone: zone.ID}
	for _, state := range in.States {
		switch seatmap.State(state) {
		case seatmap.Available:
			count.Available++
		case seatmap.Held:
			count.Held++
		case seatmap.Booked:
			count.Booked++
		case seatmap.Blocked:
			count.Blocked++
		}
	}
	if count != in.Counts {
		a.differs(event, "zone %s is counted as %s, its seats are %s", zone.ID, countText(in.Counts), countText(count))
	}
}

func countText(c seatmap.ZoneCount) string {
	return fmt.Sprintf("%d available, %d held, %d booked, %d blocked", c.Available, c.Held, c.Booked, c.Blocked)
}

// eachUnshown calls f with every decision that waits in the outbox, or with the revision of a rebuild.
func (a *Auditor) eachUnshown(ctx context.Context, event string, f func(d seatmap.Decision, rebuild bool)) error {
	for after := int64(0); ; {
		rows, err := a.Store.Outbox(ctx, event, after, outboxPage)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			after = row.Revision
			if row.Kind == store.OutboxRebuild {
				f(seatmap.Decision{Revision: row.Revision}, true)
				continue
			}
			d, err := decisionOf(row)
			if err != nil {
				return err
			}
			f(d, false)
		}
	}
}

// pause is between two looks.
func pause(ctx context.Context) error {
	select {
	case <-time.After(20 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
