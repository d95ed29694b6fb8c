package hub

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"jari/server/redistest"
)

// redisServer is a Redis that a test can stop and start again on the same address.
type redisServer interface {
	Address() string
	Stop()
	Start(t *testing.T)
}

type mini struct{ *miniredis.Miniredis }

func (m mini) Address() string { return m.Addr() }
func (m mini) Stop()           { m.Close() }
func (m mini) Start(t *testing.T) {
	t.Helper()
	if err := m.Restart(); err != nil {
		t.Fatal(err)
	}
}

// real listens on a socket in a directory of its own, so that no other process can have its address.
type real struct {
	directory string
	cmd       *exec.Cmd
}

func (r *real) Address() string { return filepath.Join(r.directory, "redis") }

func (r *real) Stop() {
	if r.cmd != nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait() // says "killed"
		r.cmd = nil
	}
}

func (r *real) Start(t *testing.T) {
	t.Helper()
	r.cmd = exec.Command("redis-server", "--port", "0", "--unixsocket", r.Address(), "--save", "", "--appendonly", "no", "--dir", r.directory)
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "redis-server answers", func() bool {
		c, err := net.Dial("unix", r.Address())
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// shortDirectory is a directory whose sockets' names are short enough for the kernel.
func shortDirectory(t *testing.T) string {
	t.Helper()
	directory, err := os.MkdirTemp("", "hub")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(directory) })
	return directory
}

// onEveryRedis runs a test on one server, as onOneRedis, and on a cluster of three masters, which it must not stop.
func onEveryRedis(t *testing.T, test func(t *testing.T, server redisServer, sharded bool)) {
	onOneRedis(t, test)
	t.Run("cluster", func(t *testing.T) { test(t, three{redistest.SharedCluster(t)}, true) })
}

// three is a cluster.
type three struct{ *redistest.Cluster }

func (c three) Address() string  { return strings.Join(c.Addrs(), ",") }
func (c three) Stop()            { panic("others use it") }
func (c three) Start(*testing.T) { panic("it is running") }

// onOneRedis runs a test on miniredis and on a real server, unsharded and, where the server can, sharded.
func onOneRedis(t *testing.T, test func(t *testing.T, server redisServer, sharded bool)) {
	t.Run("miniredis", func(t *testing.T) {
		test(t, mini{redistest.Mini(t)}, false)
	})
	for _, sharded := range []bool{false, true} {
		t.Run(fmt.Sprintf("redis/sharded=%v", sharded), func(t *testing.T) {
			redistest.Program(t)
			r := &real{directory: shortDirectory(t)}
			r.Start(t)
			t.Cleanup(r.Stop)
			test(t, r, sharded)
		})
	}
}

// frozen is a proxy whose connections can fall silent without ending, as when a machine or a cable dies.
type frozen struct {
	listener net.Listener
	mu       sync.Mutex
	silent   map[net.Conn]bool
	carried  int // reads from the server
}

func freezable(t *testing.T, to string) *frozen {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &frozen{listener: l, silent: make(map[net.Conn]bool)}
	var pipes sync.WaitGroup
	pipes.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			network := "tcp"
			if strings.HasPrefix(to, "/") {
				network = "unix"
			}
			out, err := net.Dial(network, to)
			if err != nil {
				in.Close()
				continue
			}
			f.mu.Lock()
			f.silent[in] = false
			f.mu.Unlock()
			pipes.Go(func() { f.pipe(in, in, out) })
			pipes.Go(func() { f.pipe(in, out, in) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		f.mu.Lock()
		for in := range f.silent {
			in.Close()
		}
		f.mu.Unlock()
		pipes.Wait()
	})
	return f
}

// pipe copies until either end has ended, and drops what comes while the connection is frozen.
func (f *frozen) pipe(key, from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		f.mu.Lock()
		silent := f.silent[key]
		if key != from {
			f.carried++
		}
		f.mu.Unlock()
		if silent {
			continue
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (f *frozen) freeze() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for in := range f.silent {
		f.silent[in] = true
	}
}
