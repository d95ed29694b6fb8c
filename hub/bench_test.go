package hub

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"jari/server/redistest"
)

// goal counts messages and tells when there are enough.
type goal struct {
	got, want atomic.Int64
	reached   chan struct{}
}

func newGoal() *goal { return &goal{reached: make(chan struct{}, 1)} }

func (g *goal) add(n int) {
	if g.got.Add(int64(n)) == g.want.Load() {
		g.reached <- struct{}{}
	}
}

// nullConn counts messages.
type nullConn struct{ got *goal }

func (c nullConn) Write(wire [][]byte) error          { c.got.add(len(wire)); return nil }
func (c nullConn) SetWriteDeadline(t time.Time) error { return nil }
func (c nullConn) Close(int, string)                  {}

// tcpConn is a connection as the server has it, without the framing.
type tcpConn struct {
	net.Conn
	got *goal
}

func (c tcpConn) Write(wire [][]byte) error {
	n := len(wire)
	if n == 1 {
		if _, err := c.Conn.Write(wire[0]); err != nil {
			return err
		}
	} else {
		buffers := net.Buffers(wire)
		if _, err := buffers.WriteTo(c.Conn); err != nil {
			return err
		}
	}
	c.got.add(n)
	return nil
}

func (c tcpConn) Close(int, string) { c.Conn.Close() }

// tickerSource has a new frame of 100 bytes whenever it is asked.
type tickerSource struct{ version int64 }

var frame100 = []byte(fmt.Sprintf("%-100s", `{"type":"changes"}`))

func (s *tickerSource) Next() (Frame, bool) {
	s.version++
	return Frame{Epoch: 1, From: s.version - 1, Version: s.version, Data: frame100}, true
}
func (s *tickerSource) Snapshot() Frame              { return Frame{Epoch: 1, Version: s.version, Data: frame100} }
func (s *tickerSource) Since(Position) (Frame, bool) { return Frame{}, false }
func (s *tickerSource) Close()                       {}

func benchHub(b *testing.B, clients int, conn func(i int) Conn) *Hub {
	b.Helper()
	h := New(Config{
		TickMin: time.Nanosecond, TickMax: time.Nanosecond,
		Source: func(string) (Source, error) { return &tickerSource{}, nil },
	})
	for i := range clients {
		c, err := h.Attach(conn(i))
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Join("z", nil, &Position{Epoch: 1}); err != nil {
			b.Fatal(err)
		}
	}
	return h
}

// broadcast has the hub send n frames to all, one after the other.
func broadcast(b *testing.B, h *Hub, got *goal, clients, n int) {
	b.Helper()
	for range n {
		got.want.Store(got.got.Load() + int64(clients))
		h.Changed("z")
		select {
		case <-got.reached:
		case <-time.After(10 * time.Second):
			b.Fatalf("%d frames are missing", got.want.Load()-got.got.Load())
		}
	}
}

// settle waits until nothing more arrives: of that nobody sends word, so it is real time that has to pass. Only benchmarks use it.
func settle(got *goal) {
	for last := int64(-1); last != got.got.Load(); time.Sleep(50 * time.Millisecond) {
		last = got.got.Load()
	}
}

func BenchmarkBroadcastMemory(b *testing.B) {
	const clients = 5000
	got := newGoal()
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	h := benchHub(b, clients, func(int) Conn { return nullConn{got} })
	defer h.Close()
	settle(got)
	var after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportAllocs()
	b.ResetTimer()
	cpu := processCPU()
	broadcast(b, h, got, clients, b.N)
	b.ReportMetric(float64(processCPU()-cpu)/float64(b.N*clients), "cpu-ns/frame")
	held := (after.HeapInuse + after.StackInuse) - (before.HeapInuse + before.StackInuse)
	b.ReportMetric(float64(held)/clients, "B/client")
	b.StopTimer()
}

// processCPU is the CPU time of this process in ns.
func processCPU() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// BenchmarkBroadcastTCP compares the hub's CPU time per frame with the floor: a bare write(2) of the same frame to each
// of the same sockets. The readers are another process.
func BenchmarkBroadcastTCP(b *testing.B) {
	const clients = 2000
	conns := dialedFromOutside(b, clients)
	fds := make([]int, clients)
	for i, conn := range conns {
		raw, err := conn.(*net.TCPConn).SyscallConn()
		if err != nil {
			b.Fatal(err)
		}
		if err := raw.Control(func(fd uintptr) { fds[i] = int(fd) }); err != nil {
			b.Fatal(err)
		}
	}
	got := newGoal()
	h := benchHub(b, clients, func(i int) Conn { return tcpConn{conns[i], got} })
	defer h.Close()
	settle(got)

	var floor, hub int64
	b.ResetTimer()
	// In turns, so that both meet the same moods of the machine.
	for done := 0; done < b.N; {
		n := min(10, b.N-done)
		done += n
		cpu := processCPU()
		for range n {
			for _, fd := range fds {
				if _, err := syscall.Write(fd, frame100); err != nil {
					b.Fatal(err)
				}
			}
			time.Sleep(5 * time.Millisecond) // real time, in which the readers' process gets its share of the cores
		}
		floor += processCPU() - cpu
		cpu = processCPU()
		broadcast(b, h, got, clients, n)
		hub += processCPU() - cpu
	}
	b.StopTimer()
	frames := float64(b.N * clients)
	b.ReportMetric(float64(floor)/frames, "floor-ns/frame")
	b.ReportMetric(float64(hub)/frames, "hub-ns/frame")
	b.ReportMetric(float64(hub)/float64(floor), "ratio")
}

// dialedFromOutside returns connections whose other ends are read by a process of their own.
func dialedFromOutside(b *testing.B, n int) []net.Conn {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "HUB_READ_FROM="+listener.Addr().String(), fmt.Sprintf("HUB_READERS=%d", n))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // the reader ends with it
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stdin.Close()
		cmd.Wait()
	})
	conns := make([]net.Conn, n)
	for i := range conns {
		if conns[i], err = listener.Accept(); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conns[i].Close() })
	}
	return conns
}

// TestMain is also the other process of dialedFromOutside.
func TestMain(m *testing.M) {
	address := os.Getenv("HUB_READ_FROM")
	if address == "" {
		os.Exit(redistest.Main(m))
	}
	if err := readFrom(address, os.Getenv("HUB_READERS")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// readFrom reads with that many connections until standard input ends.
func readFrom(address, readers string) error {
	n, err := strconv.Atoi(readers)
	if err != nil {
		return err
	}
	for range n {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return err
		}
		defer conn.Close()
		go io.Copy(io.Discard, bufio.NewReaderSize(conn, 512))
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
