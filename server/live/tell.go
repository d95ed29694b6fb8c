package live

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"jari/hub"
	"jari/seatmap"
)

const (
	// greetAtOnce is how many questions one pipeline has.
	greetAtOnce = 1000
	// greetEvents bounds what a socket is told unasked of events that it does not look at: a client has room for 64 unsent messages.
	greetEvents = 32
)

// Authed makes the client one of the buyer's. It does not wait: what the buyer has in the events that the client looks at is told
// from their watches, and what it has in others that this node follows after one look at all of them.
func (n *Node) Authed(c *hub.Client, buyer string) {
	c.Own(buyer)
	for _, event := range eventsOf(c) {
		n.owe(event, debt{buyer: buyer, client: c})
	}
	n.arrivals.add(c, buyer)
}

// owe has the truth of a buyer in an event told.
func (n *Node) owe(event string, d debt) {
	w, err := n.watch(event)
	if err != nil {
		return // the node is closing
	}
	w.owe(d)
}

// eventsOf are the events that a client looks at anything of.
func eventsOf(c *hub.Client) []string {
	var events []string
	for _, room := range c.Rooms() {
		_, rest, _ := strings.Cut(room, "/")
		event, _, _ := strings.Cut(rest, "/")
		if !slices.Contains(events, event) {
			events = append(events, event)
		}
	}
	return events
}

// arrivals are clients that have become a buyer's and have not been greeted.
type arrivals struct {
	mu      sync.Mutex
	clients map[*hub.Client]string // with their buyers, guarded by mu
	news    chan struct{}          // capacity 1: clients is not empty
}

func newArrivals() *arrivals {
	return &arrivals{clients: map[*hub.Client]string{}, news: make(chan struct{}, 1)}
}

func (a *arrivals) add(c *hub.Client, buyer string) {
	a.mu.Lock()
	a.clients[c] = buyer
	a.mu.Unlock()
	signal(a.news)
}

func (a *arrivals) take() map[*hub.Client]string {
	a.mu.Lock()
	defer a.mu.Unlock()
	taken := a.clients
	a.clients = map[*hub.Client]string{}
	return taken
}

// greet tells arrivals what they have in events that they do not look at.
func (n *Node) greet(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.arrivals.news:
		}
		if n.greetAll(ctx) {
			continue
		}
		select { // Redis is away: who is still there is greeted when it is back
		case <-ctx.Done():
			return
		case <-time.After(headsEvery):
		}
	}
}

// greetAll looks for all arrivals in all followed events, many in one pipeline. It reports false when Redis did not answer.
func (n *Node) greetAll(ctx context.Context) bool {
	events := n.followed()
	var refs []seatmap.BuyerRef
	var clients []*hub.Client // of refs
	for c, buyer := range n.arrivals.take() {
		if c.Owner() == "" {
			continue // it has gone
		}
		told := eventsOf(c)
		for _, event := range events {
			if !slices.Contains(told, event) {
				refs, clients = append(refs, seatmap.BuyerRef{Event: event, Buyer: buyer}), append(clients, c)
			}
		}
	}
	greeted := map[*hub.Client]int{}
	for from := 0; from < len(refs); from += greetAtOnce {
		upto := min(from+greetAtOnce, len(refs))
		limited, cancel := context.WithTimeout(ctx, repairTimeout)
		known, err := n.cfg.Live.Known(limited, refs[from:upto])
		cancel()
		if err != nil {
			if !unavailable(err) {
				n.log.Warn("buyers cannot be looked for", "error", err)
				return true // later it would be the same
			}
			for i := from; i < len(refs); i++ {
				n.arrivals.add(clients[i], refs[i].Buyer)
			}
			return false
		}
		for i, is := range known {
			c := clients[from+i]
			if is && greeted[c] < greetEvents {
				greeted[c]++
				n.owe(refs[from+i].Event, debt{buyer: refs[from+i].Buyer, client: c, quiet: true})
			}
		}
	}
	return true
}

// followed are the events that this node follows.
func (n *Node) followed() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Collect(maps.Keys(n.watches))
}

// signal wakes whoever waits on a channel of capacity 1.
func signal(news chan struct{}) {
	select {
	case news <- struct{}{}:
	default:
	}
}
