package booking

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"jari/server/protocol"
	"jari/server/store"
	"jari/server/stream"
)

func TestPoison(t *testing.T) {
	buyer := newBuyer()
	id := ID(buyer, testEvent, "k")
	change := func(fn func(*Record)) func(*rig) any {
		return func(r *rig) any {
			rec := r.bookRecord(buyer, "k", "a1", "A1")
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
			b, _ := json.Marshal(r.bookRecord(buyer, "k", "a1"))
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
			r := newRig(t)
			r.open()
			before, after := newBuyer(), newBuyer()
			r.put(testEvent, r.bookRecord(before, "k", "s7"))
			r.put(c.key, c.rec(r))
			r.put(testEvent, r.bookRecord(after, "k", "s8"))
			r.work()
			r.wantStatus(before, ID(before, testEvent, "k"), protocol.StatusConfirmed, "")
			r.wantStatus(after, ID(after, testEvent, "k"), protocol.StatusConfirmed, "")
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
	r := newRig(t)
	r.open()
	buyer := newBuyer()
	r.hold(buyer, "a1")
	b := r.book(buyer, "k")
	rec := r.bookRecord(buyer, "k", "a1")
	rec.Currency = "?"
	value, err := rec.encode()
	if err != nil {
		t.Fatal(err)
	}
	r.log.records[1].Value = value
	r.work()
	r.wantStatus(buyer, b.ID, protocol.StatusRejected, ReasonDeadLetter)
	r.wantStates("main", "00000000")
}

func TestDeadLetterIsAcknowledgedBeforeTheOffsetMoves(t *testing.T) {
	r := newRig(t)
	r.open()
	r.log.lose, r.log.fail = true, func(topic string) error {
		if topic == TopicDeadLetters {
			return errLost
		}
		return nil
	}
	r.put(testEvent, []byte("nonsense"))
	log := r.log.log()
	if err := r.reader.Read(t.Context(), log, r.log.from(1)); !errors.Is(err, errLost) || errors.Is(err, stream.ErrRevoked) {
		t.Errorf("error is %v", err)
	}
	if at, err := r.store.Offset(t.Context(), TopicBookings, 0); err != nil || at.Next != 1 {
		t.Errorf("offset is %+v, %v, want 1", at, err)
	}
	r.log.fail = nil
	r.work()
	if at, err := r.store.Offset(t.Context(), TopicBookings, 0); err != nil || at.Next != 2 {
		t.Errorf("offset is %+v, %v, want 2", at, err)
	}
}

func TestDeadLetterDecidedAnew(t *testing.T) {
	r := newRig(t)
	r.open()
	buyer := newBuyer()
	rec := r.bookRecord(buyer, "k", "a1")
	good, err := rec.encode()
	if err != nil {
		t.Fatal(err)
	}
	rec.Seats[0].Index = 7 // what an older program could not read, say
	r.put(testEvent, rec)
	r.work()
	r.wantStatus(buyer, rec.Booking, protocol.StatusRejected, ReasonDeadLetter)
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
	r.wantStatus(buyer, rec.Booking, protocol.StatusConfirmed, "")
	r.wantStates("main", "20000000")
	if _, err := (&DeadLetter{Key: testEvent, Value: []byte("nonsense")}).Again(); err == nil {
		t.Error("nonsense can be replayed")
	}
}

// TestBisect lets the database refuse one booking of many, for a cause that no check of ours knows.
func TestBisect(t *testing.T) {
	r := newRig(t)
	r.open()
	var buyers []string
	for _, seat := range []string{"a1", "A1", "A1 ", "s4", "s5", "s6", "s7"} {
		buyer := newBuyer()
		buyers = append(buyers, buyer)
		r.put(testEvent, r.bookRecord(buyer, "k", seat))
	}
	poison := ID(buyers[4], testEvent, "k")
	r.trigger(`CREATE TRIGGER refuse BEFORE INSERT ON bookings WHEN NEW.id = '` + poison + `' AND NEW.status = 'confirmed'
		BEGIN SELECT RAISE(ABORT, 'no'); END`)
	r.work()
	for i, buyer := range buyers {
		status, reason := protocol.StatusConfirmed, ""
		if i == 4 {
			status, reason = protocol.StatusRejected, ReasonDeadLetter
		}
		r.wantStatus(buyer, ID(buyer, testEvent, "k"), status, reason)
	}
	r.wantStates("main", "22220220")
	if got := r.log.topic(TopicDeadLetters); len(got) != 1 {
		t.Errorf("%d dead letters, want 1", len(got))
	}
}

// TestBisectEvenTheRejectionIsRefused: the offset moves, and the record is in the dead letters.
func TestBisectEvenTheRejectionIsRefused(t *testing.T) {
	r := newRig(t)
	r.open()
	one, two := newBuyer(), newBuyer()
	r.put(testEvent, r.bookRecord(one, "k", "a1"))
	r.put(testEvent, r.bookRecord(two, "k", "A1"))
	r.trigger(`CREATE TRIGGER refuse BEFORE INSERT ON bookings WHEN NEW.id = '` + ID(one, testEvent, "k") + `'
		BEGIN SELECT RAISE(ABORT, 'no'); END`)
	r.work()
	r.wantStatus(two, ID(two, testEvent, "k"), protocol.StatusConfirmed, "")
	r.wantStates("main", "02000000")
	if got := r.log.topic(TopicDeadLetters); len(got) != 1 {
		t.Errorf("%d dead letters, want 1", len(got))
	}
}

// TestDatabaseAway: a batch waits for the database and is no poison.
func TestDatabaseAway(t *testing.T) {
	r := newRig(t)
	r.open()
	buyer := newBuyer()
	r.put(testEvent, r.bookRecord(buyer, "k", "a1"))
	r.trigger(`ALTER TABLE bookings RENAME TO away`)
	if err := r.reader.Read(t.Context(), r.log.log(), r.log.from(1)); err == nil || errors.Is(err, errBad) {
		t.Fatalf("error is %v", err)
	}
	r.trigger(`ALTER TABLE away RENAME TO bookings`)
	r.work()
	r.wantStatus(buyer, ID(buyer, testEvent, "k"), protocol.StatusConfirmed, "")
	if got := r.log.topic(TopicDeadLetters); len(got) != 0 {
		t.Errorf("%d dead letters, want none", len(got))
	}
}

// TestFullBatch decides as many records as the stream gives at once.
func TestFullBatch(t *testing.T) {
	r := newRig(t)
	r.open()
	for i := range 500 {
		seat := []string{"a1", "A1", "A1 ", "s4", "s5", "s6", "s7", "s8"}[i%8]
		r.put(testEvent, r.bookRecord(newBuyer(), "k", seat))
	}
	started := time.Now()
	r.work()
	t.Logf("500 records took %v", time.Since(started))
	r.wantStates("main", "22222222")
	bookings, err := r.store.BookingsIn(t.Context(), testEvent, "", 1000)
	confirmed := 0
	for _, b := range bookings {
		if b.Status == protocol.StatusConfirmed {
			confirmed++
		}
	}
	if err != nil || len(bookings) != 500 || confirmed != 8 {
		t.Errorf("%d bookings, %d confirmed, %v", len(bookings), confirmed, err)
	}
}
