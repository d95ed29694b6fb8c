package hub

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// eventually polls a condition; it is for what other goroutines do in their own time.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

// fakeConn is a connection in memory. While blocked, a Write waits for Unblock or its deadline.
type fakeConn struct {
	mu       sync.Mutex
	moved    chan struct{} // closed and renewed when anything below changes
	writes   [][]string
	blocked  bool
	stuck    bool // a Write is waiting
	deadline time.Time
	fail     error
	closed   bool
	closes   int
	code     int
	reason   string
	late     int // calls after Close
}

func newFakeConn() *fakeConn { return &fakeConn{moved: make(chan struct{})} }

func (c *fakeConn) moveLocked() {
	close(c.moved)
	c.moved = make(chan struct{})
}

func (c *fakeConn) Write(wire [][]byte) error {
	messages := make([]string, len(wire))
	for i, w := range wire {
		messages[i] = string(w)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if c.closed {
			c.late++
			return net.ErrClosed
		}
		if c.fail != nil {
			return c.fail
		}
		wait := time.Until(c.deadline)
		if wait <= 0 {
			return os.ErrDeadlineExceeded
		}
		if !c.blocked {
			c.writes = append(c.writes, messages)
			c.moveLocked()
			return nil
		}
		c.stuck = true
		moved := c.moved
		c.mu.Unlock()
		timer := time.NewTimer(wait)
		select {
		case <-moved:
		case <-timer.C:
		}
		timer.Stop()
		c.mu.Lock()
		c.stuck = false
	}
}

func (c *fakeConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		c.late++
	}
	c.deadline = t
	c.moveLocked()
	return nil
}

func (c *fakeConn) Close(code int, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed, c.code, c.reason = true, code, reason
	c.closes++
	c.moveLocked()
}

func (c *fakeConn) Block(blocked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.blocked = blocked
	c.moveLocked()
}

func (c *fakeConn) Fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail = err
	c.moveLocked()
}

func (c *fakeConn) Stuck() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stuck
}

// Writes returns what each Write took.
func (c *fakeConn) Writes() [][]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([][]string(nil), c.writes...)
}

// Messages returns all messages in order.
func (c *fakeConn) Messages() []string {
	var all []string
	for _, w := range c.Writes() {
		all = append(all, w...)
	}
	return all
}

func (c *fakeConn) Has(message string) bool {
	for _, m := range c.Messages() {
		if m == message {
			return true
		}
	}
	return false
}

// closedWith checks that the connection was closed once and not touched afterwards.
func (c *fakeConn) closedWith(t testing.TB, code int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closes != 1 || c.code != code || c.late != 0 {
		t.Fatalf("closed %d times with %d %q and used %d times afterwards, want once with %d", c.closes, c.code, c.reason, c.late, code)
	}
}

// fakeSource is a room of seats whose states change. Its messages are
// "snapshot room epoch version states" and "changes room epoch from version index=state,...".
type fakeSource struct {
	room string

	mu       sync.Mutex
	states   []byte
	epoch    int64
	version  int64
	log      []change // since version 0 of the epoch
	shown    Position // of the last Next
	picture  string   // states at shown
	restart  bool
	keepLog  bool // Since answers
	closed   bool
	overlap  int // calls of Next and Snapshot under way
	sinces   int
	sinceGo  chan struct{} // Since waits for it when set
	pictures int
	misuse   error
}

type change struct {
	index int
	state byte
}

func newFakeSource(room string, seats int) *fakeSource {
	s := &fakeSource{room: room, states: []byte(strings.Repeat("0", seats)), epoch: 1}
	s.shown = Position{Epoch: 1}
	s.picture = string(s.states)
	return s
}

func (s *fakeSource) Set(index int, state byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states[index] = state
	s.version++
	s.log = append(s.log, change{index, state})
}

// Restart begins a new numbering; with the same epoch only Frame.From tells.
func (s *fakeSource) Restart(epoch int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch, s.version, s.log, s.restart = epoch, 0, nil, true
}

func (s *fakeSource) Truth() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.states)
}

func (s *fakeSource) Shown() Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown
}

func (s *fakeSource) Closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *fakeSource) enterLocked() {
	s.overlap++
	if s.overlap > 1 {
		s.misuse = errors.New("Next and Snapshot at the same time")
	}
	if s.closed {
		s.misuse = errors.New("used after Close")
	}
}

func (s *fakeSource) Next() (Frame, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enterLocked()
	defer func() { s.overlap-- }()
	from := s.shown.Version
	if s.restart {
		s.restart = false
		s.shown, s.picture = Position{s.epoch, s.version}, string(s.states)
		return Frame{Epoch: s.epoch, From: -1, Version: s.version}, true
	}
	if from == s.version {
		return Frame{}, false
	}
	s.shown, s.picture = Position{s.epoch, s.version}, string(s.states)
	return s.frameLocked(from), true
}

func (s *fakeSource) frameLocked(from int64) Frame {
	to := s.shown.Version
	parts := make([]string, 0, to-from)
	for _, c := range s.log[from:to] {
		parts = append(parts, fmt.Sprintf("%d=%c", c.index, c.state))
	}
	data := fmt.Sprintf("changes %s %d %d %d %s", s.room, s.epoch, from, to, strings.Join(parts, ","))
	return Frame{Epoch: s.epoch, From: from, Version: to, Data: []byte(data)}
}

func (s *fakeSource) Snapshot() Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enterLocked()
	defer func() { s.overlap-- }()
	s.pictures++
	data := fmt.Sprintf("snapshot %s %d %d %s", s.room, s.shown.Epoch, s.shown.Version, s.picture)
	return Frame{Epoch: s.shown.Epoch, Version: s.shown.Version, Data: []byte(data)}
}

func (s *fakeSource) Since(at Position) (Frame, bool) {
	s.mu.Lock()
	s.sinces++
	wait := s.sinceGo
	s.mu.Unlock()
	if wait != nil {
		<-wait
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		s.misuse = errors.New("Since after Close")
	}
	if !s.keepLog || at.Epoch != s.shown.Epoch || s.restart || at.Version > s.shown.Version {
		return Frame{}, false
	}
	return s.frameLocked(at.Version), true
}

func (s *fakeSource) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		s.misuse = errors.New("closed twice")
	}
	s.closed = true
}

func (s *fakeSource) check(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.misuse != nil {
		t.Fatalf("source %s: %v", s.room, s.misuse)
	}
}

// viewer applies the client's rule of the protocol to messages.
type viewer struct {
	states           []byte
	epoch, version   int64
	snapshots, gaps  int
	applied, ignored int
}

func (v *viewer) receive(message string) error {
	f := strings.Fields(message)
	number := func(i int) int64 { n, _ := strconv.ParseInt(f[i], 10, 64); return n }
	switch f[0] {
	case "snapshot":
		v.states, v.epoch, v.version = []byte(f[4]), number(2), number(3)
		v.snapshots++
	case "changes":
		epoch, from, to := number(2), number(3), number(4)
		switch {
		case epoch != v.epoch:
			return fmt.Errorf("at %d/%d: other epoch: %s", v.epoch, v.version, message)
		case to <= v.version:
			v.ignored++
			return nil
		case from > v.version:
			return fmt.Errorf("at %d/%d: gap: %s", v.epoch, v.version, message)
		}
		for _, part := range strings.Split(f[5], ",") {
			index, state, _ := strings.Cut(part, "=")
			n, _ := strconv.Atoi(index)
			v.states[n] = state[0]
		}
		v.version = to
		v.applied++
	}
	return nil
}

// house is a hub with fake sources.
type house struct {
	*Hub
	mu      sync.Mutex
	sources map[string]*fakeSource
	made    int
	refuse  error         // of Config.Source
	gate    chan struct{} // Config.Source waits for it when set
}

const seats = 50

func newHouse(cfg Config) *house {
	s := &house{sources: make(map[string]*fakeSource)}
	cfg.Source = func(room string) (Source, error) {
		s.mu.Lock()
		gate := s.gate
		s.made++
		s.mu.Unlock()
		if gate != nil {
			<-gate
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.refuse != nil {
			return nil, s.refuse
		}
		s.sources[room] = newFakeSource(room, seats)
		return s.sources[room], nil
	}
	s.Hub = New(cfg)
	return s
}

func (s *house) source(room string) *fakeSource {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sources[room]
}

func (s *house) set(room string, index int, state byte) {
	s.source(room).Set(index, state)
	s.Changed(room)
}

func (s *house) attach(t testing.TB) (*Client, *fakeConn) {
	t.Helper()
	conn := newFakeConn()
	c, err := s.Attach(conn)
	if err != nil {
		t.Fatal(err)
	}
	return c, conn
}

func (s *house) close(t testing.TB) {
	t.Helper()
	s.Close()
	for _, source := range s.sources {
		source.check(t)
		if !source.Closed() {
			t.Fatalf("source %s was not closed", source.room)
		}
	}
	if n := s.ringBytes.Load(); n != 0 {
		t.Fatalf("%d bytes are left in rings", n)
	}
}
