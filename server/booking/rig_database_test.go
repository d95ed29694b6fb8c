package booking

import (
	"database/sql"
	"errors"

	"jari/server/store"
)

func (r *rig) event() store.Event {
	r.t.Helper()
	e, err := r.store.Event(r.t.Context(), testEvent)
	if err != nil {
		r.t.Fatal(err)
	}
	return e
}

// another creates an event that is as the rig's own.
func (r *rig) another(id string) {
	r.t.Helper()
	e := r.event()
	e.ID = id
	if err := r.store.CreateEvent(r.t.Context(), e); err != nil {
		r.t.Fatal(err)
	}
}

// truth is what the database says of the event.
func (r *rig) truth() (bookings []store.Booking, seats []store.Seat) {
	r.t.Helper()
	err := r.store.At(r.t.Context(), func(m *store.Moment) error {
		return errors.Join(
			m.Bookings(testEvent, func(b *store.Booking) { bookings = append(bookings, *b) }),
			m.Seats(testEvent, func(s store.Seat) { seats = append(seats, s) }))
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return bookings, seats
}

// offset is up to where the first partition is decided.
func (r *rig) offset() store.Offset {
	r.t.Helper()
	at, err := r.store.Offset(r.t.Context(), TopicBookings, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	return at
}

func (r *rig) outboxSize() int64 {
	r.t.Helper()
	n, err := r.store.OutboxSize(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

// trigger runs SQL on the rig's database past the store: a fault that a test needs.
func (r *rig) trigger(statement string) {
	r.t.Helper()
	db, err := sql.Open("sqlite3", r.file)
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(r.t.Context(), statement); err != nil {
		r.t.Fatal(err)
	}
}

// refuse has the database refuse rows of a booking, for a cause that no check of ours knows: all, or those with a status.
func (r *rig) refuse(rec Record, status ...string) {
	r.t.Helper()
	when := `NEW.id = '` + rec.Booking + `'`
	for _, s := range status {
		when += ` AND NEW.status = '` + s + `'`
	}
	r.trigger(`CREATE TRIGGER refuse BEFORE INSERT ON bookings WHEN ` + when + ` BEGIN SELECT RAISE(ABORT, 'no'); END`)
}
