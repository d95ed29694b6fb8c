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
	if m.cursor >= m.room.restarted && !m.asked && m.askLocked() {
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

// askLocked (Client.mu and room.mu) asks the source, on a goroutine of its own, for one frame from the member's position.
// It reports false when too many ask already: a network call per client must not grow with their number.
func (m *member) askLocked() bool {
	r := m.room
	select {
	case r.asks <- struct{}{}:
	default:
		return false
	}
	h := r.hub
	h.hold(r)
	m.state = paused
	m.turn++
	m.asked = true
	turn, at, restarted := m.turn, m.position, r.restarted
	h.work.Go(func() {
		defer h.release(r)
		f, ok := r.since(at)
		<-r.asks
		if ok = ok && f.Epoch == at.Epoch && f.From >= 0 && f.From <= at.Version; ok {
			f.Data = h.cfg.Wire(f.Data)
		}
		m.answered(turn, restarted, f, ok)
	})
	return true
}

// answered takes what Since said: a frame in wire form.
func (m *member) answered(turn int, restarted uint64, f Frame, ok bool) {
	c, r := m.client, m.room
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.turn != turn {
		return
	}
	c.signal()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !ok || restarted != r.restarted || !m.followLocked(Position{Epoch: f.Epoch, Version: f.Version}) {
		m.state = lacking
		return
	}
	m.first = append([][]byte{f.Data}, m.first...)
}

// followLocked (Client.mu and room.mu) lets the member read on from a position of the room's numbering. It reports false when the ring has no
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

func (r *room) since(at Position) (Frame, bool) {
	r.calls.Lock()
	source := r.source
	r.calls.Unlock()
	// The caller's hold on the room keeps the source open.
	return source.Since(at)
}

// Join adds the client to a room. answer is sent before any frame of the room. At a known position only the
// missing frames follow, when the ring still has them or the source does; else Snapshot. The room's last announcement
// follows too, when there was one. Joining twice moves the cursor only.
// It waits like Send, and for the room's source when it is the first to join.
// Errors: ErrTooManyRooms, ErrGone when the client has ended, or what Config.Source says.
func (c *Client) Join(room string, answer []byte, at *Position) error {
	c.joining.Lock()
	defer c.joining.Unlock()
	m, err := c.enter(room)
	if err != nil {
		return err
	}
	if answer != nil && !c.Send(answer) {
		return ErrGone // the writer cleans up
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending {
		return ErrGone
	}
	m.turn++
	m.placeLocked(at)
	c.signal()
	return nil
}

// enter returns the paused member of the room.
func (c *Client) enter(room string) (*member, error) {
	c.mu.Lock()
	m := c.memberLocked(room)
	if m != nil {
		m.pause()
		c.mu.Unlock()
		return m, nil
	}
	full := len(c.members) >= c.hub.cfg.MaxRooms
	c.mu.Unlock()
	if full {
		return nil, ErrTooManyRooms
	}
	r, err := c.hub.acquire(room, c.stop)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		c.hub.release(r)
		return nil, ErrGone
	}
	m = &member{client: c, room: r}
	c.members = append(c.members, m)
	r.add(m)
	return m, nil
}

func (m *member) pause() {
	m.turn++
	m.state, m.first, m.shots = paused, nil, 0
}

func (c *Client) memberLocked(room string) *member {
	for _, m := range c.members {
		if m.room.name == room {
			return m
		}
	}
	return nil
}

// placeLocked (Client.mu) decides from where the member reads.
func (m *member) placeLocked(at *Position) {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	m.asked = false
	if at == nil || at.Epoch != r.position.Epoch {
		m.state = lacking
		return
	}
	if m.followLocked(*at) {
		return
	}
	m.position = *at
	if !m.askLocked() {
		m.state = lacking
	}
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

// Leave is success when the client is not in the room.
func (c *Client) Leave(room string) {
	c.joining.Lock()
	defer c.joining.Unlock()
	c.mu.Lock()
	m := c.memberLocked(room)
	if m == nil {
		c.mu.Unlock()
		return
	}
	m.pause()
	for i, other := range c.members {
		if other == m {
			c.members = append(c.members[:i], c.members[i+1:]...)
			break
		}
	}
	c.turn = 0
	m.room.remove(m)
	c.mu.Unlock()
	c.hub.release(m.room)
}
