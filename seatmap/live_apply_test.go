package seatmap

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func block(revision int64, state State, indexes ...int) Decision {
	d := confirm(revision, "", "", indexes...)
	d.Status, d.Confirmed, d.Notice = "", 0, nil
	for n := range d.Seats {
		d.Seats[n].State = state
	}
	return d
}

func decide(d Decision, status string, confirmed int, states ...State) Decision {
	d.Status, d.Confirmed = status, confirmed
	for n, s := range states {
		d.Seats[n].State = s
	}
	return d
}

// Each case starts with: ann's booking b1 pending on A 0 1, bob holding A 2 3, A 4 booked by b0 at revision 1, A 5 blocked at 2.
func TestApply(t *testing.T) {
	for name, c := range map[string]struct {
		do   []Decision
		want string
		ann  []string // told
		bob  []string // told
	}{
		"confirmed": {
			do:   []Decision{confirm(3, "b1", "ann", 0, 1)},
			want: "2211230000", ann: []string{`booking {"id":"b1"}`},
		},
		"confirmed, then cancelled in part": {
			do:   []Decision{confirm(3, "b1", "ann", 0, 1), decide(confirm(4, "b1", "ann", 1), "cancelled", -1, Available)},
			want: "2011230000", ann: []string{`booking {"id":"b1"}`, `booking {"id":"b1"}`},
		},
		"rejected": {
			do:   []Decision{decide(confirm(3, "b1", "ann", 0, 1), "rejected", 0, Available, Available)},
			want: "0011230000", ann: []string{`booking {"id":"b1"}`},
		},
		"rejected without naming its seats": {
			do:   []Decision{decide(confirm(3, "b1", "ann"), "rejected", 0)},
			want: "0011230000", ann: []string{`booking {"id":"b1"}`},
		},
		"rejected, one seat having been sold": {
			do:   []Decision{confirm(3, "b9", "cyd", 0), decide(confirm(4, "b1", "ann", 0, 1), "rejected", 0, Booked, Available)},
			want: "2011230000", ann: []string{`booking {"id":"b1"}`},
		},
		"a rejected booking frees nobody else's seats": {
			do:   []Decision{decide(confirm(3, "b8", "cyd", 0, 2, 4, 5), "rejected", 0, Available, Available, Available, Available)},
			want: "1111230000",
		},
		"sold although another holds it": {
			do:   []Decision{confirm(3, "b9", "cyd", 2)},
			want: "1121230000", bob: []string{"lost A-3"},
		},
		"sold although another holds all of it": {
			do:   []Decision{confirm(3, "b9", "cyd", 2, 3)},
			want: "1122230000", bob: []string{"lost"},
		},
		"sold to its own holder": {
			do:   []Decision{confirm(3, "b9", "bob", 2)},
			want: "1121230000", bob: []string{`booking {"id":"b9"}`, "booked A-3"},
		},
		"blocked whoever has it": {
			do:   []Decision{block(3, Blocked, 0, 2, 4, 9)},
			want: "3131330003", bob: []string{"lost A-3"},
		},
		"unblocked": {
			do:   []Decision{block(3, Available, 5, 9)},
			want: "1111200000",
		},
		"unblocking frees no hold": {
			do:   []Decision{block(3, Available, 0, 2)},
			want: "1111230000",
		},
		"a pending seat blocked, then the booking rejected": {
			do:   []Decision{block(3, Blocked, 0), decide(confirm(4, "b1", "ann", 0, 1), "rejected", 0, Blocked, Available)},
			want: "3011230000", ann: []string{`booking {"id":"b1"}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
				r := newRig(t, client, testPolicy())
				r.mustApply(confirm(1, "b0", "dan", 4), AppliedNow)
				r.mustApply(block(2, Blocked, 5), AppliedNow)
				r.mustHold("ann", picks("A", 0, 1)...)
				r.mustBook("ann", "b1")
				r.mustHold("bob", picks("A", 2, 3)...)
				rec := listen(r)
				for _, d := range c.do {
					r.mustApply(d, AppliedNow)
				}
				rec.wantTold("ann", c.ann...)
				rec.wantTold("bob", c.bob...)
				r.wantStates("A", c.want)
				last := c.do[len(c.do)-1]
				before := r.snapshot("A").Version
				r.mustApply(last, AppliedOld)
				r.mustApply(confirm(1, "b0", "dan", 9), AppliedOld)
				if r.snapshot("A").Version != before {
					t.Error("an old decision changed a seat")
				}
				o, err := r.live.Overview(t.Context(), r.event)
				if err != nil || o.Revision != last.Revision {
					t.Errorf("revision %d, %v", o.Revision, err)
				}
				if last.Booking == "b1" {
					if p, err := r.live.Pending(t.Context(), r.event, "b1"); p != nil || err != nil {
						t.Errorf("still pending: %+v, %v", p, err)
					}
				}
			})
		})
	}
}

// A hold that has lapsed is not lost: it has expired.
func TestApplyOverLapsedHold(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, shortPolicy())
		v := r.mustHold("bob", picks("A", 2, 3)...)
		r.passed(v.Hold.ExpiresAt)
		rec := listen(r)
		r.mustApply(confirm(1, "b9", "cyd", 2), AppliedNow)
		rec.wantTold("bob", "expired")
		r.wantStates("A", "0020000000")
	})
}

// A retried call finds the booking decided and its pending record gone, and books what the buyer holds now under the old id.
// The effects of the replay end that: nothing stays held for ever.
func TestApplyFreesWhatAReplayTook(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.mustHold("ann", pick("A", 0))
		r.mustBook("ann", "b1")
		r.mustApply(confirm(1, "b1", "ann", 0), AppliedNow)
		r.mustHold("ann", pick("A", 7))
		r.mustBook("ann", "b1")
		replay := confirm(2, "b1", "ann", 0)
		replay.Confirmed = 0
		r.mustApply(replay, AppliedNow)
		r.wantStates("A", "2000000000")
		r.mustHold("ann", picks("A", 1, 2, 3)...)
		_, err := r.hold("ann", pick("A", 4))
		wantCode(t, err, CodeHoldLimit)
	})
}

func TestApplyRefuses(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		for _, change := range []func(d *Decision){
			func(d *Decision) { d.Seats[0].State = Held },
			func(d *Decision) { d.Seats[0].State = 7 },
			func(d *Decision) { d.Notice = []byte("{") },
			func(d *Decision) { d.Seats[1].Index = 10 },
			func(d *Decision) { d.Seats[1].Zone = "Z" },
		} {
			d := confirm(1, "b1", "ann", 0, 1)
			change(&d)
			d.Event = r.event
			if _, err := r.live.Apply(t.Context(), d); err == nil {
				t.Errorf("took %+v", d)
			}
		}
		r.wantStates("A", "0000000000")
		r.mustApply(confirm(1, "b1", "ann", 0, 1), AppliedNow)
	})
}

func TestNotOpen(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		other := newRig(t, client, testPolicy())
		another := NewLive(LiveConfig{Client: client, RunID: func(context.Context) (string, error) { return "run-2", nil }})
		check := func(what string, l *Live) {
			t.Helper()
			ctx := t.Context()
			for name, call := range map[string]func() error{
				"hold": func() error {
					_, err := l.Hold(ctx, HoldRequest{Event: r.event, Buyer: "ann", Seats: picks("A", 0)})
					return err
				},
				"release":  func() error { _, err := l.Release(ctx, r.event, "ann", nil); return err },
				"extend":   func() error { _, err := l.Extend(ctx, r.event, "ann"); return err },
				"hold of":  func() error { _, err := l.HoldOf(ctx, r.event, "ann"); return err },
				"book":     func() error { _, err := l.Book(ctx, r.event, "ann", "b1", time.Minute); return err },
				"pending":  func() error { _, err := l.Pending(ctx, r.event, "b1"); return err },
				"lapsed":   func() error { _, err := l.Lapsed(ctx, r.event, 9, time.Minute); return err },
				"expire":   func() error { _, err := l.Expire(ctx, r.event, 9); return err },
				"snapshot": func() error { _, err := l.Snapshot(ctx, r.event, "A"); return err },
				"since":    func() error { _, _, err := l.Since(ctx, r.event, "A", 1, 1, time.Now()); return err },
				"overview": func() error { _, err := l.Overview(ctx, r.event); return err },
			} {
				err := call()
				if ref := wantCode(t, err, CodeUnavailable); ref.RetryAfter <= 0 {
					t.Errorf("%s, %s: no time to come back", what, name)
				}
			}
		}
		check("before the first refresh", another)
		if err := another.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		check("another process", another)
		if got, err := another.Apply(t.Context(), Decision{Event: r.event, Revision: 9}); err != nil || got != AppliedLater {
			t.Errorf("apply: %v, %v", got, err)
		}
		heads, err := another.Heads(t.Context(), []ZoneRef{{r.event, "A"}})
		if err != nil || heads[0] != (Head{}) {
			t.Errorf("heads: %v, %v", heads, err)
		}
		r.forget()
		check("forgotten", r.live)
		other.wantStates("A", "0000000000")
	})
}
