package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// guest is one socket of the churn. Its marker is all that only it may hear of: its request ids, its buyer, its hold, its seat.
type guest struct {
	number   int
	buyer    string
	event    string
	seat     HeldSeat
	sentinel int64 // its request ids begin here, and nobody else's
	out      *Stream
	markers  *markers
	foreign  error // set on the reading goroutine, read after it has ended
}

// live connects, acts and goes.
func (g *guest) live(ctx context.Context, base, token string) error {
	c, err := openClient(ctx, base, g.sentinel, g.push)
	if err != nil {
		return err
	}
	err = g.act(ctx, c, token)
	g.leave(c)
	if failure := c.failure(); errors.Is(failure, errForeign) || errors.Is(failure, errFrame) || errors.Is(failure, errJSON) {
		return failure
	}
	if g.foreign != nil {
		return g.foreign
	}
	return err
}

func (g *guest) act(ctx context.Context, c *Client, token string) error {
	if rand.IntN(10) == 0 {
		return nil // gone right after the handshake
	}
	m, err := c.auth(ctx, token)
	if err != nil {
		return err
	}
	if !strings.Contains(string(m.Buyer), g.buyer) {
		return fmt.Errorf("%w: %s was told to be %s", errForeign, g.buyer, m.Buyer)
	}
	if _, err := c.want(ctx, "joined", Ask{Type: "join", Event: g.event, Zone: g.seat.Zone}); err != nil {
		return err
	}
	m, err = c.ask(ctx, Ask{Type: "hold", Event: g.event, Zone: g.seat.Zone, Seats: []string{g.seat.Seat}})
	switch {
	case err != nil:
		return err
	case m.Type == "held" && m.Hold != nil:
		g.out.count("held", 1)
		if err := g.mine(m.Hold); err != nil {
			return err
		}
	case m.Type == "refused":
		g.out.count("refused", 1)
		if len(m.Seats) > 1 || len(m.Seats) == 1 && m.Seats[0].Seat != g.seat.Seat {
			return fmt.Errorf("%w: a hold of %s in zone %s was answered %s", errForeign, g.seat.Seat, g.seat.Zone, m.told())
		}
	default:
		return fmt.Errorf("hold was answered %s", m.told())
	}
	if err := wait(ctx, time.Duration(rand.IntN(1000))*time.Millisecond); err != nil {
		return err
	}
	_, err = c.want(ctx, "released", Ask{Type: "release", Event: g.event})
	return err
}

// leave goes in one of the ways in which sockets go.
func (g *guest) leave(c *Client) {
	switch rand.IntN(4) {
	case 0:
		c.abort()
	case 1: // in the middle of a frame
		frame := appendFrame(nil, opText, []byte(`{"id":1,"type":"ping"}`))
		_, _ = c.sock.conn.Write(frame[:len(frame)/2]) // whether it arrives is not the point
		c.abort()
	case 2: // with questions open
		for i := range 3 {
			id := g.sentinel + 1000 + int64(i)
			c.mu.Lock()
			c.waiting[id] = make(chan Message, 1)
			c.mu.Unlock()
			_ = c.sock.send(fmt.Appendf(nil, `{"id":%d,"type":"ping"}`, id)) // as above
		}
		c.close()
	default:
		c.close()
	}
}

// push looks at what nobody asked for: private notices must be about the guest, frames about the room it is in.
func (g *guest) push(kind string, raw []byte) {
	if g.foreign != nil {
		return
	}
	switch kind {
	case "changes", "snapshot", "zone":
		var room struct{ Event, Zone string }
		if err := json.Unmarshal(raw, &room); err != nil || room.Event != g.event || room.Zone != g.seat.Zone {
			g.foreign = fmt.Errorf("%w: %.200q", errForeign, raw)
		}
	case "hold":
		var m Message
		if err := json.Unmarshal(raw, &m); err != nil {
			g.foreign = fmt.Errorf("%w: %.200q", errForeign, raw)
		} else if m.Hold != nil {
			g.foreign = g.mine(m.Hold)
		}
	default:
		g.foreign = fmt.Errorf("%w: nobody of the churn is owed %.200q", errForeign, raw)
	}
}

// mine checks that a hold can only be this guest's.
func (g *guest) mine(h *Hold) error {
	for _, s := range h.Seats {
		if s.Zone != g.seat.Zone || s.Seat != g.seat.Seat {
			return fmt.Errorf("%w: asked for %s %s, told of %s %s", errForeign, g.seat.Zone, g.seat.Seat, s.Zone, s.Seat)
		}
	}
	g.markers.claim(h.ID, g.number)
	return nil
}

// markers remembers which guest was told of which hold: two guests with one hold have heard a foreign message.
type markers struct {
	mu    *sync.Mutex
	holds map[string]int // hold id -> guest; guarded by mu
	twice []string       // guarded by mu
}

func newMarkers() markers { return markers{mu: &sync.Mutex{}, holds: map[string]int{}} }

func (m *markers) claim(hold string, guest int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if other, ok := m.holds[hold]; ok && other != guest {
		m.twice = append(m.twice, fmt.Sprintf("hold %s was told to guests %d and %d", hold, other, guest))
		return
	}
	m.holds[hold] = guest
}

func (m *markers) judge(out *Stream) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range m.twice {
		out.fault("foreign", t)
	}
}

// reallyClosed is nil when the server ended the socket for flooding and the TCP connection ends too, without our help.
func reallyClosed(c *Client) error {
	const flood = 4008
	failure := c.failure()
	var closed *closedError
	if errors.As(failure, &closed) && closed.Code != flood {
		return fmt.Errorf("flooding ended with %d %s", closed.Code, closed.Reason)
	}
	// What we had still to say may make the kernel reset the connection and take the goodbye with it.
	if errors.Is(failure, syscall.ECONNRESET) || errors.Is(failure, io.EOF) {
		return nil
	}
	if closed == nil {
		return fmt.Errorf("flooding ended without a goodbye: %w", failure)
	}
	if err := c.sock.conn.SetReadDeadline(time.Now().Add(2 * time.Second)); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, c.sock.in)
	var netErr net.Error
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &netErr) && netErr.Timeout() {
		return errors.New("said goodbye, but the connection stays open")
	}
	return nil
}
