package api

import (
	"bytes"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// countingConn stands for the TCP connection and counts writes.
type countingConn struct {
	net.Conn
	mu     sync.Mutex
	writes [][]byte
	block  chan struct{}
}

func (c *countingConn) Write(b []byte) (int, error) {
	if c.block != nil {
		<-c.block
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes = append(c.writes, bytes.Clone(b))
	return len(b), nil
}

func (c *countingConn) SetWriteDeadline(time.Time) error { return nil }
func (c *countingConn) SetReadDeadline(time.Time) error  { return nil }
func (c *countingConn) Close() error                     { return nil }

func (c *countingConn) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.writes)
}

// TestOneWrite: the frames of a tick leave in one write, and a pong that waits goes with them.
func TestOneWrite(t *testing.T) {
	raw := &countingConn{}
	c := newConn(raw)
	wire := [][]byte{Wire([]byte("one")), Wire([]byte("two")), Wire([]byte("three"))}
	if err := c.Write(wire); err != nil {
		t.Fatal(err)
	}
	if raw.count() != 1 || wire[0] == nil {
		t.Fatalf("%d writes, slice %v", raw.count(), wire)
	}
	raw.block = make(chan struct{})
	writing := make(chan error, 1)
	go func() { writing <- c.Write(wire[:1]) }()
	eventually(t, "the writer is at work", func() bool {
		if c.wmu.TryLock() {
			c.wmu.Unlock()
			return false
		}
		return true
	})
	c.sendControl(frame(pingFrame, nil)) // does not wait
	c.sendControl(frame(pongFrame, []byte("a")))
	close(raw.block)
	if err := <-writing; err != nil {
		t.Fatal(err)
	}
	eventually(t, "the pong was sent", func() bool { return raw.count() == 3 })
	if got := raw.writes[2]; !bytes.Equal(got, frame(pongFrame, []byte("a"))) {
		t.Errorf("control frame %x", got)
	}
}

// TestOneWriteOnTCP: what is written together is one read for a client, because it was one writev.
func TestOneWriteOnTCP(t *testing.T) {
	client, serverSide := tcpPair(t)
	c := newConn(serverSide)
	if err := c.Write([][]byte{Wire([]byte("one")), Wire([]byte("two"))}); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	n, err := client.Read(b)
	if err != nil || n != 10 {
		t.Errorf("first read: %q %v", b[:n], err)
	}
}

// TestWireIsWhatALibraryReads holds our frames to the library's own reader, at the lengths where their form changes.
func TestWireIsWhatALibraryReads(t *testing.T) {
	s := start(t)
	p := s.dial()
	p.send(`{"id":1,"type":"ping"}`)
	p.expect("pong")
	for _, n := range []int{0, 1, 125, 126, 127, 65535, 65536, 70000} {
		pad := strings.Repeat("가", n/3) + strings.Repeat("a", n%3)
		b := Wire([]byte(pad))
		head := len(b) - n
		if want := map[bool]int{true: 2}[n <= 125] + map[bool]int{true: 4}[n > 125 && n <= 65535] + map[bool]int{true: 10}[n > 65535]; head != want {
			t.Errorf("%d bytes: header of %d, want %d", n, head, want)
		}
	}
	if got := closeFrame(4001, strings.Repeat("가", 100)); len(got) != 2+2+123 {
		t.Errorf("close frame of %d bytes", len(got))
	}
}

func TestDeadConnectionIsNotAnError(t *testing.T) {
	_, serverSide := tcpPair(t)
	if err := serverSide.Close(); err != nil {
		t.Fatal(err)
	}
	c := newConn(serverSide)
	if err := c.Write([][]byte{{1}}); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("write: %v", err)
	}
	c.Close(4000, "")
	c.sendControl(frame(pingFrame, nil))
}
