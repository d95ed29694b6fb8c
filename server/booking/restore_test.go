package booking

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"jari/seatmap"
)

// restored is a rig of which the second of two bookings was made after the copy that the database was restored from, with a
// worker whose outbox runs only when the test says so. Redis has been started again and has kept its memory.
func restored(t *testing.T, epochs int) (r *rig, rebuild func() (log string)) {
	t.Helper()
	r = newRig(t)
	for range epochs {
		r.open()
		r.runID += "x"
	}
	r.open()
	r.logged(newBuyer(), "a1")
	r.work()
	r.logged(newBuyer(), "A1")
	r.work()
	r.hold(newBuyer(), "s8")
	r.wantStates("main", "22000001")
	r.reader.Revoked(r.log.log())
	r.trigger(`DELETE FROM event_seats WHERE seat_id = 'A1'`)
	r.trigger(`DELETE FROM bookings WHERE revision = (SELECT MAX(revision) FROM bookings)`)
	r.trigger(fmt.Sprintf(`UPDATE events SET revision = revision - 1, epoch = epoch - %d`, epochs))
	r.runID += "x"

	var said bytes.Buffer
	cfg := r.worker.cfg
	cfg.Logger = slog.New(slog.NewTextHandler(&said, nil))
	rd, p := r.ownPart(cfg)
	p.at = r.offset()
	return r, func() string {
		t.Helper()
		said.Reset()
		r.rebuild(testEvent)
		if err := rd.Read(t.Context(), r.log.log(), r.log.from(p.at.Next)); err != nil {
			t.Fatal(err)
		}
		r.pass(p)
		return said.String()
	}
}

// TestRestoredDatabase: it has the last word, though Redis shows more.
func TestRestoredDatabase(t *testing.T) {
	r, rebuild := restored(t, 0)
	// The rebuild's own revision would pass Redis's otherwise: what was lost is usually more than one decision.
	r.trigger(`UPDATE events SET revision = revision - 1`)
	if said := rebuild(); !strings.Contains(said, "level=WARN") || !strings.Contains(said, "restored from a copy") {
		t.Errorf("it says %s", said)
	}
	r.wantStates("main", "20000001")
	e := r.event()
	if e.Epoch != 3 { // 1 before, 2 over what Redis had, 3 for what came meanwhile
		t.Errorf("epoch is %d, want 3", e.Epoch)
	}
	if o, err := r.live.Overview(t.Context(), testEvent); err != nil || o.Epoch != 3 || o.Revision != e.Revision {
		t.Errorf("redis is at %+v, %v, the database at revision %d", o, err, e.Revision)
	}
	if said := rebuild(); strings.Contains(said, "level=WARN") {
		t.Errorf("the next one says %s", said)
	}
}

// TestRestoredDatabaseOfEarlierEpochs: an older load never wins, and who operates it is told how to open the event.
func TestRestoredDatabaseOfEarlierEpochs(t *testing.T) {
	for _, mended := range []bool{false, true} {
		t.Run(fmt.Sprintf("mended %v", mended), func(t *testing.T) {
			r, rebuild := restored(t, 3) // Redis is at epoch 4, the database at 1
			refused := func() {
				t.Helper()
				if said := rebuild(); !strings.Contains(said, "level=ERROR") || !strings.Contains(said, "HDEL 'meta:{e"+testEvent+"}' epoch") {
					t.Errorf("it says %s", said)
				}
				_, err := r.live.Snapshot(t.Context(), testEvent, "main")
				wantCode(t, err, seatmap.CodeUnavailable)
			}
			refused()
			if mended {
				r.redis.HDel("meta:{e"+testEvent+"}", "epoch")
			} else {
				refused() // 3
				refused() // 4
			}
			if said := rebuild(); strings.Contains(said, "level=ERROR") {
				t.Errorf("it says %s", said)
			}
			r.wantStates("main", "20000001")
		})
	}
}
