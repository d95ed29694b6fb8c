package booking

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/uuid"

	"jari/seatmap"
	"jari/server/protocol"
)

// testKey is the Idempotency-Key of bookings that have no reason for another.
const testKey = "k"

func newBuyer() string { return uuid.NewString() }

func (r *rig) picks(seats ...string) []seatmap.Pick {
	r.t.Helper()
	var picks []seatmap.Pick
	for _, s := range seats {
		zone, index, ok := r.plan.Find(s)
		if !ok {
			r.t.Fatalf("no seat %q", s)
		}
		picks = append(picks, seatmap.Pick{Zone: zone.ID, Index: index, Seat: s, Price: 1000})
	}
	return picks
}

// tryHold takes seats of the plan for a buyer.
func (r *rig) tryHold(buyer string, seats ...string) error {
	_, err := r.live.Hold(r.t.Context(), seatmap.HoldRequest{Event: testEvent, Buyer: buyer, HoldID: uuid.NewString(), Seats: r.picks(seats...)})
	return err
}

func (r *rig) hold(buyer string, seats ...string) {
	r.t.Helper()
	if err := r.tryHold(buyer, seats...); err != nil {
		r.t.Fatalf("hold %v: %v", seats, err)
	}
}

// tryBook books what a buyer holds, or has booked under the key; seats, where given, must be those.
func (r *rig) tryBook(buyer, key string, seats ...string) (protocol.Booking, error) {
	return r.desk.Book(r.t.Context(), Request{Event: testEvent, Buyer: buyer, Key: key, Seats: seats})
}

func (r *rig) book(buyer, key string) protocol.Booking {
	r.t.Helper()
	b, err := r.tryBook(buyer, key)
	if err != nil {
		r.t.Fatalf("book: %v", err)
	}
	return b
}

// pending holds seats and books them, as buyers do, and returns the record that is on the log by that.
func (r *rig) pending(buyer string, seats ...string) Record {
	r.t.Helper()
	r.hold(buyer, seats...)
	rec := r.bookRecord(buyer, testKey, seats...)
	if b := r.book(buyer, testKey); b.ID != rec.Booking || b.Status != protocol.StatusPending {
		r.t.Fatalf("booking is %+v, want %s pending", b, rec.Booking)
	}
	return rec
}

// logged puts a book record on the log past the desk, as if Redis had let the buyer in.
func (r *rig) logged(buyer string, seats ...string) Record {
	r.t.Helper()
	rec := r.bookRecord(buyer, testKey, seats...)
	r.put(testEvent, rec)
	return rec
}

// bookRecord is a book record of a buyer for seats.
func (r *rig) bookRecord(buyer, key string, seats ...string) Record {
	r.t.Helper()
	return Record{Type: typeBook, Event: testEvent, Booking: ID(buyer, testEvent, key), Buyer: buyer,
		Seats: bookedSeats(r.picks(seats...)), Currency: "KRW", CreatedAt: clock.UnixMilli()}
}

// put appends a record to the log as somebody else might.
func (r *rig) put(key string, rec any) {
	r.t.Helper()
	value, ok := rec.([]byte)
	if !ok {
		var err error
		if value, err = json.Marshal(rec); err != nil {
			r.t.Fatal(err)
		}
	}
	if err := r.desk.cfg.Producer.Produce(r.t.Context(), TopicBookings, key, value); err != nil {
		r.t.Fatal(err)
	}
}

// cancel cancels a booking, or seats of it.
func (r *rig) cancel(rec Record, seats ...string) protocol.Booking {
	r.t.Helper()
	b, err := r.desk.Cancel(r.t.Context(), rec.Buyer, rec.Booking, seats)
	if err != nil {
		r.t.Fatalf("cancel %v of %s: %v", seats, rec.Booking, err)
	}
	return b
}

func (r *rig) block(seats ...string) {
	r.t.Helper()
	if err := r.desk.Block(r.t.Context(), testEvent, seats); err != nil {
		r.t.Fatalf("block %v: %v", seats, err)
	}
}

func (r *rig) unblock(seats ...string) {
	r.t.Helper()
	if err := r.desk.Unblock(r.t.Context(), testEvent, seats); err != nil {
		r.t.Fatalf("unblock %v: %v", seats, err)
	}
}

func (r *rig) get(buyer, id string) protocol.Booking {
	r.t.Helper()
	b, err := r.desk.Get(r.t.Context(), buyer, id)
	if err != nil {
		r.t.Fatalf("get %s: %v", id, err)
	}
	return b
}

// wantStatus checks what became of a booking.
func (r *rig) wantStatus(buyer, id, status, reason string) {
	r.t.Helper()
	if b := r.get(buyer, id); b.Status != status || b.Reason != reason {
		r.t.Errorf("booking is %s %q, want %s %q", b.Status, b.Reason, status, reason)
	}
}

func (r *rig) wantConfirmed(recs ...Record) {
	r.t.Helper()
	for _, rec := range recs {
		r.wantStatus(rec.Buyer, rec.Booking, protocol.StatusConfirmed, "")
	}
}

func (r *rig) wantRejected(rec Record, reason string) {
	r.t.Helper()
	r.wantStatus(rec.Buyer, rec.Booking, protocol.StatusRejected, reason)
}

func (r *rig) wantCancelled(rec Record) {
	r.t.Helper()
	r.wantStatus(rec.Buyer, rec.Booking, protocol.StatusCancelled, "")
}

// wantBookings checks the buyer's list.
func (r *rig) wantBookings(buyer string, ids ...string) {
	r.t.Helper()
	list, err := r.desk.List(r.t.Context(), buyer, 10)
	wantIDs(r.t, list, err, ids)
}

// wantPending checks which of the buyer's bookings are on their way.
func (r *rig) wantPending(buyer string, ids ...string) {
	r.t.Helper()
	list, err := r.desk.PendingOf(r.t.Context(), buyer, testEvent)
	wantIDs(r.t, list, err, ids)
}

func wantIDs(t *testing.T, list []protocol.Booking, err error, want []string) {
	t.Helper()
	var got []string
	for _, b := range list {
		got = append(got, b.ID)
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("bookings are %+v, %v, want %q", list, err, want)
	}
}
