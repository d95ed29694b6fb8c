package hub

// member is a client in a room. All but index is guarded by Client.mu.
type member struct {
	client *Client
	room   *room
	index  int // in room.members; guarded by room.mu

	turn     int // grows whenever the following are set from outside; who computed something for an older turn drops it
	state    memberState
	position Position // where the client is when it has received what was handed to it
	cursor   uint64   // the next entry of the ring
	first    [][]byte // goes out before any entry
	shots    int      // how many of first are snapshots
	asked    bool     // Since was tried for this absence: next time it is the snapshot
}

type memberState int

const (
	paused  memberState = iota // joining, or Since is asked: nothing of the room is sent
	reading                    // reads the ring
	lacking                    // needs the room's picture
)

type readResult int

const (
	readAll readResult = iota
	readFull
	readBehind
)

// read adds to the batch what the member has not been sent.
func (m *member) read(b *batch, limit int) readResult {
	switch m.state {
	case paused:
		return readAll
	case lacking:
		return readBehind
	}
	for len(m.first) > 0 {
		if !b.fits(len(m.first[0]), limit) {
			return readFull
		}
		b.add(m.first[0])
		b.frames++
		m.first = m.first[1:]
		b.snapshots += m.shots
		m.shots = 0
	}
	m.first = nil

	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.cursor < r.first {
		return m.fallBehindLocked()
	}
	for m.cursor < r.next {
		e := &r.ring[r.head+int(m.cursor-r.first)]
		if e.announce || e.version > m.position.Version {
			if !b.fits(len(e.wire), limit) {
				return readFull
			}
			b.add(e.wire)
			b.frames++
		}
		if !e.announce && e.version > m.position.Version {
			m.position.Version = e.version
		}
		m.cursor++
		m.asked = false
	}
	return readAll
}

// fallBehindLocked (room.mu too) decides how a member goes on that the ring has nothing for.
func (m *member) fallBehindLocked() readResult {
	if m.cursor >= m.room.restarted && !m.asked {
		m.askLocked()
		return readAll
	}
	m.state = lacking
	return readBehind
}

// take makes the picture what the member is sent next.
func (m *member) take(p picture) {
	m.state = reading
	m.first, m.shots = p.wire, 1
	m.position, m.cursor = p.position, p.cursor
	m.asked = false
}

// followLocked (Client.mu and room.mu) lets the member read on from a position. It reports false when the ring has no
// entry that leads on from there. The last announcement comes first if it is not among what follows.
func (m *member) followLocked(at Position) bool {
	r := m.room
	cursor := r.next
	if at.Version < r.position.Version {
		var ok bool
		if cursor, ok = r.findLocked(at.Version); !ok {
			return false
		}
	}
	m.state, m.position, m.cursor = reading, at, cursor
	m.first, m.shots = nil, 0
	if r.announced != nil && r.announceN < cursor {
		m.first = [][]byte{r.announced}
	}
	return true
}

func (m *member) pause() {
	m.turn++
	m.state, m.first, m.shots = paused, nil, 0
}
