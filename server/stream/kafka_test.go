package stream

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// kafkaServer is a Kafka of one test alone, of the artifacts that the shared one runs from.
type kafkaServer struct {
	t      *testing.T
	addr   string
	folder string
	cmd    *exec.Cmd
	exited chan struct{}
}

// startKafka takes some seconds. Without the artifacts the test is skipped.
func startKafka(t *testing.T) *kafkaServer {
	t.Helper()
	s := &kafkaServer{t: t, folder: t.TempDir()}
	s.addr = portForLong(t)
	controller := portForLong(t)
	config := []string{
		"node.id=1", "process.roles=broker,controller",
		"listeners=PLAINTEXT://" + s.addr + ",CONTROLLER://" + controller, "advertised.listeners=PLAINTEXT://" + s.addr,
		"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
		"controller.listener.names=CONTROLLER", "controller.quorum.voters=1@" + controller,
		"log.dirs=" + filepath.Join(s.folder, "data"), "auto.create.topics.enable=false",
		"offsets.topic.replication.factor=1", "offsets.topic.num.partitions=1", "group.initial.rebalance.delay.ms=0",
		"log.cleaner.dedupe.buffer.size=16777216",
		// A broker that was killed is waited for that long when it comes back.
		"broker.session.timeout.ms=1000", "broker.heartbeat.interval.ms=200",
	}
	if err := os.WriteFile(s.config(), []byte(strings.Join(config, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	format := s.java("kafka.tools.StorageTool", "format", "--cluster-id", "amFyaS1mb3ItdGVzdHMtMg", "--config", s.config())
	if out, err := format.CombinedOutput(); err != nil {
		t.Fatalf("format the storage of kafka: %v\n%s", err, out)
	}
	s.start()
	t.Cleanup(s.kill)
	return s
}

// portForLong is an address on which nothing listens, and which no client's socket takes while its server is dead: systems hand out
// higher ports by themselves.
func portForLong(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.N(10_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

func (s *kafkaServer) config() string { return filepath.Join(s.folder, "server.properties") }

func (s *kafkaServer) java(args ...string) *exec.Cmd {
	s.t.Helper()
	classpath, err := os.ReadFile("../../.services/kafka.classpath")
	if err != nil {
		noKafka(s.t, "make services fetches it")
	}
	java, err := exec.LookPath("java")
	if err != nil {
		noKafka(s.t, "java is not installed")
	}
	return exec.Command(java, append([]string{"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
		"-Dlog4j2.configurationFile=../../.ci/kafka/log4j2.yaml", "-cp", strings.TrimSpace(string(classpath))}, args...)...)
}

// start starts the broker, again when it was killed: on the same address, with what it has on its disk.
func (s *kafkaServer) start() {
	s.t.Helper()
	out, err := os.Create(filepath.Join(s.folder, "log"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer out.Close()
	s.cmd = s.java("kafka.Kafka", s.config())
	s.cmd.Stdout, s.cmd.Stderr = out, out
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	exited := make(chan struct{})
	s.exited = exited
	go func(cmd *exec.Cmd) { _ = cmd.Wait(); close(exited) }(s.cmd)
	for deadline := time.Now().Add(3 * patience); ; <-time.After(20 * time.Millisecond) {
		said, err := os.ReadFile(out.Name())
		if err != nil {
			s.t.Fatal(err)
		}
		if strings.Contains(string(said), "Kafka Server started") {
			return
		}
		select {
		case <-exited:
			s.t.Fatalf("kafka ends: %s", said)
		default:
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("kafka does not start: %s", said)
		}
	}
}

func (s *kafkaServer) signal(what syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(what); err != nil {
		s.t.Error(err)
	}
}

func (s *kafkaServer) kill() {
	_ = s.cmd.Process.Kill()
	<-s.exited
}

// TestABrokerThatStops: one that hangs leaves the fate of a record unknown, and one that dies loses nothing that it acknowledged.
func TestABrokerThatStops(t *testing.T) {
	t.Parallel()
	s := startKafka(t)
	cfg := Config{Brokers: s.addr, Logger: testLogger(t), MessageTimeout: 3 * patience}
	ensure(t, cfg, 1, "bookings")
	r := newRecorder()
	consume(t, cfg, "bookings", r)
	patient := producer(t, cfg)
	produce(t, patient, "bookings", "demo", "before")
	eventually(t, "the first record read", func() bool { return r.count() == 1 })
	log := look(r, func() Log { return r.logs[0] })

	s.signal(syscall.SIGSTOP)
	cfg.MessageTimeout = time.Second
	hasty := producer(t, cfg)
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := patient.Produce(short, "bookings", "demo", []byte("frozen")); !errors.Is(err, ErrUnknown) {
		t.Errorf("produce until a deadline: %v, want ErrUnknown", err)
	}
	if err := hasty.Produce(t.Context(), "bookings", "demo", []byte("hasty")); !errors.Is(err, ErrUnknown) {
		t.Errorf("produce until the message timeout: %v, want ErrUnknown", err)
	}
	s.signal(syscall.SIGCONT)
	produce(t, patient, "bookings", "demo", "frozen", "thawed") // the same again: what is known then is that it is there
	eventually(t, "the records of the broker that went on", func() bool { return slices.Contains(r.values(), "thawed") })

	s.kill()
	var meanwhile sync.WaitGroup
	meanwhile.Go(func() {
		if err := patient.Produce(t.Context(), "bookings", "demo", []byte("meanwhile")); err != nil {
			t.Errorf("produce over a restart: %v", err)
		}
	})
	s.start()
	meanwhile.Wait()
	produce(t, patient, "bookings", "demo", "after")
	eventually(t, "the records of the broker that came back", func() bool { return slices.Contains(r.values(), "after") })

	once := slices.DeleteFunc(r.values(), func(v string) bool { return v == "hasty" })
	if want := []string{"before", "frozen", "thawed", "meanwhile", "after"}; !slices.Equal(slices.Compact(once), want) {
		t.Errorf("read %q, want %q", once, want)
	}
	for _, again := range look(r, func() []Log { return r.logs }) {
		if again.ID != log.ID {
			t.Errorf("the log's id was %s and is %s", log.ID, again.ID)
		}
	}
}
