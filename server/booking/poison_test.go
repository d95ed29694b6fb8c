package booking

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"jari/server/protocol"
	"jari/server/store"
	"jari/server/stream"
)

func TestPoison(t *testing.T) {
	buyer := newBuyer()
	id := ID(buyer, testEvent, testKey)
	change := func(fn func(*Record)) func(*rig) any {
		return func(r *rig) any {
			rec := r.bookRecord(buyer, testKey, "a1", "A1")
			fn(&rec)
			return rec
		}
	}
	for _, c := range []struct {
		name   string
		key    string
		rec    func(*rig) any
		cause  string
		stored bool // the booking that it names is rejected as dead_letter
	}{
		{"no JSON", testEvent, func(*rig) any { return []byte("\xff{") }, "not a record", false},
		{"empty", testEvent, func(*rig) any { return []byte{} }, "not a record", false},
		{"null", testEvent, func(*rig) any { return []byte("null") }, "key", false},
		{"a field of another type", testEvent, func(r *rig) any {
			b, _ := json.Marshal(r.bookRecord(buyer, testKey, "a1"))
			return []byte(strings.Replace(string(b), `"KRW"`, `5`, 1))
		}, "not a record", true},
		{"unknown type", testEvent, change(func(r *Record) { r.Type = "pay" }), "unknown type", false},
		{"foreign key", "another", change(func(*Record) {}), "key", false},
		{"unknown event", "nowhere", change(func(r *Record) { r.Event = "nowhere" }), "unknown event", true},
		{"event of nonsense", "a\x00b", change(func(r *Record) { r.Event = "a\x00b" }), "event", false},
		{"no booking", testEvent, change(func(r *Record) { r.Booking = "" }), "names no booking", false},
		{"booking of nonsense", testEvent, change(func(r *Record) { r.Booking = strings.Repeat("x", 36) }), "names no booking", false},
		{"no buyer", testEvent, change(func(r *Record) { r.Buyer = "" }), "no buyer", false},
		{"no seats", testEvent, change(func(r *Record) { r.Seats = nil }), "no seats", true},
		{"unknown seat", testEvent, change(func(r *Record) { r.Seats[1].Seat = "x9" }), `"x9"`, true},
		{"wrong index", testEvent, change(func(r *Record) { r.Seats[1].Index = 5 }), "not in the plan", true},
		{"wrong zone", testEvent, change(func(r *Record) { r.Seats[1].Zone = "floor" }), "not in the plan", true},
		{"seat twice", testEvent, change(func(r *Record) { r.Seats[1] = r.Seats[0] }), "twice", true},
		{"negative price", testEvent, change(func(r *Record) { r.Seats[0].Price = -1 }), "price", true},
		{"prices that overflow", testEvent, change(func(r *Record) { r.Seats[0].Price, r.Seats[1].Price = 1<<62, 1<<62 }), "price", true},
		{"no currency", testEvent, change(func(r *Record) { r.Currency = "" }), "currency", true},
		{"long name", testEvent, change(func(r *Record) { r.Name = strings.Repeat("x", 201) }), "name is longer", true},
		{"control character", testEvent, change(func(r *Record) { r.Email = "a\nb" }), "control", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := openRig(t)
			before := r.logged(newBuyer(), "s7")
			r.put(c.key, c.rec(r))
			after := r.logged(newBuyer(), "s8")
			r.work()
			r.wantConfirmed(before, after)
			r.wantStates("main", "00000022")
			letters := r.log.topic(TopicDeadLetters)
			if len(letters) != 1 {
				t.Fatalf("%d dead letters", len(letters))
			}
			var d DeadLetter
			if err := json.Unmarshal(letters[0].Value, &d); err != nil {
				t.Fatal(err)
			}
			if d.Offset != 2 || d.Key != c.key || !strings.Contains(d.Cause, c.cause) || string(d.Value) != string(r.log.from(2)[0].Value) {
				t.Errorf("dead letter is %+v, want cause %q", d, c.cause)
			}
			b, err := r.store.Booking(t.Context(), id)
			if c.stored && (err != nil || b.Reason != ReasonDeadLetter || b.Status != protocol.StatusRejected) {
				t.Errorf("booking is %+v, %v", b, err)
			}
			if !c.stored && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("booking is %+v, %v, want none", b, err)
			}
		})
	}
}

// TestPendingSeatsOfADeadLetter: a poison record's pending seats are freed by its rejection.
func TestPendingSeatsOfADeadLetter(t *testing.T) {
	r := openRig(t)
	rec := r.pending(newBuyer(), "a1")
	rec.Currency = "?"
	value, err := rec.encode()
	if err != nil {
		t.Fatal(err)
	}
	r.log.records[1].Value = value
	r.work()
	r.wantRejected(rec, ReasonDeadLetter)
	r.wantStates("main", "00000000")
}

func TestDeadLetterIsAcknowledgedBeforeTheOffsetMoves(t *testing.T) {
	r := openRig(t)
	back := r.log.away(TopicDeadLetters, true)
	r.put(testEvent, []byte("nonsense"))
	log := r.log.log()
	if err := r.reader.Read(t.Context(), log, r.log.from(1)); !errors.Is(err, errLost) || errors.Is(err, stream.ErrRevoked) {
		t.Errorf("error is %v", err)
	}
	if at := r.offset(); at.Next != 1 {
		t.Errorf("offset is %+v, want 1", at)
	}
	back()
	r.work()
	if at := r.offset(); at.Next != 2 {
		t.Errorf("offset is %+v, want 2", at)
	}
}

func TestDeadLetterDecidedAnew(t *testing.T) {
	r := openRig(t)
	rec := r.bookRecord(newBuyer(), testKey, "a1")
	good, err := rec.encode()
	if err != nil {
		t.Fatal(err)
	}
	rec.Seats[0].Index = 7 // what an older program could not read, say
	r.put(testEvent, rec)
	r.work()
	r.wantRejected(rec, ReasonDeadLetter)
	again, err := (&DeadLetter{Key: testEvent, Value: good, Time: clock}).Again()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.log.ProduceAll(t.Context(), []stream.Record{again}); err != nil {
			t.Fatal(err)
		}
	}
	r.work()
	r.wantConfirmed(rec)
	r.wantStates("main", "20000000")
	if _, err := (&DeadLetter{Key: testEvent, Value: []byte("nonsense")}).Again(); err == nil {
		t.Error("nonsense can be replayed")
	}
}

// TestBisect lets the database refuse one booking of many, for a cause that no check of ours knows.
func TestBisect(t *testing.T) {
	r := openRig(t)
	var recs []Record
	for _, seat := range []string{"a1", "A1", "A1 ", "s4", "s5", "s6", "s7"} {
		recs = append(recs, r.logged(newBuyer(), seat))
	}
	poison := recs[4]
	r.refuse(poison, protocol.StatusConfirmed)
	r.work()
	r.wantConfirmed(slices.Delete(recs, 4, 5)...)
	r.wantRejected(poison, ReasonDeadLetter)
	r.wantStates("main", "22220220")
	r.log.wantCount(t, TopicDeadLetters, 1)
}

// TestBisectEvenTheRejectionIsRefused: the offset moves, and the record is in the dead letters.
func TestBisectEvenTheRejectionIsRefused(t *testing.T) {
	r := openRig(t)
	poison, other := r.logged(newBuyer(), "a1"), r.logged(newBuyer(), "A1")
	r.refuse(poison)
	r.work()
	r.wantConfirmed(other)
	r.wantStates("main", "02000000")
	r.log.wantCount(t, TopicDeadLetters, 1)
}

// TestDatabaseAway: a batch waits for the database and is no poison.
func TestDatabaseAway(t *testing.T) {
	r := openRig(t)
	b := r.logged(newBuyer(), "a1")
	r.trigger(`ALTER TABLE bookings RENAME TO away`)
	if err := r.reader.Read(t.Context(), r.log.log(), r.log.from(1)); err == nil || errors.Is(err, errBad) {
		t.Fatalf("error is %v", err)
	}
	r.trigger(`ALTER TABLE away RENAME TO bookings`)
	r.work()
	r.wantConfirmed(b)
	r.log.wantCount(t, TopicDeadLetters, 0)
}

// TestFullBatch decides as many records as the stream gives at once.
func TestFullBatch(t *testing.T) {
	r := openRig(t)
	for i := range 500 {
		r.logged(newBuyer(), []string{"a1", "A1", "A1 ", "s4", "s5", "s6", "s7", "s8"}[i%8])
	}
	started := time.Now()
	r.work()
	t.Logf("500 records took %v", time.Since(started))
	r.wantStates("main", "22222222")
	bookings, _ := r.truth()
	confirmed := 0
	for _, b := range bookings {
		if b.Status == protocol.StatusConfirmed {
			confirmed++
		}
	}
	if len(bookings) != 500 || confirmed != 8 {
		t.Errorf("%d bookings, %d confirmed", len(bookings), confirmed)
	}
}
