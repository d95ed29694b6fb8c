package embedded

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"jari/server/stream"
)

// TestAKilledProcessLeavesAllThatWasAcknowledged starts this test binary again as the process that is killed.
func TestAKilledProcessLeavesAllThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	const env = "EMBEDDED_TEST_DIR"
	if dir := os.Getenv(env); dir != "" {
		s := start(t, dir)
		book(t, s, "acknowledged")
		if read(t, s, 1) != "acknowledged" {
			t.Fatal("not read")
		}
		go stream.Consume(context.Background(), config(s), "workers", "bookings", &collector{values: make(chan string)})
		os.Stdout.WriteString("acknowledged\n")
		select {} // it is killed
	}
	dir := t.TempDir()
	for range 2 {
		victim := exec.Command(os.Args[0], "-test.run=^TestAKilledProcessLeavesAllThatWasAcknowledged$")
		victim.Env = append(os.Environ(), env+"="+dir)
		out, err := victim.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		said := make([]byte, len("acknowledged"))
		if _, err := out.Read(said); err != nil || string(said) != "acknowledged" {
			t.Errorf("the process said %q, %v", said, err)
		}
		victim.Process.Kill()
		victim.Wait()
	}

	s := start(t, dir)
	// The members of the killed processes must not be waited for: their sessions last 6 s.
	if known := groups(t, s); len(known) > 0 {
		t.Errorf("kafka remembers the groups %q", known)
	}
	if got := read(t, s, 2); got != "acknowledged acknowledged" {
		t.Errorf("the log has %q", got)
	}
	if known := groups(t, s); !slices.Equal(known, []string{"workers"}) {
		t.Errorf("kafka knows the groups %q, and one has read", known)
	}
}

// groups are those that Kafka knows of.
func groups(t *testing.T, s *Servers) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	client, err := kgo.NewClient(kgo.SeedBrokers(s.KafkaBrokers))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	answer, err := kmsg.NewPtrListGroupsRequest().RequestWith(ctx, client)
	if err != nil || answer.ErrorCode != 0 {
		t.Fatalf("list groups: %+v, %v", answer, err)
	}
	var names []string
	for _, g := range answer.Groups {
		names = append(names, g.Group)
	}
	return names
}
