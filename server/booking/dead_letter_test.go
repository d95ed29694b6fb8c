package booking

import (
	"errors"
	"testing"

	"jari/server/protocol"
	"jari/server/stream"
)

// TestDeadLettersAreNotRepeated: a batch that waits for the database is tried again, but its letters are acknowledged.
func TestDeadLettersAreNotRepeated(t *testing.T) {
	for _, c := range []struct {
		name   string
		refuse bool // the database refuses the record: no check of ours finds it
		away   string
	}{
		{"found by a check", false, "bookings"},
		{"found by bisecting", true, "outbox"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			r.open()
			before, buyer, after := newBuyer(), newBuyer(), newBuyer()
			r.put(testEvent, r.bookRecord(before, "k", "a1"))
			rec := r.bookRecord(buyer, "k", "s4")
			if !c.refuse {
				rec.Currency = ""
			}
			r.put(testEvent, rec)
			r.put(testEvent, r.bookRecord(after, "k", "A1"))
			r.trigger(`CREATE TRIGGER refuse BEFORE INSERT ON bookings WHEN NEW.id = '` + rec.Booking + `' AND NEW.status = 'confirmed'
				BEGIN SELECT RAISE(ABORT, 'no'); END`)
			r.reader.Revoked(r.log.log()) // nothing but the batch itself meets the table that is away
			rd, p := r.ownPart(r.worker.cfg)
			var err error
			if p.at, err = r.store.Offset(t.Context(), TopicBookings, 0); err != nil {
				t.Fatal(err)
			}
			records := r.log.from(p.at.Next)
			if c.refuse { // alone, or the one before it would meet the missing table first
				if err := rd.Read(t.Context(), r.log.log(), records[:1]); err != nil {
					t.Fatal(err)
				}
			}
			r.trigger(`ALTER TABLE ` + c.away + ` RENAME TO away`)
			for range 3 {
				if err := rd.Read(t.Context(), r.log.log(), records); err == nil || errors.Is(err, stream.ErrRevoked) {
					t.Fatalf("error is %v", err)
				}
			}
			r.trigger(`ALTER TABLE away RENAME TO ` + c.away)
			if err := rd.Read(t.Context(), r.log.log(), records); err != nil {
				t.Fatal(err)
			}
			r.work()
			r.wantStatus(before, ID(before, testEvent, "k"), protocol.StatusConfirmed, "")
			r.wantStatus(buyer, rec.Booking, protocol.StatusRejected, ReasonDeadLetter)
			r.wantStatus(after, ID(after, testEvent, "k"), protocol.StatusConfirmed, "")
			if got := r.log.topic(TopicDeadLetters); len(got) != 1 {
				t.Errorf("%d dead letters, want 1", len(got))
			}
			if len(p.buried) > 1 {
				t.Errorf("%d letters are remembered", len(p.buried))
			}
		})
	}
}
