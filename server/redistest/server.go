// Package redistest starts Redis servers for tests: real ones, a cluster, one with a replica behind Sentinels, and one in the process.
// They listen on loopback only, keep what they keep in folders of their own, and end with the test.
package redistest

import (
	"bytes"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for something that must happen; it is never waited out by a passing test.
const patience = 30 * time.Second

// Server is a redis-server process, and in time those that take its place on the same address.
type Server struct {
	Addr string
	Dir  string // its working folder

	path   string
	args   []string
	cmd    *exec.Cmd
	exited chan struct{}
}

// Program is the path of redis-server. Without it the test is skipped, or fails with JARI_REQUIRE_SERVICES=1.
func Program(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("JARI_REQUIRE_SERVICES") == "1" {
			t.Fatal("redis-server is not installed and JARI_REQUIRE_SERVICES=1")
		}
		t.Skip("redis-server is not installed: this test needs it")
	}
	return path
}

// Start starts a server, with more arguments when given.
func Start(t testing.TB, more ...string) *Server {
	t.Helper()
	path := Program(t)
	return startOnSomePort(t, func(port string) *Server {
		return &Server{path: path, Dir: t.TempDir(), args: append([]string{"--port", port}, more...)}
	})
}

// StartTLS starts a server that speaks nothing but TLS; the arguments name its certificate, key and authority.
func StartTLS(t testing.TB, more ...string) *Server {
	t.Helper()
	path := Program(t)
	return startOnSomePort(t, func(port string) *Server {
		return &Server{path: path, Dir: t.TempDir(), args: append([]string{"--port", "0", "--tls-port", port}, more...)}
	})
}

// somePort is an address below those that systems give to who asks for any, so that one which was left for a restart is not taken
// meanwhile; its neighbour of the cluster's bus, 10,000 above, is too.
func somePort() string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(10_000+rand.N(12_000)))
}

// startOnSomePort makes and starts a server.
func startOnSomePort(t testing.TB, of func(port string) *Server) *Server {
	t.Helper()
	for range 20 {
		addr := somePort()
		_, port, _ := net.SplitHostPort(addr)
		s := of(port)
		s.Addr = addr
		if out, ok := s.start(); ok {
			t.Cleanup(s.Kill)
			return s
		} else if !bytes.Contains(out, []byte("in use")) {
			t.Fatalf("redis-server does not start: %s", out)
		}
	}
	t.Fatal("redis-server finds no port")
	return nil
}

func (s *Server) start() (out []byte, ok bool) {
	heard := newWords("Ready to accept connections", "Sentinel ID is")
	args := append([]string{}, s.args...)
	if len(args) == 0 || filepath.Ext(args[0]) != ".conf" {
		args = append([]string{"--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", s.Dir}, args...)
	}
	s.cmd = exec.Command(s.path, args...)
	s.cmd.Stdout, s.cmd.Stderr = heard, heard
	s.exited = make(chan struct{})
	if err := s.cmd.Start(); err != nil {
		return []byte(err.Error()), false
	}
	cmd, exited := s.cmd, s.exited
	go func() { _ = cmd.Wait(); close(exited) }() // it is killed: its exit status says nothing
	select {
	case <-heard.said:
		return nil, true
	case <-s.exited:
	case <-time.After(patience):
		s.Kill()
	}
	return heard.all(), false
}

// Kill ends the process as a crash does.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	<-s.exited
}

// Restart starts the server again on its address, with what it has on its disk.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	if out, ok := s.start(); !ok {
		t.Fatalf("redis-server does not start again: %s", out)
	}
}

// Freeze stops the process so that it neither answers nor hangs up; Thaw lets it go on.
func (s *Server) Freeze() { _ = s.cmd.Process.Signal(syscall.SIGSTOP) }
func (s *Server) Thaw()   { _ = s.cmd.Process.Signal(syscall.SIGCONT) }

// words waits in a server's output for the one or the other.
type words struct {
	said  chan struct{} // closed when one was said
	of    [][]byte
	mu    sync.Mutex
	out   []byte // guarded by mu
	found bool   // guarded by mu
}

func newWords(of ...string) *words {
	w := &words{said: make(chan struct{})}
	for _, word := range of {
		w.of = append(w.of, []byte(word))
	}
	return w
}

func (w *words) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.found {
		return len(b), nil
	}
	w.out = append(w.out, b...)
	for _, word := range w.of {
		if bytes.Contains(w.out, word) {
			w.found = true
			close(w.said)
			break
		}
	}
	return len(b), nil
}

func (w *words) all() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Clone(w.out)
}

// Until polls a condition that servers, or the clock of one, will make true.
func Until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}
