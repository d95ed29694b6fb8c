package deploy_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// process is a server of ours.
type process struct {
	cmd  *exec.Cmd
	said *lines
	done chan struct{} // closed when it has ended
}

// launch starts a server; it ends with the test. Of the environment it has its path only.
func launch(t *testing.T, dir string, env []string, words ...string) *process {
	t.Helper()
	p := &process{cmd: exec.CommandContext(context.WithoutCancel(t.Context()), words[0], words[1:]...), said: &lines{}, done: make(chan struct{})}
	p.cmd.Dir, p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = dir, append(env, "PATH="+os.Getenv("PATH")), p.said, p.said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // how it ended is in its state
		close(p.done)
	}()
	t.Cleanup(func() {
		p.terminate(t)
		p.ends(t)
		if t.Failed() {
			t.Logf("%s said at last:\n%s", words[0], p.said.last())
		}
	})
	return p
}

// address is what the program says when it is ready.
func (p *process) address(t *testing.T) (addr string) {
	t.Helper()
	eventually(t, "the server tells its address", func() error {
		select {
		case <-p.done:
			t.Fatalf("the server ended at its start:\n%s", p.said)
		default:
		}
		if addr = p.said.after("http://"); addr == "" {
			return fmt.Errorf("it says:\n%s", p.said)
		}
		return nil
	})
	return addr
}

// terminate asks a process to end, as an operator does and docker compose.
func (p *process) terminate(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Error(err)
	}
}

func (p *process) ends(t *testing.T) {
	t.Helper()
	eventually(t, "the process ends", func() error {
		select {
		case <-p.done:
			return nil
		default:
			return errors.New("it lives")
		}
	})
}

// lines are what a process says; safe for concurrent use.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer // guarded by mu
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// last is the end of it.
func (l *lines) last() string {
	s := l.String()
	return s[max(0, len(s)-8<<10):]
}

// after is what follows a text up to the end of its line; empty while it has not been said.
func (l *lines) after(text string) string {
	_, rest, _ := strings.Cut(l.String(), text)
	line, _, whole := strings.Cut(rest, "\n")
	if !whole {
		return ""
	}
	return strings.TrimSpace(line)
}
