package hub

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

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
