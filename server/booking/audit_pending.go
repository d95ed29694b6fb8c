package booking

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"jari/seatmap"
)

// pending compares the bookings that are pending in Redis with those that the database has decided. A decided one may be pending
// still until its decision is shown, and once more, until the sweeper has asked, when its key was used again in that moment.
func (a *Auditor) pending(ctx context.Context, event string) error {
	list, now, err := a.Live.Leases(ctx, event)
	if err != nil {
		if errors.Is(err, seatmap.ErrClosed) {
			return nil
		}
		return err
	}
	decided := map[string]time.Time{}
	for part := range slices.Chunk(list, 500) {
		ids := make([]string, len(part))
		for i, p := range part {
			ids[i] = p.Booking
			if late := now.Sub(p.Lease); late > stale {
				a.Found(Difference{Event: event, Where: "redis", Do: doWorker,
					What: fmt.Sprintf("booking %s is pending, and no sweeper has asked for it since %s", p.Booking, late.Round(time.Second))})
			}
		}
		bookings, err := a.Store.BookingsByID(ctx, ids)
		if err != nil {
			return err
		}
		for id, b := range bookings {
			if a.Now().Sub(b.DecidedAt) > stale {
				decided[id] = b.DecidedAt
			}
		}
	}
	if len(decided) == 0 {
		return nil
	}
	waiting := map[string]bool{}
	err = a.eachUnshown(ctx, event, func(d seatmap.Decision, _ bool) { waiting[d.Booking] = true })
	if err != nil {
		return err
	}
	again, _, err := a.Live.Leases(ctx, event)
	if err != nil {
		return err
	}
	still := map[string]bool{}
	for _, p := range again {
		still[p.Booking] = true
	}
	for _, id := range slices.Sorted(maps.Keys(decided)) {
		if still[id] && !waiting[id] {
			a.differs(event, "booking %s is pending, and was decided %s ago", id, a.Now().Sub(decided[id]).Round(time.Second))
		}
	}
	return nil
}
