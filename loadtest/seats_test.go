package main

import (
	"io"
	"strings"
	"testing"
	"time"
)

// A zone or a seat that is not there is told at once: playing another one, or none, would be judged as if it were the wanted one.
func TestZonesAndSeatsAreThere(t *testing.T) {
	t.Parallel()
	target := startFake(t, "A-2 is held", 3, time.Second)
	api := newAPI(target.URL)
	for _, c := range []struct{ zone, seat, want, wrong string }{
		{"", "", "A-1", ""},
		{"A", "", "A-1", ""},
		{"", "A-3", "A-3", ""},
		{"A", "A-3", "A-3", ""},
		{"", "nope", "", `no such seat: event demo has no seat "nope"`},
		{"A", "x y", "", `no such seat: zone A of event demo has no seat "x y"`},
		{"", "A-2", "", "seat A-2 of zone A is not free"},
		{"nope", "", "", "no zone nope in event demo; zones are A"},
		{"nope", "A-3", "", "no zone nope in event demo; zones are A"},
		{"lawn", "", "", "zone lawn has no numbered seats; zones with seats are A"},
	} {
		got, err := findSeat(t.Context(), api, "demo", c.zone, c.seat)
		if got.Seat != c.want || errorText(err) != c.wrong {
			t.Errorf("zone %q seat %q: %v, %v; want %q, %q", c.zone, c.seat, got, err, c.want, c.wrong)
		}
	}
	if _, err := play(t.Context(), target, "race", &raceScene{Clients: 2, Rounds: 1, Zone: "nope"}, io.Discard); errorText(err) !=
		"race could not be played: no zone nope in event demo; zones are A" {
		t.Error(err)
	}
	watch := &watchScene{Zone: "nope"}
	if _, err := watch.chooseZone(t.Context(), api, "demo"); !strings.Contains(errorText(err), "no zone nope in event demo; zones are A") {
		t.Error("watch:", err)
	}
}
