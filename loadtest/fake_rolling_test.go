package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/google/uuid"
)

// fakeChange is what a client may have missed.
type fakeChange struct {
	version int64 // that it leads to
	pairs   [][2]int
}

// rolling are the calls that only the rolling scene makes, and one that only its test does: the server sends its sockets away.
func (f *fake) rolling(mux *http.ServeMux) {
	mux.HandleFunc("POST /api/v1/events/{event}/hold", f.holdOverHTTP)
	mux.HandleFunc("POST /restart", func(http.ResponseWriter, *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		code := 4000
		if f.lie == "never again" {
			code = 4500
		}
		for s := range f.sockets {
			s.mu.Lock()
			_ = s.conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(code, "draining"))
			s.mu.Unlock()
			_ = s.conn.Close()
		}
	})
}

func (f *fake) holdOverHTTP(w http.ResponseWriter, r *http.Request) {
	var want struct{ Seats []string }
	if err := json.NewDecoder(r.Body).Decode(&want); err != nil {
		panic(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if f.asked%5 == 0 {
		w.WriteHeader(http.StatusServiceUnavailable) // nobody may mind
		return
	}
	h := &fakeHold{Hold: Hold{ID: uuid.NewString(), Event: "demo"}, timer: time.NewTimer(time.Hour)}
	for _, id := range want.Seats {
		if f.states[slices.Index(f.seats, id)] != available {
			w.WriteHeader(http.StatusConflict)
			return
		}
		h.Seats = append(h.Seats, HeldSeat{Zone: "A", Seat: id})
	}
	f.holds[buyerOf(r)] = h
	f.setLocked(h.Seats, held)
	answer(w, map[string]any{"now": fakeNow(), "hold": h.Hold})
}

// resumeLocked sends what came after a version; false: the client needs a snapshot.
func (f *fake) resumeLocked(s *fakeSocket, a Ask) bool {
	if a.Epoch == nil || a.Version == nil || f.lie == "forgets" {
		return false
	}
	pairs := [][2]int{}
	for _, c := range f.changes {
		if c.version > *a.Version {
			pairs = append(pairs, c.pairs...)
		}
	}
	if len(pairs) > 0 && f.lie != "nothing missed" {
		s.send(map[string]any{"type": "changes", "event": "demo", "zone": "A", "epoch": 1, "from": *a.Version, "version": f.version, "changes": pairs})
	}
	return true
}

// sendAway has a fake send its sockets away while the scene plays.
func sendAway(target *Target) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if err := wait(ctx, 150*time.Millisecond); err != nil {
			return err
		}
		return newAPI(target.URL).call(ctx, http.MethodPost, "/restart", "", nil, nil, nil)
	}
}
