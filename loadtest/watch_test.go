package main

import (
	"io"
	"strings"
	"testing"
	"time"
)

// Beside others on the same seats watch makes fewer changes than it should, and says why: while it plays, and in the report.
func TestWatchBesideOthers(t *testing.T) {
	t.Parallel()
	target := startFake(t, "others buy", 60, time.Second)
	s := &watchScene{Clients: 2, Rate: 100, Duration: 900 * time.Millisecond, Settle: time.Second}
	report, err := play(t.Context(), target, "watch", s, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for metric, want := range map[string]string{"changes": "seat_unavailable", "versions": "others changed its seats"} {
		for _, v := range report.Verdicts {
			if v.Metric == metric && (v.Passed || !strings.Contains(strings.Join(v.Notes, "\n"), want)) {
				t.Errorf("no %q in %+v", want, v)
			}
		}
	}

	buyers, _, err := connectBuyers(t.Context(), target, newAPI(target.URL), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer buyers[0].close()
	out := newStream(t.Context())
	defer out.close()
	var g toggler
	if g.toggle(t.Context(), buyers[0], "demo", HeldSeat{Zone: "A", Seat: "A-1"}, out, func(byte) {}) {
		t.Error("took a seat that is sold")
	}
	if !strings.Contains(out.stage(), "others take them") {
		t.Errorf("the progress says %q", out.stage())
	}
}
