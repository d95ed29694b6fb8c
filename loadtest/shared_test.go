package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// shared is what several nodes have in common: a real Redis, and Kafka and a database good enough for a test.
type shared struct {
	redis, kafka, dsn string
	keyFile           string // of the tokens
}

// partitions of the topics, as the server expects them by default.
const partitions = 12

func startShared(t *testing.T, bin string) *shared {
	t.Helper()
	dir := t.TempDir()
	// A first start alone leaves a migrated database with the demonstration venue in it.
	startNode(t, bin, "--data-dir", dir).stop()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(partitions, "bookings", "booking-outcomes", "bookings.dead-letter"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	key := filepath.Join(dir, "shared.key")
	if err := os.WriteFile(key, []byte(strings.Repeat("0123456789abcdef", 4)), 0o600); err != nil {
		t.Fatal(err)
	}
	return &shared{keyFile: key, redis: startRedis(t, dir), kafka: strings.Join(cluster.ListenAddrs(), ","),
		dsn: "sqlite://" + filepath.Join(dir, "jari.db")}
}

func (s *shared) flags() []string {
	return []string{"--redis-url", s.redis, "--kafka-brokers", s.kafka, "--database-dsn", s.dsn,
		"--signing-key-file", s.keyFile}
}

// forgetMembers takes all members out of the consumer groups, as the broker would by itself some seconds after their death.
func (s *shared) forgetMembers(t *testing.T) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(s.kafka))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	groups, err := kmsg.NewPtrListGroupsRequest().RequestWith(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	describe := kmsg.NewPtrDescribeGroupsRequest()
	for _, g := range groups.Groups {
		describe.Groups = append(describe.Groups, g.Group)
	}
	described, err := describe.RequestWith(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range described.Groups {
		leave := kmsg.NewPtrLeaveGroupRequest()
		leave.Group = g.Group
		for _, m := range g.Members {
			member := kmsg.NewLeaveGroupRequestMember()
			member.MemberID = m.MemberID
			leave.Members = append(leave.Members, member)
		}
		if _, err := leave.RequestWith(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
}

// requireRedis skips a test where two nodes cannot have one Redis, or fails it where that was required.
func requireRedis(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err == nil {
		return
	}
	if os.Getenv("JARI_REQUIRE_SERVICES") == "1" {
		t.Fatal("redis-server is not installed and JARI_REQUIRE_SERVICES=1")
	}
	t.Skip("redis-server is not installed: two nodes need one Redis")
}

// startRedis starts the real thing on a free port; a machine without redis-server cannot show this.
func startRedis(t *testing.T, dir string) (url string) {
	t.Helper()
	bin, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("redis-server is required and is not installed: ", err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().(*net.TCPAddr)
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, "--port", fmt.Sprint(addr.Port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it keeps nothing
		var exit *exec.ExitError
		if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
			t.Error(err)
		}
	})
	eventually(t, 10*time.Second, "redis answers", func() error {
		conn, err := net.Dial("tcp", addr.String())
		if err != nil {
			return err
		}
		return conn.Close()
	})
	return "redis://" + addr.String() + "/0"
}
