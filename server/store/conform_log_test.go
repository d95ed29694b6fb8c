package store

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func testBooking(id string, n int) Booking {
	return Booking{ID: id, Event: "gala", Buyer: "buyer", Reference: fmt.Sprintf("REF%05d", n), Status: "confirmed", Name: "김 자리 😀",
		Email: "a@b.c", Currency: "KRW", Total: 3000, CreatedAt: clock.Add(time.Duration(n) * time.Second), DecidedAt: clock, Revision: 7,
		Seats: []BookedSeat{{Zone: "main", Index: 2, Seat: "A1 ", Price: 1000, Cancelled: true}, {Zone: "main", Seat: "a1", Price: 2000}}}
}

func testBookings(t *testing.T, s *Store) {
	ctx := t.Context()
	one, two := testBooking("id-1", 1), testBooking("id-2", 2)
	mustTx(t, s, func(tx *Tx) error { return tx.InsertBookings([]Booking{one, two}) })
	got, err := s.Booking(ctx, "id-1")
	if err != nil || !reflect.DeepEqual(got, one) {
		t.Errorf("booking is %+v, %v", got, err)
	}
	_, err = s.Booking(ctx, "ID-1")
	wantErr(t, err, ErrNotFound)
	list, err := s.BookingsOf(ctx, "buyer", 10)
	if err != nil || len(list) != 2 || list[0].ID != "id-2" {
		t.Errorf("newest first: %+v, %v", list, err)
	}
	var ids []string
	err = s.At(ctx, func(m *Moment) error { return m.Bookings("gala", func(b *Booking) { ids = append(ids, b.ID) }) })
	if err != nil || !slices.Equal(ids, []string{"id-1", "id-2"}) {
		t.Errorf("of the event: %q, %v", ids, err)
	}
	for name, b := range map[string]Booking{"id": testBooking("id-1", 3), "reference": testBooking("id-3", 1)} {
		if err := s.InTx(ctx, func(tx *Tx) error { return tx.InsertBookings([]Booking{b}) }); !Duplicate(err) {
			t.Errorf("the same %s again: %v", name, err)
		}
	}
	other := testBooking("id-3", 1)
	other.Event = "other"
	mustTx(t, s, func(tx *Tx) error { return tx.InsertBookings([]Booking{other}) }) // a reference is an event's own
	mustTx(t, s, func(tx *Tx) error {
		one.Status, one.Total = "cancelled", 0
		if err := tx.UpdateBooking(&one); err != nil {
			return err
		}
		wantErr(t, tx.UpdateBooking(&Booking{ID: "none"}), ErrNotFound)
		have, err := tx.Bookings([]string{"id-1", "id-9", "id-2"})
		if err != nil || len(have) != 2 || have["id-1"].Status != "cancelled" || have["id-2"].Status != "confirmed" {
			t.Errorf("bookings are %+v, %v", have, err)
		}
		refs, err := tx.References("gala", []string{"REF00001", "ref00002", "REF00009"})
		if err != nil || len(refs) != 1 || refs["REF00001"] != "id-1" {
			t.Errorf("references are %v, %v", refs, err)
		}
		return nil
	})
	public := one.Public()
	if len(public.Seats) != 1 || public.Seats[0].Seat != "a1" || len(public.Cancelled) != 1 || public.Cancelled[0].Price.Currency != "KRW" {
		t.Errorf("public booking is %+v", public)
	}
}

func testOutbox(t *testing.T, s *Store) {
	ctx := t.Context()
	fillVenue(t, s)
	for i, id := range []string{"a", "b", "c", "d"} {
		if err := s.CreateEvent(ctx, testEvent(id, clock)); err != nil {
			t.Fatal(err)
		}
		if id != "d" { // of which no record has come yet
			mustTx(t, s, func(tx *Tx) error { return tx.SetRevision(id, 0, int32(i/2)) }) // a and b on partition 0, c on 1
		}
	}
	body := []byte(`{"x":"` + strings.Repeat("자", 100_000) + `"}`) // several statements' worth
	mustTx(t, s, func(tx *Tx) error {
		var rows []OutboxRow
		for n := range int64(30) {
			rows = append(rows, OutboxRow{Event: "a", Revision: n + 1, Kind: OutboxDecision, Body: body, At: clock})
		}
		return tx.AddOutbox(append(rows, OutboxRow{Event: "b", Revision: 5, Kind: OutboxRebuild, Body: []byte("{}"), At: clock},
			OutboxRow{Event: "b", Revision: 6, Kind: OutboxDecision, Body: []byte("{}"), At: clock},
			OutboxRow{Event: "c", Revision: 1, Kind: OutboxDecision, Body: []byte("{}"), At: clock},
			OutboxRow{Event: "d", Revision: 1, Kind: OutboxRebuild, Body: []byte("{}"), At: clock}))
	})
	events, err := s.OutboxEvents(ctx, 0)
	if err != nil || !reflect.DeepEqual(events, []OutboxEvent{{"a", 0, 0}, {"b", 5, 0}, {"d", 1, -1}}) {
		t.Errorf("events of the partition are %+v, %v", events, err)
	}
	rows, err := s.Outbox(ctx, "a", 3, 20)
	if err != nil || len(rows) != 20 || rows[0].Revision != 4 || rows[19].Revision != 23 || string(rows[0].Body) != string(body) {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if err := s.DeleteOutbox(ctx, "a", 1, 29); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteRebuilds(ctx, "b", 9); err != nil {
		t.Fatal(err)
	}
	if n, err := s.OutboxSize(ctx); err != nil || n != 4 {
		t.Errorf("%d rows are left, %v", n, err)
	}
}

func testOffsets(t *testing.T, s *Store) {
	ctx := within(t)
	_, err := s.Offset(ctx, "bookings", 3)
	wantErr(t, err, ErrNotFound)
	at := Offset{Topic: "bookings", Partition: 3, LogID: "log-1", Next: 5}
	if err := s.CreateOffset(ctx, at); err != nil {
		t.Fatal(err)
	}
	wantErr(t, s.CreateOffset(ctx, at), ErrExists)
	// Many owners of the same batch: one moves the offset.
	moved := make(chan error, 8)
	var wg sync.WaitGroup
	for range cap(moved) {
		wg.Go(func() {
			moved <- s.InTxAgain(ctx, func(tx *Tx) error { return tx.Advance(at, 9) })
		})
	}
	wg.Wait()
	won := 0
	for range cap(moved) {
		if err := <-moved; err == nil {
			won++
		} else {
			wantErr(t, err, ErrNotOwner)
		}
	}
	if won != 1 {
		t.Errorf("%d owners have moved the offset", won)
	}
	at.Next = 9
	wantErr(t, s.InTx(ctx, func(tx *Tx) error {
		if err := tx.Advance(at, 12); err != nil {
			return err
		}
		return errUndo
	}), errUndo)
	if got, err := s.Offset(ctx, "bookings", 3); err != nil || got != at {
		t.Errorf("offset is %+v, %v, want %+v", got, err, at)
	}
	other := at
	other.LogID = "log-2"
	wantErr(t, s.InTx(ctx, func(tx *Tx) error { return tx.Advance(other, 12) }), ErrNotOwner)
	if err := s.RestartOffset(ctx, at, "log-2", 0); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Offset(ctx, "bookings", 3); err != nil || got.LogID != "log-2" || got.Next != 0 {
		t.Errorf("offset is %+v, %v", got, err)
	}
}

// testRevisions lets transactions of one event collide: each gets its own revisions, without a gap where one is rolled back.
func testRevisions(t *testing.T, s *Store) {
	ctx := within(t)
	fillEvent(t, s, "gala")
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			err := s.InTxAgain(ctx, func(tx *Tx) error {
				e, err := tx.LockEvent("gala", 3)
				if err != nil {
					return err
				}
				if i%3 == 0 {
					return errUndo
				}
				err = tx.AddOutbox([]OutboxRow{{Event: "gala", Revision: e.Revision + 1, Kind: OutboxDecision, Body: []byte("{}"), At: clock}})
				if err != nil {
					return err
				}
				return tx.SetRevision("gala", e.Revision+1, 4) // of three taken, one was used
			})
			if err != nil && !errors.Is(err, errUndo) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	rows, err := s.Outbox(ctx, "gala", 0, 100)
	if err != nil || len(rows) != 8 || rows[7].Revision != 8 {
		t.Errorf("rows are %+v, %v", rows, err)
	}
	if e, err := s.Event(ctx, "gala"); err != nil || e.Revision != 8 || e.Partition != 4 {
		t.Errorf("event is %+v, %v", e, err)
	}
	wantErr(t, s.InTx(ctx, func(tx *Tx) error { _, err := tx.LockEvent("none", 1); return err }), ErrNotFound)
}

// testReadCommitted: what the other owner of a lock has written is seen after waiting for it.
func testReadCommitted(t *testing.T, s *Store) {
	ctx := within(t)
	fillEvent(t, s, "gala")
	locked, release, second := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	first := make(chan error, 1)
	go func() {
		first <- s.InTx(ctx, func(tx *Tx) error {
			if _, err := tx.LockEvent("gala", 1); err != nil {
				return err
			}
			close(locked)
			<-release
			return tx.InsertSeats("gala", []Seat{{Zone: "main", Seat: "a1", Booking: "b", Buyer: "x"}})
		})
	}()
	<-locked
	go func() {
		second <- s.InTx(ctx, func(tx *Tx) error {
			if s.dialect == mariaDB { // a read before the lock, which a repeatable-read snapshot would remember
				if owners, err := tx.Owners("gala", []string{"a1"}); err != nil || len(owners) != 0 {
					return fmt.Errorf("before: %v, %w", owners, err)
				}
				close(release)
			}
			if _, err := tx.LockEvent("gala", 1); err != nil {
				return err
			}
			owners, err := tx.Owners("gala", []string{"a1"})
			if err == nil && len(owners) != 1 {
				err = errors.New("the seat that the other transaction has sold is not seen")
			}
			return err
		})
	}()
	if s.dialect != mariaDB {
		close(release)
	}
	for _, done := range []chan error{first, second} {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func testNextEpoch(t *testing.T, s *Store) {
	ctx := t.Context()
	fillEvent(t, s, "gala")
	mustTx(t, s, func(tx *Tx) error {
		return tx.InsertSeats("gala", []Seat{{Zone: "main", Index: 1, Seat: "A1", Booking: "b", Buyer: "x"}, {Zone: "main", Index: 5, Seat: "s6"}})
	})
	for want := range int64(3) {
		e, seats, err := s.NextEpoch(ctx, "gala")
		if err != nil || e.Epoch != want+1 || e.Revision != 0 || len(seats) != 2 || e.MaxSeats != 4 {
			t.Errorf("epoch %d with %d seats, %v", e.Epoch, len(seats), err)
		}
	}
	_, _, err := s.NextEpoch(ctx, "none")
	wantErr(t, err, ErrNotFound)
}

// testBadData: values that the database refuses are told from a database that is away.
func testBadData(t *testing.T, s *Store) {
	ctx := t.Context()
	bad := testBooking(strings.Repeat("x", 40), 1)
	err := s.InTx(ctx, func(tx *Tx) error { return tx.InsertBookings([]Booking{bad}) })
	if s.dialect == mariaDB && !BadData(err) { // SQLite has no lengths
		t.Errorf("an id that is too long: %v", err)
	}
	err = s.InTx(ctx, func(tx *Tx) error {
		return tx.db.Exec("INSERT INTO plans (hash, body, created_at) VALUES ('h', NULL, 0)").Error
	})
	if !BadData(err) || Duplicate(err) || Conflict(err) {
		t.Errorf("NULL: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(ctx); err == nil || BadData(err) || Duplicate(err) || Conflict(err) {
		t.Errorf("a database that is away: %v", err)
	}
	*s = Store{dialect: s.dialect} // the test's cleanup closes what is open
}
