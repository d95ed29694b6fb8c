package seatmap

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestInspect(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.mustHold("ann", picks("A", 0, 9)...)
		r.mustHold("bob", picks("A", 3)...)
		if _, err := r.live.Book(t.Context(), r.event, "bob", "b-1", time.Minute); err != nil {
			t.Fatal(err)
		}
		inspect := func(faults ...string) {
			t.Helper()
			in, err := r.live.Inspect(t.Context(), r.event, "A")
			if err != nil {
				t.Fatal(err)
			}
			if string(in.States) != "1001000001" || in.Counts != (ZoneCount{Zone: "A", Available: 7, Held: 3}) {
				t.Errorf("zone is %s, %+v", in.States, in.Counts)
			}
			if len(in.Faults) != len(faults) {
				t.Fatalf("faults are %+v, want %q", in.Faults, faults)
			}
			for n, want := range faults {
				if !strings.Contains(in.Faults[n].Text, want) {
					t.Errorf("fault is %+v, want %q", in.Faults[n], want)
				}
			}
		}
		inspect()
		list, now, err := r.live.Leases(t.Context(), r.event)
		if err != nil || len(list) != 1 || list[0].Booking != "b-1" || list[0].Lease.Sub(now) > time.Minute || !list[0].Lease.After(now) {
			t.Errorf("leases are %+v at %s, %v", list, now, err)
		}
		tag := ":{e" + r.event + "}"
		client.ZRem(t.Context(), "lease"+tag, "b-1")
		inspect("which no sweeper will ask for")
		client.Del(t.Context(), "pending"+tag+":b-1")
		inspect("waits for booking b-1, which is not pending")
		client.HDel(t.Context(), "seats"+tag+":A", "3")
		inspect("is held by nobody")
		client.HSet(t.Context(), "seats"+tag+":A", "3", "x:y")
		inspect("neither hold nor booking")
		client.HSet(t.Context(), "seats"+tag+":A", "3", "h:nobody")
		inspect("nobody, who has no hold")
		client.HSet(t.Context(), "seats"+tag+":A", "3", "h:ann", "4", "h:ann")
		inspect("has the owner h:ann and is not held")
		_, err = r.live.Inspect(t.Context(), r.event, "Z")
		wantCode(t, err, CodeNotFound)
		r.mustHold("cid", picks("B", 0)...) // what Inspect reads it has not changed
	})
}
