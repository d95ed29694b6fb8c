package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"jari/server/kafkatest"
	"jari/server/redistest"
	"jari/server/store/storetest"
)

// shared is what several nodes have in common: a real Redis, and Kafka and a database that are real where the environment names them
// (make services), else good enough for a test.
type shared struct {
	redis, kafka, dsn string
	prefix            string // of topics and groups: the brokers may be those of others too
	key               string // file with the signing key
}

// partitions of the topics, as the server expects them by default.
const partitions = 12

func startShared(t *testing.T, bin string) *shared {
	t.Helper()
	dir := t.TempDir()
	// A first start alone leaves a migrated database with the demonstration venue in it.
	startNode(t, bin, "--data-dir", dir).stop()
	s := &shared{redis: os.Getenv("JARI_TEST_REDIS_URL"), kafka: os.Getenv("JARI_TEST_KAFKA_BROKERS"), dsn: "sqlite://" + filepath.Join(dir, "jari.db"),
		prefix: fmt.Sprintf("test-%016x-", rand.Uint64()), key: filepath.Join(dir, "shared.key")}
	if err := os.WriteFile(s.key, []byte(strings.Repeat("0123456789abcdef", 4)), 0o600); err != nil {
		t.Fatal(err)
	}
	if s.redis == "" {
		s.redis = "redis://" + redistest.Start(t).Addr + "/0"
	}
	if s.kafka == "" {
		cluster, err := kfake.NewCluster(kfake.NumBrokers(1),
			kfake.SeedTopics(partitions, s.prefix+"bookings", s.prefix+"booking-outcomes", s.prefix+"bookings.dead-letter"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(cluster.Close)
		s.kafka = strings.Join(cluster.ListenAddrs(), ",")
	}
	if os.Getenv("JARI_TEST_DATABASE_DSN") != "" {
		s.dsn = storetest.Shared(t).Database(t)
	}
	jari(t, bin, nil, "migrate", "--database-dsn", s.dsn, "--kafka-brokers", s.kafka, "--kafka-topic-prefix", s.prefix)
	t.Cleanup(func() { kafkatest.Delete(t, s.kafka, s.prefix, "bookings", "booking-outcomes", "bookings.dead-letter") })
	if !strings.HasPrefix(s.dsn, "sqlite:") {
		plan := jari(t, bin, nil, "venue", "export", "--data-dir", dir, "demo")
		jari(t, bin, plan, "venue", "import", "--database-dsn", s.dsn, "--id", "demo", "-")
	}
	return s
}

// jari runs a command of the server to its end.
func jari(t *testing.T, bin string, in []byte, args ...string) (out []byte) {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args[:2], " "), err, stderr.String())
	}
	return out
}

func (s *shared) flags() []string {
	return []string{"--redis-url", s.redis, "--kafka-brokers", s.kafka, "--kafka-topic-prefix", s.prefix, "--database-dsn", s.dsn,
		"--signing-key-file", s.key}
}

// forgetMembers takes all members out of our consumer groups, as the broker would by itself some seconds after their death.
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
		if strings.HasPrefix(g.Group, s.prefix) {
			describe.Groups = append(describe.Groups, g.Group)
		}
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
