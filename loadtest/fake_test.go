package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/google/uuid"
)

// fake is a server just honest enough to be tested against, or not: each lie breaks one promise that a scene must catch.
type fake struct {
	lie       string
	holdFor   time.Duration
	maxSeats  int
	diesAfter int // frames
	upgrader  websocket.Upgrader

	mu       sync.Mutex
	seats    []string                 // ids of the one zone, A; never changed
	states   []byte                   // guarded by mu
	version  int64                    // guarded by mu
	holds    map[string]*fakeHold     // by buyer; guarded by mu
	bookings map[string][]Booking     // by buyer; guarded by mu
	byKey    map[string]string        // booking by buyer and key; guarded by mu
	sockets  map[*fakeSocket]struct{} // guarded by mu
	frames   int                      // guarded by mu
	shown    map[string]any           // what "state late" answers next; guarded by mu
	changes  []fakeChange             // guarded by mu
	asked    int                      // holds over HTTP; guarded by mu
	leaked   []*websocket.Conn        // guarded by mu
}

type fakeHold struct {
	Hold
	timer *time.Timer
}

type fakeSocket struct {
	conn   *websocket.Conn
	mu     sync.Mutex // one writer at a time
	buyer  string     // guarded by fake.mu
	joined bool       // guarded by fake.mu
	heard  int
}

const fakeRate = 40 // messages a second that it says it takes; it throws out at a hundred times as many in all

func startFake(t *testing.T, lie string, seats int, holdFor time.Duration) *Target {
	t.Helper()
	f := &fake{lie: lie, holdFor: holdFor, maxSeats: 4, holds: map[string]*fakeHold{}, bookings: map[string][]Booking{},
		byKey: map[string]string{}, sockets: map[*fakeSocket]struct{}{},
		upgrader: websocket.Upgrader{Subprotocols: []string{subprotocol}}}
	for i := range seats {
		f.seats = append(f.seats, fmt.Sprintf("A-%d", i+1))
		f.states = append(f.states, available)
	}
	_, _ = fmt.Sscanf(lie, "dies after %d", &f.diesAfter) // other lies do not match
	if lie == "A-2 is held" {                             // no lie
		f.states[1] = held
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/sessions", func(w http.ResponseWriter, _ *http.Request) {
		id := uuid.NewString()
		answer(w, map[string]any{"token": id, "buyer": map[string]any{"id": id}})
	})
	mux.HandleFunc("GET /api/v1/events/{event}", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"id": "demo", "policy": map[string]any{"hold_seconds": int(holdFor.Seconds()), "max_seats": f.maxSeats},
			"zones": []any{map[string]any{"id": "A", "kind": "seats", "capacity": seats},
				map[string]any{"id": "lawn", "kind": "general", "capacity": 10}}})
	})
	mux.HandleFunc("GET /api/v1/events/{event}/zones/A", func(w http.ResponseWriter, _ *http.Request) {
		list := make([]map[string]any, len(f.seats))
		for i, id := range f.seats {
			list[i] = map[string]any{"id": id}
		}
		answer(w, map[string]any{"plan": "p", "seats": list})
	})
	mux.HandleFunc("GET /api/v1/events/{event}/zones/A/state", func(w http.ResponseWriter, _ *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		state := map[string]any{"epoch": 1, "version": f.version, "live": true, "states": string(f.states)}
		if f.lie == "state late" { // no lie: an event is opened by the first who looks, and a node answers before its picture has the change
			state, f.shown = f.shown, state
			if state == nil {
				state = map[string]any{"epoch": 0, "version": 0, "live": false, "states": string(f.states)}
			}
		}
		answer(w, state)
	})
	mux.HandleFunc("GET /api/v1/events/{event}/hold", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"now": fakeNow(), "hold": nil})
	})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		leak := 0
		if f.lie == "leak" {
			leak = f.frames
		}
		fmt.Fprintf(w, "go_goroutines %d\nprocess_open_fds 20\nprocess_resident_memory_bytes 1e+06\ngo_memstats_heap_inuse_bytes 1e+06\n", 10+leak)
	})
	mux.HandleFunc("POST /api/v1/events/{event}/bookings", f.book)
	mux.HandleFunc("GET /api/v1/bookings", f.list)
	mux.HandleFunc("POST /api/v1/bookings/{id}/cancel", f.cancel)
	mux.HandleFunc("GET /api/v1/socket", f.socket)
	f.rolling(mux)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f.dead() {
			panic(http.ErrAbortHandler)
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		server.Close()
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, c := range f.leaked {
			_ = c.Close()
		}
	})
	return &Target{URL: server.URL, Event: "demo"}
}

// fakeNow is a clock of its own: no scene may take the server's for ours.
func fakeNow() time.Time { return time.Now().Add(time.Hour) }

func answer(w http.ResponseWriter, v any) {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}

func buyerOf(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

func (f *fake) book(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	buyer := buyerOf(r)
	key := buyer + r.Header.Get("Idempotency-Key")
	h := f.holds[buyer]
	if _, again := f.byKey[key]; !again {
		delete(f.holds, buyer)
		h.timer.Stop()
		b := Booking{ID: uuid.NewString(), Status: "confirmed", Event: "demo", Seats: h.Seats}
		if f.lie == "sold twice" {
			b.Seats = []HeldSeat{{Zone: "A", Seat: "A-1"}}
		}
		f.byKey[key] = b.ID
		f.bookings[buyer] = append(f.bookings[buyer], b)
		f.setLocked(h.Seats, booked)
	}
	for _, b := range f.bookings[buyer] {
		if b.ID == f.byKey[key] {
			answer(w, map[string]any{"booking": b})
		}
	}
}

func (f *fake) list(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := slices.Clone(f.bookings[buyerOf(r)])
	switch {
	case f.lie == "booking lost" && len(list) > 0:
		list = list[1:]
	case f.lie == "booking unasked":
		list = append(list, Booking{ID: uuid.NewString(), Status: "confirmed"})
	}
	answer(w, map[string]any{"bookings": list})
}

func (f *fake) cancel(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := f.bookings[buyerOf(r)]
	for i := range list {
		if list[i].ID == r.PathValue("id") {
			list[i].Status = "cancelled"
			if f.lie != "seat lost" {
				f.setLocked(list[i].Seats, available)
			}
			answer(w, map[string]any{"booking": list[i]})
		}
	}
}

// dead is what a killed server is after a number of frames: no request is answered, and no socket lives on.
func (f *fake) dead() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.diesAfter > 0 && f.frames >= f.diesAfter
}

// setLocked changes seats and tells all who look.
func (f *fake) setLocked(seats []HeldSeat, state byte) {
	from := f.version
	var pairs [][2]int
	for _, s := range seats {
		i := slices.Index(f.seats, s.Seat)
		f.states[i] = state
		f.version++
		pairs = append(pairs, [2]int{i, int(state - '0')})
	}
	f.frames++
	f.changes = append(f.changes, fakeChange{f.version, pairs})
	if f.diesAfter > 0 && f.frames >= f.diesAfter {
		for s := range f.sockets {
			_ = s.conn.Close()
		}
		return
	}
	if f.lie == "frame lost" && f.frames%10 == 0 || f.lie == "frames stop" && f.frames > 10 {
		return
	}
	if f.lie == "state wrong" && f.frames%10 == 0 {
		pairs[0][1] = 3
	}
	f.tellLocked(func(s *fakeSocket) bool { return s.joined }, map[string]any{"type": "changes", "event": "demo", "zone": "A", "epoch": 1,
		"from": from, "version": f.version, "changes": pairs})
}

func (f *fake) tellLocked(who func(*fakeSocket) bool, message any) {
	for s := range f.sockets {
		if who(s) {
			s.send(message)
		}
	}
}
