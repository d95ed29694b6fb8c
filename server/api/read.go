package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	fasthttpws "github.com/fasthttp/websocket"

	"jari/hub"
)

// keepPinging asks the client for a sign of life. The function it returns ends that, and waits for a ping being written.
func (s *socket) keepPinging() (stop func()) {
	every := s.api.cfg.Limits.Ping
	var mu sync.Mutex
	ended := false // guarded by mu
	var timer *time.Timer
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(every, func() {
		mu.Lock()
		defer mu.Unlock()
		if ended {
			return
		}
		s.conn.sendControl(frame(pingFrame, nil))
		timer.Reset(every)
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		ended = true
		timer.Stop()
	}
}

// read serves the client's messages until the socket ends, and says how.
func (s *socket) read() (code int, reason string) {
	for {
		s.conn.listen(time.Now().Add(s.api.cfg.Limits.Idle))
		kind, r, err := s.ws.NextReader()
		if err != nil {
			return s.ended(err)
		}
		if s.conn.isEnding() {
			return peerGone, "" // its writer has closed it: what still comes is not read as requests
		}
		if kind != fasthttpws.TextMessage {
			return hub.CloseProtocol, "messages are text"
		}
		s.buffer.Reset()
		most := int64(s.api.cfg.Limits.FrameBytes)
		s.whole = time.Now().Add(s.api.cfg.Limits.Message)
		s.conn.listen(s.whole)
		n, err := s.buffer.ReadFrom(io.LimitReader(meteredMessage{r, s.meter}, most+1))
		if err != nil {
			return s.ended(err)
		}
		s.whole = time.Time{}
		if n > most {
			return hub.CloseTooBig, fmt.Sprintf("a message has at most %d bytes", most)
		}
		if err := s.heard(); err != nil {
			return s.ended(err)
		}
		if code, reason := s.handle(s.buffer.Bytes()); code != 0 {
			return code, reason
		}
		if s.buffer.Cap() > keepBuffer {
			s.buffer = bytes.Buffer{}
		}
	}
}

// ended says with which code a failed read closes the socket.
func (s *socket) ended(err error) (code int, reason string) {
	var timeout net.Error
	switch {
	case s.conn.isEnding():
		return peerGone, ""
	case errors.Is(err, errFlood):
		return hub.CloseFlood, "too many messages"
	case errors.Is(err, s.seal): // the library wanted to close it because of what it read
		return hub.CloseProtocol, "frames that are not WebSocket's"
	case errors.Is(err, fasthttpws.ErrReadLimit):
		return hub.CloseTooBig, fmt.Sprintf("a message has at most %d bytes", s.api.cfg.Limits.FrameBytes)
	case errors.As(err, &timeout) && timeout.Timeout():
		if !s.whole.IsZero() {
			return hub.CloseIdle, "a message was begun and did not end"
		}
		return hub.CloseIdle, "nothing was heard"
	}
	return peerGone, ""
}
