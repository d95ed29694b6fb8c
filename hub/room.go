package hub

import (
	"sync"
	"sync/atomic"
	"time"
)

// entry is one message of a ring, already in wire form: a frame, or an announcement, which moves no position.
type entry struct {
	wire     []byte
	from     int64
	version  int64
	announce bool
}

// room is one source, the ring of its latest frames, and who looks at it.
type room struct {
	hub   *Hub
	name  string
	ready chan struct{} // closed when source or err is set
	err   error

	refs     int         // members, joins under way and calls of Since; guarded by Hub.roomsMu
	idle     *time.Timer // guarded by Hub.roomsMu; set while refs is 0
	idleTurn int         // guarded by Hub.roomsMu; tells a timer that fired late from the present one

	dirty atomic.Bool // in Hub.dirty, or about to be

	calls    sync.Mutex // guards the following and orders Next, Snapshot and Close
	source   Source     // nil: closed
	snapshot []byte     // wire form of the picture, shared by all who need it; nil: not prepared
	shown    Position   // where the picture is
	snapped  Position   // position when it was prepared

	mu        sync.Mutex // guards the following
	position  Position   // of the last frame
	ring      []entry    // the ring is ring[head:], its first entry has the number first
	head      int
	first     uint64
	next      uint64 // the number of the next entry
	restarted uint64 // whoever is before it needs a snapshot: the numbering began anew
	bytes     int    // of the ring
	told      uint64 // clients were woken for entries before it
	members   []*member
	questions []question // who waits for Source.Since
	answering bool       // a goroutine is at them
	waiting   [][]byte   // announcements that the next flush puts into the ring
	announced []byte     // the last announcement in the ring: a part of the room's state
	announceN uint64     // its number
}

func newRoom(h *Hub, name string) *room {
	return &room{hub: h, name: name, ready: make(chan struct{})}
}

// appendLocked puts an entry into the ring and lets the oldest go.
func (r *room) appendLocked(e entry) {
	if len(r.ring)-r.head >= r.hub.cfg.RingFrames {
		r.evictLocked(1)
	}
	r.ring = append(r.ring, e)
	r.next++
	r.bytes += len(e.wire)
	r.hub.ringBytes.Add(int64(len(e.wire)))
}

// evictLocked lets the n oldest entries go.
func (r *room) evictLocked(n int) {
	freed := 0
	for i := r.head; i < r.head+n; i++ {
		freed += len(r.ring[i].wire)
		r.ring[i] = entry{}
	}
	r.head += n
	r.first += uint64(n)
	r.bytes -= freed
	r.hub.ringBytes.Add(-int64(freed))
	if r.head > len(r.ring)/2 {
		live := copy(r.ring, r.ring[r.head:])
		clear(r.ring[live:])
		r.ring, r.head = r.ring[:live], 0
	}
}

// restartLocked forgets the ring. It takes a number itself, so that those who had seen everything are behind as well.
func (r *room) restartLocked() {
	r.evictLocked(len(r.ring) - r.head)
	r.next++
	r.first = r.next
	r.restarted = r.next
}

// flush asks the source for a frame and appends it. It returns the members to be woken, appended to the given ones, and
// whether the ring has anything new.
func (r *room) flush(due []*member) ([]*member, bool) {
	r.calls.Lock()
	defer r.calls.Unlock()
	if r.source == nil {
		return due, false
	}
	f, ok := r.source.Next()
	r.mu.Lock()
	follows := f.Epoch == r.position.Epoch && f.From >= 0 && f.From <= r.position.Version
	stale := follows && f.Version <= r.position.Version
	r.mu.Unlock()
	// calls keeps the position as it is between the two sections.
	fresh := ok && follows && !stale
	var wire []byte
	if fresh {
		wire = r.hub.cfg.Wire(f.Data)
		r.hub.frames.Add(1)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case fresh:
		r.position.Version = f.Version
		r.appendLocked(entry{wire: wire, from: f.From, version: f.Version})
	case ok && !follows:
		r.position = Position{Epoch: f.Epoch, Version: f.Version}
		r.snapshot = nil
		r.restartLocked()
	}
	for _, wire := range r.waiting {
		r.announced, r.announceN = wire, r.next
		r.appendLocked(entry{wire: wire, announce: true})
	}
	r.waiting = nil
	if r.told == r.next {
		return due, false
	}
	r.told = r.next
	return append(due, r.members...), true
}

// picture is what stands for everything up to a point of a room.
type picture struct {
	wire     [][]byte // what to send, the room's last announcement at the end
	position Position
	cursor   uint64 // the entries from here on follow it
}

// picture returns the snapshot, prepared at most once per position.
func (r *room) picture() picture {
	r.calls.Lock()
	defer r.calls.Unlock()
	r.mu.Lock()
	at := r.position
	r.mu.Unlock()
	if r.source != nil && (r.snapshot == nil || r.snapped != at) {
		f := r.source.Snapshot()
		r.snapshot, r.snapped = r.hub.cfg.Wire(f.Data), at
		r.shown = Position{Epoch: f.Epoch, Version: f.Version}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p := picture{wire: [][]byte{r.snapshot}, position: r.shown, cursor: r.next}
	if r.announced != nil {
		p.wire = append(p.wire, r.announced)
	}
	return p
}

func (r *room) add(m *member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m.index = len(r.members)
	r.members = append(r.members, m)
}

func (r *room) remove(m *member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := len(r.members) - 1
	r.members[m.index] = r.members[last]
	r.members[m.index].index = m.index
	r.members[last] = nil
	r.members = r.members[:last]
}

// close lets the source, if one was made, and the ring go.
func (r *room) close() {
	r.calls.Lock()
	defer r.calls.Unlock()
	if r.source != nil {
		r.source.Close()
	}
	r.source, r.snapshot = nil, nil
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = nil
	r.evictLocked(len(r.ring) - r.head)
}

// findLocked returns the number of the entry that leads on from a version.
func (r *room) findLocked(version int64) (uint64, bool) {
	live := r.ring[r.head:]
	for i := range live {
		if e := &live[i]; e.version > version { // an announcement has no version
			return r.first + uint64(i), e.from <= version
		}
	}
	return 0, false
}
