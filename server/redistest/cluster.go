package redistest

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
)

// Cluster is a Redis Cluster whose masters share the slots evenly, in their order.
type Cluster struct {
	Masters  []*Server
	Replicas []*Server // of the masters, in their order; may be empty
}

const slots = 16384

// StartCluster starts a cluster of some masters, each with a replica if asked for, with more arguments for each server when given.
// A master without a replica that is away closes its own slots and no others.
func StartCluster(t testing.TB, masters int, replicas bool, more ...string) *Cluster {
	t.Helper()
	c := &Cluster{}
	args := append([]string{"--cluster-enabled", "yes", "--cluster-require-full-coverage", "no", "--repl-diskless-sync-delay", "0"}, more...)
	for range masters {
		c.Masters = append(c.Masters, Start(t, args...))
	}
	if replicas {
		for range masters {
			c.Replicas = append(c.Replicas, Start(t, args...))
		}
	}
	c.meet(t)
	for i, r := range c.Replicas {
		id := do(t, c.Masters[i], "cluster", "myid")
		// It knows its master as soon as they have met.
		Until(t, "a replica knows its master", func() bool { return try(t, r, "cluster", "replicate", id) == "OK" })
	}
	for _, s := range c.all() {
		Until(t, "the cluster is up", func() bool {
			info := do(t, s, "cluster", "info")
			nodes := do(t, s, "cluster", "nodes")
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, fmt.Sprint("cluster_slots_assigned:", slots)) &&
				strings.Count(nodes, "slave") == len(c.Replicas) && strings.Count(nodes, "\n") == len(c.all()) &&
				!strings.Contains(nodes, "handshake")
		})
	}
	for _, r := range c.Replicas {
		Until(t, "a replica follows", func() bool { return Says(t, r, "master_link_status:up", "info", "replication") })
	}
	return c
}

func (c *Cluster) meet(t testing.TB) {
	t.Helper()
	for i, s := range c.all() {
		do(t, s, "cluster", "set-config-epoch", strconv.Itoa(i+1))
	}
	n := len(c.Masters)
	for i, s := range c.Masters {
		do(t, s, "cluster", "addslotsrange", strconv.Itoa(i*slots/n), strconv.Itoa((i+1)*slots/n-1))
	}
	for _, s := range c.all()[1:] {
		host, port, _ := net.SplitHostPort(s.Addr)
		do(t, c.Masters[0], "cluster", "meet", host, port)
	}
}

func (c *Cluster) all() []*Server { return append(append([]*Server{}, c.Masters...), c.Replicas...) }

// Addrs are the addresses of all its servers.
func (c *Cluster) Addrs() []string {
	var addrs []string
	for _, s := range c.all() {
		addrs = append(addrs, s.Addr)
	}
	return addrs
}

// Of is the number of the master that a key belonged to at first.
func (c *Cluster) Of(t testing.TB, key string) int {
	t.Helper()
	slot, err := strconv.Atoi(do(t, c.all()[0], "cluster", "keyslot", key))
	if err != nil {
		t.Fatal(err)
	}
	n := len(c.Masters)
	for i := range n {
		if slot < (i+1)*slots/n {
			return i
		}
	}
	return n - 1
}

// do asks one server; what is refused is fatal.
func do(t testing.TB, s *Server, args ...any) string {
	t.Helper()
	text, err := ask(s, args...)
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return text
}

// Says reports whether a server's answer contains a text.
func Says(t testing.TB, s *Server, text string, args ...any) bool {
	t.Helper()
	return strings.Contains(do(t, s, args...), text)
}

func try(t testing.TB, s *Server, args ...any) string {
	t.Helper()
	text, _ := ask(s, args...)
	return text
}

func ask(s *Server, args ...any) (string, error) {
	c := redis.NewClient(&redis.Options{Addr: s.Addr, PoolSize: 1})
	defer c.Close()
	v, err := c.Do(context.Background(), args...).Result()
	return fmt.Sprint(v), err
}

// shared is the cluster of a test binary: forming one takes seconds.
var shared struct {
	sync.Mutex
	cluster *Cluster
	owner   owner
}

// SharedCluster is one cluster of three masters for all tests of a package, which never hurt it. The package's TestMain calls Main.
func SharedCluster(t testing.TB) *Cluster {
	t.Helper()
	Program(t)
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster == nil {
		shared.owner.TB = t
		// A machine that is busy with tests may keep a server waiting for long: that is no reason to think it dead.
		shared.cluster = StartCluster(&shared.owner, 3, false, "--cluster-node-timeout", "60000")
	}
	return shared.cluster
}

// Main runs a package's tests and ends what they share. What the library prints of each try to reach a server that a test has killed
// is kept quiet.
func Main(m *testing.M) int {
	redis.SetLogger(quiet{})
	code := m.Run()
	for i := len(shared.owner.closers) - 1; i >= 0; i-- {
		shared.owner.closers[i]()
	}
	return code
}

type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}
