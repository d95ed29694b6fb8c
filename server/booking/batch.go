package booking

import (
	"context"
	"errors"
	"fmt"

	"jari/server/failpoint"
	"jari/server/store"
)

// errBad says that a batch cannot be decided however often it is repeated: one of its records is poison.
var errBad = errors.New("the database refuses the batch")

// commit decides a batch in one transaction and moves the stored offset to next. It repeats what lost against another transaction.
// Errors: store.ErrNotOwner, errBad, and what the database's absence gives.
func (w *Worker) commit(ctx context.Context, at *store.Offset, entries []entry, next int64) error {
	for attempt := 1; ; attempt++ {
		var v *verdicts
		err := w.cfg.Store.InTx(ctx, func(tx *store.Tx) (err error) {
			// First: its lock makes the batches of a partition follow each other, whoever has them.
			if err := tx.Advance(*at, next); err != nil {
				return err
			}
			if v, err = w.decideIn(tx, entries); err != nil {
				return err
			}
			failpoint.Hit("worker.before_commit")
			return nil
		})
		again := store.Duplicate(err) || store.Conflict(err)
		switch {
		case err == nil:
			failpoint.Hit("worker.after_commit")
			at.Next = next
			w.count(v)
			return nil
		case again && attempt < store.Attempts:
			continue
		case store.BadData(err), store.Duplicate(err):
			return fmt.Errorf("%w: %w", errBad, err)
		}
		return err
	}
}

// count tells the metrics of the bookings that a batch has decided.
func (w *Worker) count(v *verdicts) {
	for i := range v.inserts {
		w.cfg.Decided(v.inserts[i].Status, v.inserts[i].Reason)
	}
	for i := range v.updates {
		w.cfg.Decided(v.updates[i].Status, v.updates[i].Reason)
	}
}

// decideIn reads what the batch meets, decides and writes.
func (w *Worker) decideIn(tx *store.Tx, entries []entry) (*verdicts, error) {
	n := map[string]int{}
	for i := range entries {
		if entries[i].known {
			n[entries[i].Event]++
		}
	}
	p := newPresent()
	for _, id := range sortedKeys(n) { // in order, or two batches could wait for each other
		e, err := tx.LockEvent(id, n[id])
		if err != nil {
			return nil, err
		}
		p.events[id] = &e
	}
	if err := p.read(tx, entries); err != nil {
		return nil, err
	}
	v := decide(entries, p, w.cfg.Now())
	if err := v.write(tx, w.cfg); err != nil {
		return nil, err
	}
	for _, id := range sortedKeys(n) {
		if err := tx.SetRevision(id, p.events[id].Revision, entries[0].partition); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// read reads everything that the entries ask about: in a few statements, however many they are.
func (p *present) read(tx *store.Tx, entries []entry) (err error) {
	var ids []string
	seats, buyers, refs := map[string][]string{}, map[string][]string{}, map[string][]string{}
	for i := range entries {
		if e := &entries[i]; e.Booking != "" && e.names() {
			ids = append(ids, e.Booking)
		}
	}
	if p.bookings, err = tx.Bookings(ids); err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		if !e.known || e.Booking == "" {
			continue
		}
		for _, s := range e.Seats {
			seats[e.Event] = append(seats[e.Event], s.Seat)
		}
		if b, decided := p.bookings[e.Booking]; decided && b.Event == e.Event && e.Type == typeSettle {
			for _, s := range b.Seats {
				seats[e.Event] = append(seats[e.Event], s.Seat)
			}
		}
		buyers[e.Event] = append(buyers[e.Event], e.Buyer)
		refs[e.Event] = append(refs[e.Event], reference(e.Booking, 0), reference(e.Booking, 1))
	}
	for _, event := range sortedKeys(p.events) {
		if p.owners[event], err = tx.Owners(event, seats[event]); err != nil {
			return err
		}
		if p.counts[event], err = tx.SeatCounts(event, buyers[event]); err != nil {
			return err
		}
		if p.references[event], err = tx.References(event, refs[event]); err != nil {
			return err
		}
	}
	return nil
}

// write stores the verdicts, plainly: a key that is taken rolls everything back.
func (v *verdicts) write(tx *store.Tx, cfg WorkerConfig) error {
	if err := tx.InsertBookings(v.inserts); err != nil {
		return err
	}
	for i := range v.updates {
		if err := tx.UpdateBooking(&v.updates[i]); err != nil {
			return err
		}
	}
	for _, event := range sortedKeys(v.seats) {
		if err := tx.InsertSeats(event, v.seats[event]); err != nil {
			return err
		}
	}
	var rows []store.OutboxRow
	add := func(kind string, effects []effect) error {
		for i := range effects {
			row, err := effects[i].row(kind, cfg.Now())
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return nil
	}
	if err := add(store.OutboxDecision, v.effects); err != nil {
		return err
	}
	if err := add(store.OutboxRebuild, v.rebuilds); err != nil {
		return err
	}
	return tx.AddOutbox(rows)
}
