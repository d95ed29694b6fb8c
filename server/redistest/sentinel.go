package redistest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// Watched is a master with a replica, and three Sentinels that agree by two.
type Watched struct {
	Name            string // by which the Sentinels know the master
	Master, Replica *Server
	Sentinels       []*Server
}

// StartWatched starts them. A master that is away for a second is replaced.
func StartWatched(t testing.TB) *Watched {
	t.Helper()
	w := &Watched{Name: "jari", Master: Start(t, "--repl-diskless-sync-delay", "0")}
	host, port, _ := net.SplitHostPort(w.Master.Addr)
	w.Replica = Start(t, "--replicaof", host+" "+port)
	Until(t, "the replica follows", func() bool { return Says(t, w.Replica, "master_link_status:up", "info", "replication") })
	for range 3 {
		w.Sentinels = append(w.Sentinels, startSentinel(t, w.Name, host, port))
	}
	for _, s := range w.Sentinels {
		Until(t, "the Sentinels know each other and the replica", func() bool {
			return Says(t, s, "slaves=1,sentinels=3", "info", "sentinel")
		})
	}
	return w
}

// startSentinel gives it a file, for it writes down what it learns.
func startSentinel(t testing.TB, name, host, port string) *Server {
	t.Helper()
	path := Program(t)
	return startOnSomePort(t, func(own string) *Server {
		dir := t.TempDir()
		file := filepath.Join(dir, "sentinel.conf")
		text := fmt.Sprintf("bind 127.0.0.1\nport %s\ndir %s\nsentinel monitor %s %s %s 2\n"+
			"sentinel down-after-milliseconds %s 1000\nsentinel failover-timeout %s 5000\n", own, dir, name, host, port, name, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return &Server{path: path, Dir: dir, args: []string{file, "--sentinel"}}
	})
}
