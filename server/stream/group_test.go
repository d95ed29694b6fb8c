package stream

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
)

func TestMembersShareThePartitions(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 4, "bookings")
		a, b := newRecorder(), newRecorder()
		consume(t, cfg, "bookings", a)
		eventually(t, "all partitions of the first", func() bool { return len(a.owned()) == 4 })

		stopB := consume(t, cfg, "bookings", b)
		eventually(t, "two partitions each", func() bool { return len(a.owned()) == 2 && len(b.owned()) == 2 })
		both := append(a.owned(), b.owned()...)
		slices.Sort(both)
		if !slices.Equal(both, []int32{0, 1, 2, 3}) {
			t.Errorf("owned are %v and %v", a.owned(), b.owned())
		}
		// Cooperative: those that stay are not interrupted.
		if n := look(a, func() int { return len(a.logs) }); n != 4 {
			t.Errorf("the first was assigned %d partitions, want 4", n)
		}

		stopB()
		if len(b.owned()) != 0 {
			t.Errorf("the second still has %v", b.owned())
		}
		eventually(t, "all partitions of the first again", func() bool { return len(a.owned()) == 4 })
	})
}

func TestRevokedComesAfterTheRunningCall(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 2, "bookings")
		p := producer(t, cfg)
		produce(t, p, "bookings", "demo", numbers(0, 10)...)
		produce(t, p, "bookings", "a", numbers(10, 20)...)

		a, b := newRecorder(), newRecorder()
		var running, cancelled atomic.Int32
		a.onRead = func(ctx context.Context, log Log, records []Record) error {
			running.Add(1)
			<-ctx.Done()
			cancelled.Add(1)
			return ctx.Err()
		}
		stopA := consume(t, cfg, "bookings", a)
		eventually(t, "a call for each partition", func() bool { return running.Load() == 2 })
		consume(t, cfg, "bookings", b)
		eventually(t, "a partition moved and read by the other", func() bool { return b.count() == 10 })
		if cancelled.Load() != 1 {
			t.Errorf("%d calls cancelled, want that of the partition that moved", cancelled.Load())
		}
		stopA()
		eventually(t, "both partitions read by the other", func() bool { return b.count() == 20 })
		for r, name := range map[*recorder]string{a: "first", b: "second"} {
			if n := look(r, func() int { return r.overlaps }); n > 0 {
				t.Errorf("the %s had %d overlapping calls", name, n)
			}
		}
	})
}

func TestEveryRecordIsReadThroughMovingPartitions(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 6, "bookings")
		p := producer(t, cfg)
		shared := newRecorder() // both members keep their offsets in one place, as in one database
		const keys, each = 12, 200
		stop := consume(t, cfg, "bookings", shared)
		for round := range 4 {
			var stopOther func()
			assigned := look(shared, func() int { return len(shared.logs) })
			if round%2 == 1 {
				stopOther = consume(t, cfg, "bookings", shared)
			}
			for k := range keys {
				var vs []string
				for i := range each / 4 {
					vs = append(vs, fmt.Sprintf("%d:%d", k, round*each/4+i))
				}
				produce(t, p, "bookings", fmt.Sprintf("event-%d", k), vs...)
			}
			if stopOther != nil {
				// kfake keeps a group waiting for 30 s when a member leaves while it is being made.
				eventually(t, "a partition moved", func() bool { return look(shared, func() int { return len(shared.logs) }) > assigned })
				stopOther()
			}
		}
		seen := func() map[string]bool {
			s := map[string]bool{}
			for _, v := range shared.values() {
				s[v] = true
			}
			return s
		}
		eventually(t, "all records read", func() bool { return len(seen()) == keys*each })
		stop()
	})
}

// runMember runs a member of a group that a test looks into, until the test ends.
func runMember(t *testing.T, cfg Config, r *recorder) *member {
	t.Helper()
	m, err := join(cfg.withDefaults(), "workers", "bookings", r)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return m
}

func TestBlockedPartitionIsPausedAndOthersGoOn(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 2, "bookings")
		p := producer(t, cfg)
		want := numbers(0, 20*pauseAt)
		r := newRecorder()
		release := make(chan struct{})
		r.onRead = func(ctx context.Context, log Log, records []Record) error {
			if records[0].Key == "demo" {
				<-release
			}
			return nil
		}
		m := runMember(t, cfg, r)

		produce(t, p, "bookings", "demo", want...)
		waiting, paused := 0, false
		eventually(t, "the blocked partition to pause", func() bool {
			m.order(t.Context(), func() error {
				for n, part := range m.parts {
					if m.paused[n] {
						waiting, paused = part.inbox.len(), true
					}
				}
				return nil
			})
			return paused
		})
		if waiting > pauseAt {
			t.Errorf("%d records wait in memory, want at most %d", waiting, pauseAt)
		}
		for i := range 20 {
			produce(t, p, "bookings", "a", "other")
			eventually(t, "the other partition read", func() bool { return r.count() == i+1 })
		}
		close(release)
		eventually(t, "all records read", func() bool { return r.count() == 20+len(want) })
		got := slices.DeleteFunc(r.values(), func(v string) bool { return v == "other" })
		if !slices.Equal(got, want) {
			t.Error("records were lost, doubled or out of order over the pause")
		}
	})
}

func TestRecordsOutliveARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opts := []kfake.Opt{kfake.DataDir(dir), kfake.SyncWrites(), kfake.ClusterID("jari")}
	var ids []string
	r := newRecorder()
	for round := range 3 {
		c, cfg := cluster(t, opts...) // on another port each time
		ensure(t, cfg, 2, "bookings")
		stop := consume(t, cfg, "bookings", r)
		produce(t, producer(t, cfg), "bookings", "demo", numbers(10*round, 10*round+10)...)
		eventually(t, "the records read", func() bool { return r.count() == 10*round+10 })
		ids = append(ids, look(r, func() string { return r.logs[len(r.logs)-1].ID }))
		stop()
		c.Close()
	}
	if got := r.values(); !slices.Equal(got, numbers(0, 30)) {
		t.Errorf("read %v", got)
	}
	if ids[0] == "" || ids[0] != ids[1] || ids[1] != ids[2] {
		t.Errorf("the log's id changed: %v", ids)
	}

	_, cfg := cluster(t)
	ensure(t, cfg, 2, "bookings")
	other := newRecorder()
	consume(t, cfg, "bookings", other)
	eventually(t, "assigned", func() bool { return len(other.owned()) == 2 })
	if id := look(other, func() string { return other.logs[0].ID }); id == ids[0] {
		t.Error("another cluster's log has the same id")
	}
}

func TestATopicMadeAnewIsAnotherLog(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 1, "bookings")
		produce(t, producer(t, cfg), "bookings", "demo", numbers(0, 5)...)
		r := newRecorder()
		r.onAssigned = r.fromStored
		consume(t, cfg, "bookings", r)
		eventually(t, "the first log read", func() bool { return r.count() == 5 })
		deleteTopics(t, cfg, cfg.wire("bookings"))
		eventually(t, "the topic gone", func() bool { return len(topics(t, cfg)) == 0 })
		ensure(t, cfg, 1, "bookings")
		produce(t, producer(t, cfg), "bookings", "demo", "5", "6")
		eventually(t, "the second log read", func() bool { return r.count() >= 7 })
		if got := r.values(); !slices.Equal(got, numbers(0, 7)) {
			t.Errorf("read %v", got)
		}
		ids := look(r, func() []string { return []string{r.logs[0].ID, r.logs[len(r.logs)-1].ID} })
		if ids[0] == ids[1] {
			t.Error("both logs have one id")
		}
	})
}

// TestAKilledMembersPartitionsAreTakenOver starts this test binary again as the member that is killed.
func TestAKilledMembersPartitionsAreTakenOver(t *testing.T) {
	if brokers := os.Getenv(victimBrokers); brokers != "" {
		r := newRecorder()
		consume(t, Config{Brokers: brokers, TopicPrefix: os.Getenv(victimPrefix)}, "bookings", r)
		eventually(t, "a partition", func() bool { return len(r.owned()) == 1 })
		os.Stdout.WriteString("assigned\n")
		select {} // it is killed
	}
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 2, "bookings")
		victim := exec.Command(os.Args[0], "-test.run=^TestAKilledMembersPartitionsAreTakenOver$")
		victim.Env = append(os.Environ(), victimBrokers+"="+cfg.Brokers, victimPrefix+"="+cfg.TopicPrefix)
		out, err := victim.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		kill := sync.OnceFunc(func() {
			victim.Process.Kill()
			victim.Wait()
		})
		defer kill()
		r := newRecorder()
		consume(t, cfg, "bookings", r)
		if said, err := bufio.NewReader(out).ReadString('\n'); said != "assigned\n" {
			t.Fatalf("the victim said %q, %v", said, err)
		}
		eventually(t, "partitions shared with the victim", func() bool { return len(r.owned()) == 1 })
		kill()
		// The client's own session timeout is 45 s: longer than this waits.
		eventually(t, "all partitions taken over", func() bool { return len(r.owned()) == 2 })
	})
}

const victimBrokers, victimPrefix = "STREAM_TEST_BROKERS", "STREAM_TEST_PREFIX"
