package live

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"jari/hub"
)

// message is any message of a socket, as a client reads it.
type message struct {
	Type      string   `json:"type"`
	Event     string   `json:"event"`
	Zone      string   `json:"zone"`
	Epoch     int64    `json:"epoch"`
	From      int64    `json:"from"`
	Version   int64    `json:"version"`
	States    string   `json:"states"`
	Available *int     `json:"available"`
	Changes   [][2]int `json:"changes"`
	Live      *bool    `json:"live"`
	Cause     string   `json:"cause"`
	Phase     string   `json:"phase"`
	Zones     [][]any  `json:"zones"`
	Hold      *struct {
		Seats []struct{ Seat string } `json:"seats"`
	} `json:"hold"`
	Booking struct{ ID, Status string } `json:"booking"`
}

// viewer is a client that keeps its map by the public rule and remembers what it was told.
type viewer struct {
	t      *testing.T
	client *hub.Client

	mu     sync.Mutex
	states map[string][]byte // by zone, guarded by mu
	at     map[string]message
	heard  []message     // guarded by mu
	news   chan struct{} // capacity 1
}

func (n *node) viewer() *viewer {
	n.house.t.Helper()
	v := &viewer{t: n.house.t, states: map[string][]byte{}, at: map[string]message{}, news: make(chan struct{}, 1)}
	c, err := n.hub.Attach(v)
	if err != nil {
		n.house.t.Fatal(err)
	}
	v.client = c
	return v
}

func (v *viewer) SetWriteDeadline(time.Time) error { return nil }
func (v *viewer) Close(int, string)                {}

func (v *viewer) Write(wire [][]byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, b := range wire {
		var m message
		if err := json.Unmarshal(b, &m); err != nil {
			v.t.Errorf("message %s: %v", b, err)
			return nil
		}
		if m.Type != "joined" && m.Type != "booking" { // the edge's and the desk's; tests say whatever stands for them here
			checkMessage(v.t, b)
		}
		v.heard = append(v.heard, m)
		v.applyLocked(m)
	}
	select {
	case v.news <- struct{}{}:
	default:
	}
	return nil
}

// applyLocked is the client rule: a frame at v applies if from <= v < version, is ignored if version <= v, anything else is a defect here.
func (v *viewer) applyLocked(m message) {
	switch m.Type {
	case "snapshot":
		v.states[m.Zone], v.at[m.Zone] = []byte(m.States), m
	case "changes":
		at := v.at[m.Zone]
		if m.Epoch != at.Epoch || m.From > at.Version {
			v.t.Errorf("zone %s at %d/%d cannot apply %d/%d-%d", m.Zone, at.Epoch, at.Version, m.Epoch, m.From, m.Version)
			return
		}
		if m.Version <= at.Version {
			return
		}
		for _, c := range m.Changes {
			v.states[m.Zone][c[0]] = byte('0' + c[1])
		}
		at.Version, at.Available = m.Version, m.Available
		v.at[m.Zone] = at
	}
}

// until waits for a message for which ok holds, past ones included, and returns it.
func (v *viewer) until(what string, ok func(m message) bool) message {
	v.t.Helper()
	return waitFor(v, what, func() (message, bool) {
		for _, m := range v.heard {
			if ok(m) {
				return m, true
			}
		}
		return message{}, false
	})
}

// untilMap waits for the viewer's map of a zone.
func (v *viewer) untilMap(zone, states string) {
	v.t.Helper()
	waitFor(v, "map "+states, func() (string, bool) { return "", string(v.states[zone]) == states })
}

// forget drops what was heard so far, so that until looks at what comes.
func (v *viewer) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.heard = nil
}

// count is how many messages of a kind were heard.
func (v *viewer) count(ok func(m message) bool) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := 0
	for _, m := range v.heard {
		if ok(m) {
			n++
		}
	}
	return n
}

func waitFor[T any](v *viewer, what string, look func() (T, bool)) T {
	v.t.Helper()
	deadline := time.After(patience)
	for {
		v.mu.Lock()
		found, ok := look()
		v.mu.Unlock()
		if ok {
			return found
		}
		select {
		case <-v.news:
		case <-deadline:
			v.mu.Lock()
			defer v.mu.Unlock()
			v.t.Fatalf("no %s; heard %+v, maps %s", what, v.heard, v.states)
		}
	}
}
