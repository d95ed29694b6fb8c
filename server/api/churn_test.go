package api

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	fasthttpws "github.com/fasthttp/websocket"

	"jari/hub"
)

// TestNobodyHearsAnother: trap 2. Sockets come and go while private messages are told; each carries its buyer's marker.
func TestNobodyHearsAnother(t *testing.T) {
	s := start(t)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 8 {
		token, buyer := s.guest()
		wg.Go(func() { // tells this buyer all the time, whoever has its sockets
			often := time.NewTicker(100 * time.Microsecond)
			defer often.Stop()
			for {
				select {
				case <-stop:
					return
				case <-often.C:
					s.hub.Tell(buyer, []byte(`{"type":"secret","room":"x","of":"`+buyer+`"}`))
				}
			}
		})
		wg.Go(func() {
			for i := range 25 {
				if err := s.visit(token, buyer, i%3 == 0); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	visits := make(chan struct{})
	go func() { wg.Wait(); close(visits) }()
	eventually(t, "some visits were made", func() bool { return s.api.sockets.count() > 0 })
	deadline := time.AfterFunc(patience, func() { close(stop) })
	defer deadline.Stop()
	eventually(t, "the sockets have come and gone", func() bool {
		s.node.mu.Lock()
		n := len(s.node.authed)
		s.node.mu.Unlock()
		return n == 200 && s.api.sockets.count() == 0
	})
	if deadline.Stop() {
		close(stop)
	}
	<-visits
	eventually(t, "no goroutine of a socket is left", func() bool {
		return !running("api.(*socket)") && !running("api.(*API).serveSocket") && !running("hub.(*Client)")
	})
}

// running reports whether any goroutine has such a function on its stack.
func running(function string) bool {
	b := make([]byte, 1<<20)
	return bytes.Contains(b[:runtime.Stack(b, true)], []byte(function))
}

// visit opens a socket, reads what it is told, and leaves politely or not.
func (s *server) visit(token, buyer string, abrupt bool) error {
	ws, _, err := (&fasthttpws.Dialer{HandshakeTimeout: patience}).Dial("ws://"+s.addr+base+"/socket", nil)
	if err != nil {
		return err
	}
	defer ws.Close()
	if err := ws.WriteMessage(fasthttpws.TextMessage, []byte(`{"id":1,"type":"auth","token":"`+token+`"}`)); err != nil {
		return err
	}
	if err := ws.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	for range 5 {
		_, b, err := ws.ReadMessage()
		if closed := (*fasthttpws.CloseError)(nil); errors.As(err, &closed) && closed.Code == hub.CloseSlow {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if !bytes.Contains(b, []byte(buyer)) {
			return fmt.Errorf("buyer %s was told %s", buyer, b)
		}
	}
	if !abrupt {
		return ws.WriteControl(fasthttpws.CloseMessage, fasthttpws.FormatCloseMessage(1000, ""), time.Now().Add(patience))
	}
	return nil
}
