package hub

import (
	"cmp"
	"slices"
)

// question is a member that waits for one frame from its position.
type question struct {
	member    *member
	turn      int
	at        Position
	restarted uint64
}

// askLocked (Client.mu and room.mu) has the source asked for one frame from the member's position. One goroutine of the room asks for
// all who wait, so the number of calls under way does not grow with theirs, and who waits at the same position shares the answer.
func (m *member) askLocked() {
	r := m.room
	m.state = paused
	m.turn++
	m.asked = true
	r.questions = append(r.questions, question{m, m.turn, m.position, r.restarted})
	if !r.answering {
		r.answering = true
		r.hub.retain(r)
		r.hub.work.Go(r.answer)
	}
}

// answer asks the source until nobody waits any more.
func (r *room) answer() {
	defer r.hub.drop(r)
	for {
		r.mu.Lock()
		all := r.questions
		r.questions = nil
		r.answering = len(all) > 0
		r.mu.Unlock()
		if len(all) == 0 {
			return
		}
		slices.SortStableFunc(all, func(a, b question) int {
			return cmp.Or(cmp.Compare(a.at.Epoch, b.at.Epoch), cmp.Compare(a.at.Version, b.at.Version))
		})
		for len(all) > 0 {
			same := 1
			for same < len(all) && all[same].at == all[0].at {
				same++
			}
			f, ok := r.since(all[0].at)
			for _, q := range all[:same] {
				q.member.answered(q, f, ok)
			}
			all = all[same:]
		}
	}
}

// since returns the source's frame in wire form, if it leads on from the position. The hold on the room keeps the source open.
func (r *room) since(at Position) (Frame, bool) {
	select {
	case <-r.hub.stop: // whoever waits is being closed
		return Frame{}, false
	default:
	}
	r.calls.Lock()
	source := r.source
	r.calls.Unlock()
	f, ok := source.Since(at)
	if !ok || f.Epoch != at.Epoch || f.From < 0 || f.From > at.Version {
		return Frame{}, false
	}
	f.Data = r.hub.cfg.Wire(f.Data)
	return f, true
}

// answered takes what since said.
func (m *member) answered(q question, f Frame, ok bool) {
	c, r := m.client, m.room
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.turn != q.turn {
		return
	}
	c.signal()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !ok || q.restarted != r.restarted || !m.followLocked(Position{Epoch: f.Epoch, Version: f.Version}) {
		m.state = lacking
		return
	}
	m.first = append([][]byte{f.Data}, m.first...)
}
