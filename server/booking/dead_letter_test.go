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
			r := openRig(t)
			before := r.logged(newBuyer(), "a1")
			rec := r.bookRecord(newBuyer(), testKey, "s4")
			if !c.refuse {
				rec.Currency = ""
			}
			r.put(testEvent, rec)
			after := r.logged(newBuyer(), "A1")
			r.refuse(rec, protocol.StatusConfirmed)
			r.reader.Revoked(r.log.log()) // nothing but the batch itself meets the table that is away
			rd, p := r.ownPart(r.worker.cfg)
			p.at = r.offset()
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
			r.wantConfirmed(before, after)
			r.wantRejected(rec, ReasonDeadLetter)
			r.log.wantCount(t, TopicDeadLetters, 1)
			if len(p.buried) > 1 {
				t.Errorf("%d letters are remembered", len(p.buried))
			}
		})
	}
}
