package hub

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestEveryMapEndsEqualToTheTruth lets seats change at random in front of clients that are slow, leave, come back at the
// position they know and rejoin, while rings are far too small. By the protocol's rule no client may ever be handed a frame
// that does not fit, and in the end all show the same.
func TestEveryMapEndsEqualToTheTruth(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { everyMap(t, seed) })
		})
	}
}

func everyMap(t *testing.T, seed uint64) {
	rooms := []string{"a", "b", "c"}
	h := newHouse(Config{RingFrames: 5, RingBytes: 1500, WriteBytes: 300, RoomIdle: 50 * time.Millisecond, WriteTimeout: time.Minute})
	defer h.close(t)
	keeper, _ := h.attach(t) // so that the rooms' sources stay
	for _, room := range rooms {
		mustJoin(t, keeper, room, "joined", nil)
		h.source(room).keepLog = seed%2 == 0
	}
	end := time.Now().Add(20 * time.Second)
	var all sync.WaitGroup
	for i, room := range rooms {
		all.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			for epoch := int64(1); time.Now().Before(end); {
				time.Sleep(time.Duration(r.IntN(60)) * time.Millisecond)
				for range r.IntN(4) {
					h.set(room, r.IntN(seats), byte('0'+r.IntN(4)))
				}
				if r.IntN(60) == 0 {
					epoch += int64(1 + r.IntN(2))
					h.source(room).Restart(epoch)
					h.Changed(room)
				}
			}
		})
	}
	people := make([]*person, 30)
	for i := range people {
		people[i] = &person{house: h, rand: rand.New(rand.NewPCG(seed, uint64(100+i))), rooms: rooms}
		all.Go(func() {
			people[i].visit(t, end)
		})
	}
	all.Wait()
	time.Sleep(time.Minute)
	synctest.Wait()
	for i, p := range people {
		p.look(t)
		for _, room := range rooms {
			if v := p.views[room]; string(v.states) != h.source(room).Truth() {
				t.Fatalf("client %d shows %s as\n%s, truth is\n%s", i, room, v.states, h.source(room).Truth())
			}
		}
	}
}

// person is a client who cannot sit still.
type person struct {
	house  *house
	rand   *rand.Rand
	rooms  []string
	client *Client
	conn   *fakeConn
	seen   int // messages looked at
	views  map[string]*viewer
}

// look applies what has arrived.
func (p *person) look(t *testing.T) {
	all := p.conn.Messages()
	for _, m := range all[p.seen:] {
		if strings.HasPrefix(m, "joined") {
			continue
		}
		if err := p.views[strings.Fields(m)[1]].receive(m); err != nil {
			t.Errorf("%v", err)
		}
	}
	p.seen = len(all)
}

// join joins at the position that the person knows, if any.
func (p *person) join(t *testing.T, room string) {
	p.look(t)
	var at *Position
	if v := p.views[room]; v == nil || v.snapshots == 0 {
		p.views[room] = &viewer{}
	} else if p.rand.IntN(4) > 0 {
		at = &Position{v.epoch, v.version}
	}
	if err := p.client.Join(room, []byte("joined"), at); err != nil {
		t.Errorf("join: %v", err)
	}
}

func (p *person) connect(t *testing.T) {
	if p.client != nil {
		p.client.Detach()
		p.client.Wait()
		p.look(t)
	}
	p.conn, p.seen = newFakeConn(), 0
	var err error
	if p.client, err = p.house.Attach(p.conn); err != nil {
		t.Error(err)
		return
	}
	for _, room := range p.rooms {
		p.join(t, room)
	}
}

func (p *person) visit(t *testing.T, end time.Time) {
	p.views = make(map[string]*viewer)
	p.connect(t)
	for time.Now().Before(end) {
		time.Sleep(time.Duration(p.rand.IntN(200)) * time.Millisecond)
		room := p.rooms[p.rand.IntN(len(p.rooms))]
		switch p.rand.IntN(10) {
		case 0:
			p.client.Leave(room)
			time.Sleep(time.Duration(p.rand.IntN(200)) * time.Millisecond)
			p.join(t, room)
		case 1:
			p.join(t, room)
		case 2:
			p.connect(t)
		default: // busy with something else for a while
			p.conn.Block(true)
			time.Sleep(time.Duration(p.rand.IntN(1000)) * time.Millisecond)
			p.conn.Block(false)
		}
	}
}
