package deploy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
)

// buyer books one seat after another, each with a key of its own.
type buyer struct {
	house *house
	zone  string
	seats []struct{ ID string }
	token string

	mu     sync.Mutex
	booked []string // ids told; guarded by mu
	wrong  []string // guarded by mu
}

func (b *buyer) run(ctx context.Context) {
	client := b.house.door.client()
	var session struct{ Token string }
	if status, err := b.post(ctx, client, "/sessions", "", nil, &session); status != http.StatusCreated {
		b.fail(ctx, "session", status, err)
		return
	}
	b.token = session.Token
	pause := time.NewTicker(20 * time.Millisecond)
	defer pause.Stop()
	event := "/events/" + b.house.event
	for _, seat := range b.seats {
		<-pause.C
		if ctx.Err() != nil {
			return
		}
		// A hold that was cut off may be asked for again: what one holds already is given again.
		status, err := b.post(ctx, client, event+"/hold", "", map[string]any{"zone": b.zone, "seats": []string{seat.ID}}, nil)
		for tries := 1; status == http.StatusServiceUnavailable && tries < 4; tries++ {
			status, err = b.post(ctx, client, event+"/hold", "", map[string]any{"zone": b.zone, "seats": []string{seat.ID}}, nil)
		}
		if status != http.StatusOK {
			b.fail(ctx, "hold of "+seat.ID, status, err)
			continue
		}
		var made struct{ Booking struct{ ID string } }
		if status, err := b.post(ctx, client, event+"/bookings", "key-"+seat.ID, map[string]any{}, &made); status/100 != 2 {
			b.fail(ctx, "booking of "+seat.ID, status, err)
			continue
		}
		b.mu.Lock()
		b.booked = append(b.booked, made.Booking.ID)
		b.mu.Unlock()
	}
}

func (b *buyer) post(ctx context.Context, client *http.Client, path, key string, ask, answer any) (status int, err error) {
	body, err := json.Marshal(ask)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.house.url+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	if b.token != "" {
		req.Header.Set("Authorization", "Bearer "+b.token)
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	if answer == nil || res.StatusCode/100 != 2 {
		return res.StatusCode, fmt.Errorf("%.300s", text)
	}
	return res.StatusCode, json.Unmarshal(text, answer)
}

// fail keeps what went wrong, but not that the test is over.
func (b *buyer) fail(ctx context.Context, what string, status int, err error) {
	if ctx.Err() != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrong = append(b.wrong, fmt.Sprintf("%s: %d %v", what, status, err))
}

func (b *buyer) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.booked)
}

// check waits until every booking that was told is confirmed.
func (b *buyer) check(t *testing.T) {
	t.Helper()
	if len(b.wrong) > 0 {
		t.Errorf("a buyer was told, beside %d bookings: %v", len(b.booked), b.wrong)
	}
	for _, id := range b.booked {
		eventually(t, "a booking is confirmed", func() error {
			_, body := b.house.get(t, "/api/v1/bookings/"+id, "Authorization", "Bearer "+b.token)
			if !strings.Contains(body, `"status":"confirmed"`) {
				return errors.New(body)
			}
			return nil
		})
	}
}

// viewer is a socket that watches a zone. Sent away, it comes back with what it has.
type viewer struct {
	house *house
	zone  string
	done  chan struct{}

	mu     sync.Mutex
	ws     *websocket.Conn // guarded by mu; reads are the reader's
	ended  bool            // guarded by mu
	epoch  int64           // guarded by mu, as all below
	at     int64           // version
	states []byte
	codes  []int // why it was sent away
	fresh  int   // snapshots after it had come back
}

func openViewer(t *testing.T, h *house, zone string) *viewer {
	t.Helper()
	v := &viewer{house: h, zone: zone, done: make(chan struct{})}
	if err := v.connect(); err != nil {
		t.Fatal(err)
	}
	go v.read()
	t.Cleanup(func() { v.close() })
	eventually(t, "a socket has its snapshot", func() error {
		if v.picture() == "" {
			return errors.New("it has none")
		}
		return nil
	})
	return v
}

func (v *viewer) connect() error {
	dialer := websocket.Dialer{Subprotocols: []string{"jari.v1.json"}, HandshakeTimeout: patience}
	ws, _, err := dialer.Dial("ws"+strings.TrimPrefix(v.house.url, "http")+"/api/v1/socket", nil)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ws = ws
	if v.ended {
		return ws.Close()
	}
	join := map[string]any{"id": 1, "type": "join", "event": v.house.event, "zone": v.zone}
	if v.states != nil {
		join["epoch"], join["version"] = v.epoch, v.at
	}
	return ws.WriteJSON(join)
}

func (v *viewer) read() {
	defer close(v.done)
	for {
		var m struct {
			Type                 string
			Epoch, Version, From int64
			States               string
			Changes              [][2]int
			Code, Detail         string
		}
		_, text, err := v.ws.ReadMessage()
		if err == nil {
			v.house.door.said(text)
			err = json.Unmarshal(text, &m)
		}
		v.mu.Lock()
		if v.ended {
			v.mu.Unlock()
			return
		}
		var closed *websocket.CloseError
		switch {
		case errors.As(err, &closed):
			v.codes = append(v.codes, closed.Code)
		case err != nil:
			v.codes = append(v.codes, websocket.CloseAbnormalClosure)
		case m.Type == "snapshot":
			if len(v.codes) > 0 {
				v.fresh++
			}
			v.epoch, v.at, v.states = m.Epoch, m.Version, []byte(m.States)
		case m.Type == "changes" && m.From <= v.at && v.at < m.Version:
			for _, c := range m.Changes {
				v.states[c[0]] = byte('0' + c[1])
			}
			v.at = m.Version
		}
		v.mu.Unlock()
		if err != nil {
			_ = v.ws.Close()
			if !v.comeBack() {
				return
			}
		}
	}
}

// comeBack tries for as long as a test may wait.
func (v *viewer) comeBack() bool {
	pause := time.NewTicker(50 * time.Millisecond)
	defer pause.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-pause.C {
		if err := v.connect(); err == nil {
			return true
		}
	}
	return false
}

// picture is the map as this viewer has it; empty before the first snapshot.
func (v *viewer) picture() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return string(v.states)
}

// close ends it and tells why it was sent away, and how many snapshots it got after it had come back.
func (v *viewer) close() (codes []int, fresh int) {
	v.mu.Lock()
	v.ended = true
	_ = v.ws.Close()
	v.mu.Unlock()
	<-v.done
	return v.codes, v.fresh
}
