package seatmap

import "fmt"

func (w *walk) decidePending() {
	id, ok := someKey(w.rnd.IntN(100), w.m.pendings)
	if !ok {
		return
	}
	p := w.m.pendings[id]
	w.show(w.m.decide(id, p.buyer, p.seats))
}

// otherDecision is one that no hold led to: a booking whose hold was lost, a cancel, a block, an unblock.
func (w *walk) otherDecision() {
	switch w.rnd.IntN(6) {
	case 0:
		w.bookings++
		w.show(w.m.decide(fmt.Sprint("b", w.bookings), w.buyer(), w.places(1+w.rnd.IntN(2), "A", "B", "G")))
	case 1, 2, 3:
		if id, ok := someKey(w.rnd.IntN(100), w.m.bookings); ok {
			var seats []seatRef
			for p := range w.m.bookings[id].seats {
				if len(seats) == 0 || w.rnd.IntN(2) == 0 {
					seats = append(seats, p)
				}
			}
			w.show(w.m.cancel(id, seats))
		}
	default:
		w.show(w.m.block(w.places(3, "A", "B", "G"), w.rnd.IntN(4) == 0))
	}
}

// show applies a decision, or lets a rebuild come before it, which has read the decision's rows already.
func (w *walk) show(d Decision) {
	d.Event = w.event
	if w.rnd.IntN(8) == 0 {
		w.rebuild()
		w.m.finish(d.Booking)
		w.mustApply(d, AppliedOld)
		w.did["rebuild before apply"]++
		return
	}
	w.m.apply(d)
	w.did["apply "+d.Status]++
	w.mustApply(d, AppliedNow)
}

func (w *walk) rebuild() {
	w.did["rebuild"]++
	w.load(w.m.load())
	for z := range w.m.size {
		w.feed(z)
	}
}
