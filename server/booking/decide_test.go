package booking

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"

	"jari/server/protocol"
	"jari/server/store"
)

// Short names for the tables: buyers and bookings are UUIDs made of one digit.
func named(n int) string { return fmt.Sprintf("%08d-0000-4000-8000-000000000000", n) }

func bookOf(booking, buyer int, seats ...string) entry {
	rec := Record{Type: typeBook, Event: "e", Booking: named(booking), Buyer: named(buyer), Currency: "KRW", CreatedAt: 1}
	for i, s := range seats {
		rec.Seats = append(rec.Seats, store.BookedSeat{Zone: "z", Index: i, Seat: s, Price: 10})
	}
	return entry{Record: rec, known: true}
}

func settleOf(booking, buyer int, seats ...string) entry {
	e := bookOf(booking, buyer, seats...)
	e.Type, e.Currency = typeSettle, ""
	return e
}

func rebuildOf() entry { return entry{Record: Record{Type: typeRebuild, Event: "e"}, known: true} }

func poisonOf(booking, buyer int, seats ...string) entry {
	e := bookOf(booking, buyer, seats...)
	e.cause = errors.New("nonsense")
	return e
}

func againOf(booking, buyer int, seats ...string) entry {
	e := bookOf(booking, buyer, seats...)
	e.Again = true
	return e
}

// was is a booking that the database has.
func was(booking, buyer int, status, reason string, seats ...string) func(*present) {
	return func(p *present) {
		e := bookOf(booking, buyer, seats...)
		b := e.booking(clock)
		b.Status, b.Reason, b.Reference = status, reason, reference(b.ID, 0)
		p.bookings[b.ID] = b
		p.references["e"][b.Reference] = b.ID
		if status != protocol.StatusConfirmed {
			return
		}
		for _, s := range seats {
			p.owners["e"][s] = store.Seat{Seat: s, Booking: b.ID, Buyer: b.Buyer}
		}
		p.counts["e"][b.Buyer] += len(seats)
	}
}

func blockedSeat(seat string) func(*present) {
	return func(p *present) { p.owners["e"][seat] = store.Seat{Seat: seat} }
}

func presentOf(facts ...func(*present)) *present {
	p := newPresent()
	p.events["e"] = &store.Event{ID: "e", MaxSeats: 4, Currency: "KRW", Revision: 100}
	p.owners["e"], p.counts["e"], p.references["e"] = map[string]store.Seat{}, map[string]int{}, map[string]string{}
	for _, fact := range facts {
		fact(p)
	}
	return p
}

// wrote lists what a batch writes: "+1 confirmed a b" an insert, "~1 ..." an update, "!101 cancelled 1 a=0 (+2)" an effect.
func wrote(v *verdicts) []string {
	short := func(id string) string { return strings.TrimLeft(id[:8], "0") }
	row := func(sign string, b store.Booking) string {
		var seats []string
		for _, s := range b.Seats {
			seats = append(seats, s.Seat)
		}
		return strings.TrimSpace(fmt.Sprintf("%s%s %s %s", sign, short(b.ID), strings.Join(append([]string{b.Status}, seats...), " "), b.Reason))
	}
	var out []string
	for _, b := range v.inserts {
		out = append(out, row("+", b))
	}
	for _, b := range v.updates {
		out = append(out, row("~", b))
	}
	for _, fx := range v.effects {
		line := fmt.Sprintf("!%d %s %s", fx.Revision, short(fx.ID), fx.Decision)
		for _, s := range fx.Seats {
			line += fmt.Sprintf(" %s=%d", s.Seat, s.State)
		}
		if fx.Confirmed != 0 {
			line += fmt.Sprintf(" (%+d)", fx.Confirmed)
		}
		out = append(out, line)
	}
	for _, fx := range v.rebuilds {
		out = append(out, fmt.Sprintf("rebuild %d", fx.Revision))
	}
	for _, event := range sortedKeys(v.seats) {
		for _, s := range v.seats[event] {
			out = append(out, "seat "+s.Seat+" "+short(s.Booking))
		}
	}
	return out
}

func TestDecide(t *testing.T) {
	const confirmed, rejected, cancelled = protocol.StatusConfirmed, protocol.StatusRejected, protocol.StatusCancelled
	for _, c := range []struct {
		name    string
		present *present
		entries []entry
		want    []string
	}{
		{"free seats are the booking's", presentOf(), []entry{bookOf(1, 7, "a", "b")},
			[]string{"+1 confirmed a b", "!101 1 confirmed a=2 b=2 (+2)", "seat a 1", "seat b 1"}},
		{"first in the log wins", presentOf(), []entry{bookOf(1, 7, "a"), bookOf(2, 8, "b", "a")},
			[]string{"+1 confirmed a", "+2 rejected b a seat_unavailable", "!101 1 confirmed a=2 (+1)", "!102 2 rejected b=0 a=2", "seat a 1"}},
		{"the loser keeps nothing from the next", presentOf(was(1, 7, confirmed, "", "a")), []entry{bookOf(2, 8, "a", "b"), bookOf(3, 9, "b")},
			[]string{"+2 rejected a b seat_unavailable", "+3 confirmed b", "!101 2 rejected a=2 b=0", "!102 3 confirmed b=2 (+1)", "seat b 3"}},
		{"blocked is taken", presentOf(blockedSeat("a")), []entry{bookOf(1, 7, "a", "b")},
			[]string{"+1 rejected a b seat_unavailable", "!101 1 rejected a=3 b=0"}},
		{"over the cap with earlier bookings", presentOf(was(1, 7, confirmed, "", "a", "b", "c")), []entry{bookOf(2, 7, "d", "f")},
			[]string{"+2 rejected d f hold_limit", "!101 2 rejected d=0 f=0"}},
		{"over the cap within a batch", presentOf(), []entry{bookOf(1, 7, "a", "b", "c"), bookOf(2, 7, "d", "f"), bookOf(3, 7, "g")},
			[]string{"+1 confirmed a b c", "+2 rejected d f hold_limit", "+3 confirmed g", "!101 1 confirmed a=2 b=2 c=2 (+3)",
				"!102 2 rejected d=0 f=0", "!103 3 confirmed g=2 (+1)", "seat a 1", "seat b 1", "seat c 1", "seat g 3"}},
		{"replays change nothing", presentOf(was(1, 7, confirmed, "", "a"), was(2, 7, rejected, ReasonLapsed, "b"), was(3, 7, cancelled, "", "c")),
			[]entry{bookOf(1, 7, "a"), bookOf(2, 7, "b"), bookOf(3, 7, "c")}, nil},
		{"a replay within the batch", presentOf(), []entry{bookOf(1, 7, "a"), bookOf(1, 7, "a")},
			[]string{"+1 confirmed a", "!101 1 confirmed a=2 (+1)", "seat a 1"}},
		{"settled before the book record", presentOf(), []entry{settleOf(1, 7, "a"), bookOf(1, 7, "a")},
			[]string{"+1 rejected a lapsed", "!101 1 rejected a=0"}},
		{"settled after the book record", presentOf(), []entry{bookOf(1, 7, "a"), settleOf(1, 7, "a")},
			[]string{"+1 confirmed a", "!101 1 confirmed a=2 (+1)", "!102 1 confirmed a=2", "seat a 1"}},
		{"settled again: shown again, counted once", presentOf(was(1, 7, confirmed, "", "a")), []entry{settleOf(1, 7, "a")},
			[]string{"!101 1 confirmed a=2"}},
		{"settled with another hold under the same key", presentOf(was(1, 7, rejected, ReasonSeatUnavailable, "a"), was(2, 8, confirmed, "", "a")),
			[]entry{settleOf(1, 7, "c")}, []string{"!101 1 rejected a=2 c=0"}},
		{"settle of somebody else's booking", presentOf(was(1, 7, confirmed, "", "a")), []entry{settleOf(1, 8, "a")}, nil},
		{"rebuild takes a revision", presentOf(), []entry{bookOf(1, 7, "a"), rebuildOf(), bookOf(2, 7, "b")},
			[]string{"+1 confirmed a", "+2 confirmed b", "!101 1 confirmed a=2 (+1)", "!103 2 confirmed b=2 (+1)", "rebuild 102", "seat a 1", "seat b 2"}},
		{"poison that names its booking", presentOf(), []entry{poisonOf(1, 7, "a"), bookOf(2, 8, "a")},
			[]string{"+1 rejected dead_letter", "+2 confirmed a", "!101 1 rejected", "!102 2 confirmed a=2 (+1)", "seat a 2"}},
		{"poison of a booking that is decided", presentOf(was(1, 7, confirmed, "", "a")), []entry{poisonOf(1, 7, "a")}, nil},
		{"a dead letter is decided anew", presentOf(was(1, 7, rejected, ReasonDeadLetter)), []entry{againOf(1, 7, "a"), againOf(1, 7, "a")},
			[]string{"~1 confirmed a", "!101 1 confirmed a=2 (+1)", "seat a 1"}},
		{"not without being asked", presentOf(was(1, 7, rejected, ReasonDeadLetter)), []entry{bookOf(1, 7, "a")}, nil},
		{"no other reason is decided anew", presentOf(was(1, 7, rejected, ReasonLapsed, "a"), was(2, 7, cancelled, "", "b")),
			[]entry{againOf(1, 7, "a"), againOf(2, 7, "b")}, nil},
		{"a cancelled seat can be sold again", presentOf(was(1, 7, cancelled, "", "a")), []entry{bookOf(2, 8, "a"), bookOf(1, 7, "a")},
			[]string{"+2 confirmed a", "!101 2 confirmed a=2 (+1)", "seat a 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := decide(c.entries, c.present, clock)
			if got := wrote(v); !reflect.DeepEqual(got, c.want) {
				t.Errorf("wrote\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if used := int64(len(v.effects) + len(v.rebuilds)); c.present.events["e"].Revision != 100+used {
				t.Errorf("revision is %d after %d decisions", c.present.events["e"].Revision, used)
			}
		})
	}
}

func TestDecideGivesEachBookingItsOwnReference(t *testing.T) {
	id := named(1)
	p := presentOf(func(p *present) { p.references["e"][reference(id, 0)] = named(9) })
	v := decide([]entry{bookOf(1, 7, "a")}, p, clock)
	if got := v.inserts[0].Reference; got != reference(id, 1) || got == reference(id, 0) {
		t.Errorf("reference is %s", got)
	}
}

func TestDecideOfAnUnknownEvent(t *testing.T) {
	e := poisonOf(1, 7, "a")
	e.Event, e.known = "nowhere", false
	v := decide([]entry{e}, newPresent(), clock)
	if len(v.inserts) != 1 || v.inserts[0].Reason != ReasonDeadLetter || len(v.effects) != 0 {
		t.Errorf("wrote %+v", v)
	}
}

func TestID(t *testing.T) {
	a := ID("buyer", "event", "key")
	if a != ID("buyer", "event", "key") {
		t.Error("the same request has two ids")
	}
	for _, other := range []string{ID("buyere", "vent", "key"), ID("buyer", "event", "Key"), ID("buyer", "eventk", "ey"), ID("b", "event", "key")} {
		if a == other {
			t.Error("two requests have one id")
		}
	}
	id, err := uuid.Parse(a)
	if err != nil || id.Version() != 8 || id.Variant() != uuid.RFC4122 {
		t.Errorf("%s is no UUID of version 8: %v", a, err)
	}
	if !mayBeOf(id, "event") || mayBeOf(id, "another") {
		t.Error("an id does not tell its event")
	}
}

func TestReference(t *testing.T) {
	seen := map[string]bool{}
	for i := range 20_000 {
		ref := reference(fmt.Sprint("id", i), i%2)
		if len(ref) != 8 || strings.ContainsAny(ref, "01OIoil") {
			t.Fatalf("reference is %q", ref)
		}
		seen[ref] = true
	}
	if len(seen) < 19_999 {
		t.Errorf("%d references for 20,000 bookings", len(seen))
	}
}
