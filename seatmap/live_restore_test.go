package seatmap

import (
	"testing"

	"github.com/redis/go-redis/v9"
)

// A database that was restored from a copy has forgotten decisions that Redis still shows. It has the last word all the same.
func TestLoadOfARestoredDatabase(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		stored := func(epoch, revision int64) {
			t.Helper()
			if e, v, err := r.live.Stored(t.Context(), r.event); err != nil || e != epoch || v != revision {
				t.Fatalf("stored is epoch %d, revision %d, %v; want %d, %d", e, v, err, epoch, revision)
			}
		}
		load := func(epoch, over int64) bool {
			t.Helper()
			loaded, err := r.live.Load(t.Context(), EventLoad{Event: r.event, Epoch: epoch, Revision: 1, Over: over, Policy: r.policy, Zones: r.zones})
			if err != nil {
				t.Fatal(err)
			}
			return loaded
		}
		r.mustApply(confirm(1, "b1", "ann", 0), AppliedNow)
		r.mustApply(confirm(2, "b2", "ann", 1), AppliedNow)
		r.mustHold("bob", pick("A", 5))
		stored(1, 2)
		if load(5, 0) || load(5, 1) || load(5, 3) {
			t.Error("loaded over a revision that was not seen before the database was read")
		}
		if load(1, 2) {
			t.Error("loaded over an epoch that is not older")
		}
		r.wantStates("A", "2200010000")
		if !load(5, 2) {
			t.Fatal("not loaded")
		}
		stored(5, 1)
		r.wantStates("A", "0000010000")
		r.wantHeld("bob", "A-5")

		// The remedy for an epoch that the database does not reach: the event is closed, its live holds stay.
		if err := client.HDel(t.Context(), metaKey(r.event), "epoch").Err(); err != nil {
			t.Fatal(err)
		}
		stored(0, 1)
		_, err := r.live.Snapshot(t.Context(), r.event, "A")
		wantCode(t, err, CodeUnavailable)
		if !load(2, 0) {
			t.Fatal("not loaded over no epoch")
		}
		r.wantHeld("bob", "A-5")
		r.forget()
		stored(0, 0)
	})
}
