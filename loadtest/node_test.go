package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// builds are the binaries of the server made by this run, by their build flags.
var builds = struct {
	sync.Mutex
	dir  string
	made map[string]string
}{made: map[string]string{}}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "jari-loadtest-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	builds.dir = dir
	listen()
	code := m.Run()
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// serverBinary builds the server once for each set of flags.
func serverBinary(t *testing.T, flags ...string) string {
	t.Helper()
	builds.Lock()
	defer builds.Unlock()
	name := "jari" + strings.Join(flags, "")
	if path, ok := builds.made[name]; ok {
		return path
	}
	path := filepath.Join(builds.dir, regexp.MustCompile(`[^a-z]+`).ReplaceAllString(name, "-"))
	args := append([]string{"build", "-o", path}, flags...)
	cmd := exec.CommandContext(t.Context(), "go", append(args, "../server")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the server: %v\n%s", err, out)
	}
	builds.made[name] = path
	return path
}

// node is a server process. It can be killed and started again at the same address with the same flags.
type node struct {
	t     *testing.T
	bin   string
	flags []string
	addr  string // host:port once it has told it
	cmd   *exec.Cmd
	log   *tail
	ended chan struct{} // closed when the process has been waited for
	spent time.Duration // CPU time of the processes that have ended
}

// tail keeps the end of what a process says, for when it fails.
type tail struct {
	mu sync.Mutex
	b  []byte // guarded by mu
}

func (l *tail) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	const kept = 16 << 10
	l.b = append(l.b, p...)
	if len(l.b) > kept {
		l.b = bytes.Clone(l.b[len(l.b)-kept:])
	}
	return len(p), nil
}

func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.b)
}

// startNode starts a server and waits until it is ready; it ends with the test.
func startNode(t *testing.T, bin string, flags ...string) *node {
	t.Helper()
	n := &node{t: t, bin: bin, flags: flags, addr: "127.0.0.1:0"}
	t.Cleanup(n.stop)
	n.start()
	listenTo(t, n.addr)
	return n
}

const startPatience = 30 * time.Second

func (n *node) start(env ...string) {
	n.t.Helper()
	if err := n.tryStart(env...); err != nil {
		n.t.Fatalf("%v\n%s", err, n.log)
	}
}

// tryStart starts the process and returns when it is ready, or an error when it has ended before.
func (n *node) tryStart(env ...string) error {
	if n.cmd != nil {
		n.kill()
	}
	n.cmd = exec.Command(n.bin, append([]string{"serve", "--listen", n.addr}, n.flags...)...)
	// A race that is found ends the process, and so the scene.
	n.cmd.Env = append(append(os.Environ(), "GORACE=halt_on_error=1"), env...)
	n.log, n.ended = &tail{}, make(chan struct{})
	n.cmd.Stderr = n.log
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := n.cmd.Start(); err != nil {
		n.cmd = nil
		return err
	}
	told := make(chan string, 1)
	go func(cmd *exec.Cmd, log *tail, ended chan<- struct{}) {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if _, url, ok := strings.Cut(lines.Text(), "http://"); ok && len(told) == 0 {
				told <- strings.TrimSpace(url)
			}
		}
		_, _ = io.Copy(log, out) // a line longer than the scanner takes
		_ = cmd.Wait()           // how it ended is in its state
		close(ended)
	}(n.cmd, n.log, n.ended)
	late := time.NewTimer(startPatience)
	defer late.Stop()
	for {
		select {
		case n.addr = <-told:
			told = nil
		case <-n.ended:
			err := fmt.Errorf("server ended at its start: %s", n.cmd.ProcessState)
			n.cmd = nil
			return err
		case <-late.C:
			return fmt.Errorf("server does not start within %s: %w", startPatience, n.ready())
		case <-time.After(10 * time.Millisecond):
			if told == nil && n.ready() == nil {
				return nil
			}
		}
	}
}

func (n *node) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, n.url()+"/readyz", nil)
	if err != nil {
		return err
	}
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	body, _ := io.ReadAll(res.Body)
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s", res.Status, body)
	}
	return nil
}

func (n *node) url() string { return "http://" + n.addr }

func (n *node) pid() int { return n.cmd.Process.Pid }

func (n *node) target(event string) *Target {
	return &Target{URL: n.url(), Event: event, ServerPID: n.pid()}
}

// kill ends the process as a power cut would.
func (n *node) kill() {
	n.t.Helper()
	if err := n.cmd.Process.Kill(); err != nil {
		n.t.Fatal(err)
	}
	n.died()
}

// died waits until the process has ended by itself.
func (n *node) died() {
	n.t.Helper()
	if !n.diesWithin(startPatience) {
		n.t.Fatalf("server lives on after %s\n%s", startPatience, n.log)
	}
}

func (n *node) diesWithin(d time.Duration) bool {
	if n.cmd == nil {
		return true
	}
	late := time.NewTimer(d)
	defer late.Stop()
	select {
	case <-n.ended:
		n.bury()
		return true
	case <-late.C:
		return false
	}
}

// stop ends the process as an operator would, and shows its log when the test has failed.
func (n *node) stop() {
	if n.cmd == nil {
		return
	}
	if n.t.Failed() {
		n.t.Logf("log of the server:\n%s", n.log)
	}
	_ = n.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	select {
	case <-n.ended:
	case <-time.After(startPatience):
		n.t.Errorf("server does not stop within %s\n%s", startPatience, n.log)
		_ = n.cmd.Process.Kill()
		<-n.ended
	}
	n.bury()
}

// bury lets go of a process that has ended.
func (n *node) bury() {
	n.spent += n.cmd.ProcessState.UserTime() + n.cmd.ProcessState.SystemTime()
	n.cmd = nil
}

// createEvent puts an event on sale in the demonstration venue, as an operator would beside the running server.
func (n *node) createEvent(holdSeconds, maxSeats int) string {
	n.t.Helper()
	args := []string{"event", "create", "--venue", "demo", "--title", "Load test", "--hold-seconds", fmt.Sprint(holdSeconds),
		"--max-seats", fmt.Sprint(maxSeats)}
	for i := 0; i+1 < len(n.flags); i += 2 {
		if f := n.flags[i]; f == "--data-dir" || f == "--database-dsn" {
			args = append(args, f, n.flags[i+1])
		}
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(n.t.Context(), n.bin, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		n.t.Fatalf("event create: %v\n%s", err, stderr.String())
	}
	id := strings.TrimSpace(string(out))
	eventually(n.t, startPatience, "the new event is live", func() error {
		free, err := freeSeats(n.t.Context(), newAPI(n.url()), id, "", 1)
		if err != nil {
			return err
		}
		state, err := newAPI(n.url()).zoneState(n.t.Context(), id, free[0].Zone)
		if err == nil && !state.Live {
			err = fmt.Errorf("zone %s is not live", free[0].Zone)
		}
		return err
	})
	return id
}

// eventually polls a condition until it holds; its last error is why the test fails.
func eventually(t *testing.T, within time.Duration, what string, f func() error) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s: %v", within, what, err)
		}
		if err := wait(t.Context(), 20*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
}
