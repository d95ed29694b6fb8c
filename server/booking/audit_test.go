package booking

import (
	"strings"
	"testing"
)

func TestAudit(t *testing.T) {
	r := newRig(t)
	check := func(want ...string) {
		t.Helper()
		got, err := Audit(t.Context(), r.store, r.live, testEvent, r.plan)
		if err != nil || len(got) != len(want) {
			t.Fatalf("differences are %q, %v, want %d", got, err, len(want))
		}
		for i := range want {
			if !strings.Contains(got[i], want[i]) {
				t.Errorf("difference %q, want %q", got[i], want[i])
			}
		}
	}
	if err := r.live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("not open")
	r.open()
	buyer := newBuyer()
	r.put(testEvent, r.bookRecord(buyer, "k", "a1", "A1"))
	r.work()
	r.hold(newBuyer(), "s8")
	if err := r.desk.Block(t.Context(), testEvent, []string{"s4"}); err != nil {
		t.Fatal(err)
	}
	r.work()
	check()
	r.trigger(`DELETE FROM event_seats WHERE seat_id = 'a1'`)
	check("is confirmed for seat", `"a1" is booked in Redis, available in the database`)
	r.trigger(`INSERT INTO event_seats VALUES ('gala', 's8', 'main', 7, 'nobody', 'nobody')`)
	check("is confirmed for seat", `"a1" is booked`, `"s8" is held in Redis, booked in the database`, `"s8" is sold to nobody`)
	r.trigger(`UPDATE bookings SET total = 5`)
	r.trigger(`UPDATE events SET max_seats = 0`)
	check("has a total of 5", "is confirmed for seat", "the cap is 0", "the cap is 0", `"a1"`, `"s8"`, `"s8"`)
	r.trigger(`INSERT INTO event_seats VALUES ('gala', 'x9', 'main', 7, '', '')`)
	check("has a total of 5", "is confirmed for seat", "the cap is 0", "the cap is 0", `"a1"`, `"s8"`, `"s8"`, `"x9" at main/7`)
}
