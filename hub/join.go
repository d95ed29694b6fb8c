package hub

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
		c.hub.drop(r)
		return nil, ErrGone
	}
	m = &member{client: c, room: r}
	c.members = append(c.members, m)
	r.add(m)
	return m, nil
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
	m.askLocked()
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
	c.hub.drop(m.room)
}
