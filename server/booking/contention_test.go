package booking

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/stream"
)

func TestContentionOnSQLite(t *testing.T) {
	contend(t, newRig(t))
}

func TestContentionOnMariaDBAndRedis(t *testing.T) {
	contend(t, newRealRig(t))
}

// contend lets buyers, two workers that both believe to own the partition, cancels, blocks and rebuilds work against each other.
// Whatever the order: no seat is in two bookings, no cap is exceeded, and Redis ends as the database.
func contend(t *testing.T, r *rig) {
	r.open()
	places := []string{"a1", "A1", "A1 ", "s4", "s5", "s6", "s7", "s8", "floor:1", "floor:2", "floor:3", "floor:4", "floor:5"}
	buyers := []string{newBuyer(), newBuyer(), newBuyer(), newBuyer(), newBuyer()}
	var acting, working sync.WaitGroup
	act := func(seed uint64, times int, fn func(rnd *rand.Rand, n int) error) {
		acting.Go(func() {
			rnd := rand.New(rand.NewPCG(seed, 7))
			for n := range times {
				if err := fn(rnd, n); err != nil {
					t.Errorf("actor %d: %v", seed, err)
				}
			}
		})
	}
	some := func(rnd *rand.Rand) []string {
		var out []string
		for _, n := range rnd.Perm(len(places))[:1+rnd.IntN(3)] {
			out = append(out, places[n])
		}
		return out
	}
	for seed := range uint64(3) {
		act(seed, 20, func(rnd *rand.Rand, n int) error {
			buyer, key := buyers[rnd.IntN(5)], fmt.Sprint(seed, n)
			return r.tryHoldAndBook(buyer, key, some(rnd))
		})
		act(10+seed, 20, func(rnd *rand.Rand, n int) error { // as if Redis had let everybody in
			rec := r.bookRecord(buyers[rnd.IntN(5)], fmt.Sprint("raw", seed, n), some(rnd)...)
			value, err := rec.encode()
			if err = errors.Join(err, r.log.Produce(t.Context(), TopicBookings, testEvent, value)); err == nil {
				r.untilDecided(rec.Booking)
			}
			return err
		})
		act(20+seed, 40, func(rnd *rand.Rand, n int) error {
			if n%4 == 0 { // the log goes on meanwhile
				r.untilDecided(r.last())
			}
			return r.cancelSomething(rnd, buyers[rnd.IntN(5)])
		})
	}
	act(30, 40, func(rnd *rand.Rand, n int) error {
		change := r.desk.Block
		if n%3 > 0 {
			change = r.desk.Unblock
		}
		return unlessRefused(change(t.Context(), testEvent, some(rnd)))
	})
	act(31, 4, func(*rand.Rand, int) error { return r.desk.Rebuild(t.Context(), testEvent) })
	stop := make(chan struct{})
	second := &reader{w: NewWorker(r.worker.cfg), ctx: t.Context()}
	t.Cleanup(second.close)
	for _, rd := range []*reader{r.reader, second} {
		working.Go(func() { r.keepReading(rd, stop) })
	}
	auditing := r.auditUntil(stop)
	acting.Wait()
	close(stop)
	working.Wait()
	second.close()
	r.work()
	auditing() // what it still waited for was shown by that
	for _, buyer := range buyers {
		if _, err := r.live.Release(t.Context(), testEvent, buyer, nil); err != nil {
			t.Error(err)
		}
	}
	r.wantAudit()
	for _, zone := range []string{"main", "floor"} {
		if states := r.states(zone); strings.Contains(states, "1") {
			t.Errorf("zone %s ends with held seats: %s", zone, states)
		}
	}
	e := r.event()
	told := map[int64]bool{} // two owners tell some twice, but none is left out
	for _, rec := range r.log.topic(TopicOutcomes) {
		var fx effect
		if err := json.Unmarshal(rec.Value, &fx); err != nil {
			t.Fatal(err)
		}
		told[fx.Revision] = true
	}
	t.Logf("%d records, revision %d, main %s, floor %s", r.log.log().High, e.Revision, r.states("main"), r.states("floor"))
	var untold []int64
	for revision := int64(1); revision <= e.Revision; revision++ {
		if !told[revision] {
			untold = append(untold, revision)
		}
	}
	if rebuilds := 5; len(untold) != rebuilds {
		t.Errorf("no outcome of revisions %v, of which %d are rebuilds", untold, rebuilds)
	}
}

// last is the booking of the last record in the log.
func (r *rig) last() string {
	records := r.log.from(0)
	var rec Record
	if err := json.Unmarshal(records[len(records)-1].Value, &rec); err != nil {
		r.t.Error(err)
	}
	return rec.Booking
}

func (r *rig) untilDecided(booking string) {
	for deadline := time.Now().Add(20 * time.Second); booking != ""; <-time.After(time.Millisecond) {
		if _, err := r.store.Booking(r.t.Context(), booking); err == nil {
			return
		}
		if time.Now().After(deadline) {
			r.t.Errorf("booking %s is not decided within 20 s", booking)
			return
		}
	}
}

func unlessRefused(err error) error {
	if _, refused := errors.AsType[*seatmap.Refusal](err); refused && code(err) != seatmap.CodeUnavailable {
		return nil
	}
	return err
}

func (r *rig) tryHoldAndBook(buyer, key string, seats []string) error {
	if err := r.tryHold(buyer, seats...); err != nil {
		return unlessRefused(err)
	}
	b, err := r.tryBook(buyer, key)
	if err == nil {
		r.untilDecided(b.ID)
	}
	return unlessRefused(err) // another goroutine of the same buyer may have booked the hold
}

func (r *rig) cancelSomething(rnd *rand.Rand, buyer string) error {
	list, err := r.desk.List(r.t.Context(), buyer, 100)
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.Status != protocol.StatusConfirmed {
			continue
		}
		var seats []string
		if rnd.IntN(2) == 0 {
			seats = []string{b.Seats[rnd.IntN(len(b.Seats))].Seat}
		}
		_, err := r.desk.Cancel(r.t.Context(), buyer, b.ID, seats)
		return unlessRefused(err)
	}
	return nil
}

// keepReading is what the stream does with a reader, in batches of any size.
func (r *rig) keepReading(rd *reader, stop <-chan struct{}) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for assigned := false; ; {
		log := r.log.log()
		if !assigned {
			if _, err := rd.Assigned(r.t.Context(), log); errors.Is(err, stream.ErrRevoked) {
				continue
			} else if err != nil {
				r.t.Error(err)
				return
			}
			assigned = true
		}
		p, err := rd.part(log)
		if err != nil {
			r.t.Error(err)
			return
		}
		records := r.log.from(p.at.Next)
		if len(records) == 0 {
			select {
			case <-stop:
				return
			default:
				if err := rd.Idle(r.t.Context(), log); err != nil {
					r.t.Error(err)
				}
				continue
			}
		}
		err = rd.Read(r.t.Context(), log, records[:1+rnd.IntN(len(records))])
		if errors.Is(err, stream.ErrRevoked) {
			assigned = false
		} else if err != nil {
			r.t.Error(err)
			return
		}
	}
}
