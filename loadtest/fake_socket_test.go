package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/google/uuid"
)

func (f *fake) socket(w http.ResponseWriter, r *http.Request) {
	conn, err := f.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	s := &fakeSocket{conn: conn}
	f.mu.Lock()
	f.sockets[s] = struct{}{}
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.sockets, s)
		f.mu.Unlock()
		if f.lie == "kick open" && s.heard >= 100*fakeRate {
			f.mu.Lock()
			f.leaked = append(f.leaked, conn) // garbage collection would close it
			f.mu.Unlock()
			return
		}
		_ = conn.Close()
	}()
	for {
		_, raw, err := conn.ReadMessage()
		if err != nil {
			return
		}
		var a Ask
		if err := json.Unmarshal(raw, &a); err != nil {
			return
		}
		if s.heard++; s.heard >= 10*fakeRate {
			s.mu.Lock()
			_ = conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4008, "flood"))
			s.mu.Unlock()
			s.heard = 100 * fakeRate
			return
		}
		f.mu.Lock()
		f.obeyLocked(s, a)
		f.mu.Unlock()
	}
}

func (s *fakeSocket) send(message any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.conn.WriteJSON(message) // a client that is gone is noticed by reading
}

func (f *fake) obeyLocked(s *fakeSocket, a Ask) {
	now := fakeNow()
	switch a.Type {
	case "auth":
		s.buyer = a.Token
		s.send(map[string]any{"type": "authed", "id": a.ID, "now": now, "buyer": map[string]any{"id": a.Token},
			"limits": map[string]any{"messages_per_s": fakeRate}})
	case "ping":
		if f.lie == "two clocks" {
			now = time.Now()
		}
		s.send(map[string]any{"type": "pong", "id": a.ID, "now": now})
	case "join":
		s.send(map[string]any{"type": "joined", "id": a.ID, "now": now})
		if a.Zone == "" {
			return
		}
		s.joined = true
		if f.resumeLocked(s, a) {
			return
		}
		s.send(map[string]any{"type": "snapshot", "event": "demo", "zone": "A", "epoch": 1, "version": f.version, "states": string(f.states)})
	case "hold":
		f.holdLocked(s, a, now)
	case "release":
		if h := f.holds[s.buyer]; h != nil {
			f.endLocked(s.buyer, h)
		}
		s.send(map[string]any{"type": "released", "id": a.ID, "now": now})
	}
}

func (f *fake) holdLocked(s *fakeSocket, a Ask, now time.Time) {
	want := a.Seats
	if a.Best != nil {
		for i := 0; i < len(f.seats) && len(want) < a.Best.Quantity; i++ {
			if f.states[i] == available {
				want = append(want, f.seats[i])
			}
		}
	}
	h := f.holds[s.buyer]
	if h != nil && a.Best != nil && len(h.Seats)+len(want) > f.maxSeats && f.lie != "no cap" {
		s.send(map[string]any{"type": "refused", "id": a.ID, "code": "hold_limit", "seats": []any{}})
		return
	}
	if f.lie == "others buy" && f.frames > 10 && f.states[slices.Index(f.seats, a.Seats[0])] == available {
		f.setLocked([]HeldSeat{{Zone: "A", Seat: a.Seats[0]}}, booked)
	}
	if f.lie == "busy" {
		s.send(map[string]any{"type": "refused", "id": a.ID, "code": "unavailable", "detail": "not now"})
		return
	}
	for _, id := range want {
		if state := f.states[slices.Index(f.seats, id)]; state != available && f.lie != "two winners" {
			s.send(map[string]any{"type": "refused", "id": a.ID, "code": "seat_unavailable",
				"seats": []any{SeatState{Zone: "A", Seat: id, State: int(state - '0')}}})
			return
		}
	}
	if h == nil {
		h = &fakeHold{Hold: Hold{ID: uuid.NewString(), Event: "demo", ExpiresAt: now.Add(f.holdFor)}}
		f.holds[s.buyer] = h
		ends := f.holdFor
		if f.lie == "early" {
			ends /= 2
		} else if f.lie == "late" {
			ends += time.Second
		}
		buyer := s.buyer
		h.timer = time.AfterFunc(ends, func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			if f.holds[buyer] == h {
				f.endLocked(buyer, h)
			}
		})
	}
	var seats []HeldSeat
	for _, id := range want {
		seats = append(seats, HeldSeat{Zone: "A", Seat: id})
	}
	h.Seats = append(h.Seats, seats...)
	f.setLocked(seats, held)
	s.send(map[string]any{"type": "held", "id": a.ID, "now": now, "hold": h.Hold})
	f.tellLocked(func(o *fakeSocket) bool { return o.buyer == s.buyer || f.lie == "foreign" && o.buyer != "" },
		map[string]any{"type": "hold", "event": "demo", "hold": h.Hold, "cause": "changed"})
}

func (f *fake) endLocked(buyer string, h *fakeHold) {
	h.timer.Stop()
	delete(f.holds, buyer)
	f.setLocked(h.Seats, available)
}
