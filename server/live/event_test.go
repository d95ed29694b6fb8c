package live

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jari/seatmap"
	"jari/server/store"
)

// slowPlans is a database that reads a plan for as long as it is let.
type slowPlans struct {
	*fakeDatabase
	events, plans atomic.Int64
	let           chan struct{}
	fails         atomic.Bool
}

func (d *slowPlans) Event(ctx context.Context, id string) (store.Event, error) {
	d.events.Add(1)
	return d.fakeDatabase.Event(ctx, id)
}

func (d *slowPlans) Plan(ctx context.Context, hash string) (*seatmap.Plan, error) {
	d.plans.Add(1)
	select {
	case <-d.let:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if d.fails.Load() {
		return nil, errors.New("broken")
	}
	return d.fakeDatabase.Plan(ctx, hash)
}

func newSlowPlans() *slowPlans {
	return &slowPlans{fakeDatabase: newFakeDatabase(), let: make(chan struct{})}
}

// TestAColdEventIsReadOnceForAll: a node that was restarted is asked for its event by everybody at once.
func TestAColdEventIsReadOnceForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := newSlowPlans()
		c := newCatalog(t.Context(), db)
		gone, leave := context.WithCancel(t.Context())
		first := make(chan error, 1)
		go func() { _, err := c.get(gone, eventID); first <- err }()
		synctest.Wait()
		var asking sync.WaitGroup
		for n := range 1000 {
			id := eventID
			if n%2 == 1 {
				id += "-other" // has the same plan
			}
			asking.Go(func() {
				e, err := c.get(t.Context(), id)
				if err != nil || e.ID != id || e.Plan == nil {
					t.Errorf("got %+v, %v", e, err)
				}
			})
		}
		synctest.Wait()
		leave()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up was told %v", err)
		}
		close(db.let)
		asking.Wait()
		if events, plans := db.events.Load(), db.plans.Load(); events != 2 || plans != 1 {
			t.Errorf("%d rows and %d plans were read, want 2 and 1", events, plans)
		}
	})
}

// TestWhatCouldNotBeReadIsAskedForAgain: neither a failure nor a database that hangs is remembered.
func TestWhatCouldNotBeReadIsAskedForAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := newSlowPlans()
		c := newCatalog(t.Context(), db)
		soon, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.get(soon, eventID); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("who waited in vain was told %v", err)
		}
		if _, err := c.get(t.Context(), eventID); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a database that hangs: %v", err)
		}
		db.fails.Store(true)
		close(db.let)
		if _, err := c.get(t.Context(), eventID); err == nil {
			t.Error("a plan that cannot be read was shown")
		}
		db.fails.Store(false)
		if e, err := c.get(t.Context(), eventID); err != nil || e.Plan == nil {
			t.Errorf("after the failures: %+v, %v", e, err)
		}
	})
}
