package hub

import (
	"bufio"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// dialed returns both ends of a TCP connection.
func dialed(t *testing.T) (server, client *net.TCPConn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	c, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	s, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return s.(*net.TCPConn), c.(*net.TCPConn)
}

// busy has a room change and announce until it is told to be quiet.
func busy(h *house, announcement string) (quiet func()) {
	quit := make(chan struct{})
	var changes sync.WaitGroup
	changes.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-quit:
				return
			case <-time.After(time.Millisecond):
			}
			h.set("z", i%seats, byte('0'+i%4))
			h.Announce("z", []byte(announcement))
		}
	})
	return func() {
		close(quit)
		changes.Wait()
	}
}

// A client over a real socket gets everything, one that does not read is closed as slow, and a kick really ends the
// connection.
func TestOverTCP(t *testing.T) {
	before := runtime.NumGoroutine()
	h := newHouse(Config{
		TickMin: time.Millisecond, WriteTimeout: 100 * time.Millisecond,
		Wire: func(m []byte) []byte { return append(m[:len(m):len(m)], '\n') },
	})
	join := func() (*Client, *bufio.Scanner) {
		server, client := dialed(t)
		if err := server.SetWriteBuffer(4096); err != nil {
			t.Fatal(err)
		}
		c, err := h.Attach(tcpConn{server, newGoal()})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Join("z", []byte("joined"), nil); err != nil {
			t.Fatal(err)
		}
		return c, bufio.NewScanner(client)
	}
	reading, lines := join()
	idle, _ := join() // nobody reads this one
	big := strings.Repeat("x", 32<<10)
	quiet := busy(h, big)
	var v viewer
	gone := make(chan struct{})
	go func() { idle.Wait(); close(gone) }()
	for waiting := true; waiting || v.applied < 100; {
		select {
		case <-gone:
			waiting = false
		default:
		}
		if !lines.Scan() {
			t.Fatalf("the reader was cut off: %v", lines.Err())
		}
		if line := lines.Text(); line != "joined" && line != big {
			if err := v.receive(line); err != nil {
				t.Fatal(err)
			}
		}
	}
	quiet()
	if n := h.Stats().Slow; n != 1 {
		t.Fatalf("%d slow clients, want the one that did not read", n)
	}
	reading.Kick(CloseIdle, "")
	for lines.Scan() { // the connection really ends
	}
	reading.Wait()
	h.close(t)
	eventually(t, "goroutines are as before", func() bool { return runtime.NumGoroutine() <= before })
}
