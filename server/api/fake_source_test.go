package api

import (
	"fmt"
	"sync"

	"jari/hub"
)

// fakeSource is a room whose every change is one seat of one zone.
type fakeSource struct {
	room string

	mu      sync.Mutex
	version int64
	told    int64
}

func (s *fakeSource) change() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
}

func (s *fakeSource) Next() (hub.Frame, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.version == s.told {
		return hub.Frame{}, false
	}
	f := hub.Frame{Epoch: 1, From: s.told, Version: s.version, Data: fmt.Appendf(nil, `{"type":"changes","room":%q,"from":%d,"version":%d}`, s.room, s.told, s.version)}
	s.told = s.version
	return f, true
}

func (s *fakeSource) Snapshot() hub.Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	return hub.Frame{Epoch: 1, From: s.told, Version: s.told, Data: fmt.Appendf(nil, `{"type":"snapshot","room":%q,"version":%d}`, s.room, s.told)}
}

func (s *fakeSource) Since(hub.Position) (hub.Frame, bool) { return hub.Frame{}, false }
func (s *fakeSource) Close()                               {}
