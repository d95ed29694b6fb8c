package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// gateways are the nodes of a house, in the order in which clients try them.
type gateways struct {
	urls []string
	apis []*API

	mu      sync.Mutex
	rejoins [][]time.Time // by gateway: when a client came back; guarded by mu
}

func newGateways(urls []string) *gateways {
	g := &gateways{urls: urls, rejoins: make([][]time.Time, len(urls))}
	for _, u := range urls {
		g.apis = append(g.apis, newAPI(u))
	}
	return g
}

func (g *gateways) came(gateway int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rejoins[gateway] = append(g.rejoins[gateway], time.Now())
}

// peak is the highest number of clients that came back to one gateway within a window.
func (g *gateways) peak(window time.Duration) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	most := 0
	for _, times := range g.rejoins {
		slices.SortFunc(times, time.Time.Compare)
		first := 0
		for i, at := range times {
			for at.Sub(times[first]) >= window {
				first++
			}
			most = max(most, i-first+1)
		}
	}
	return most
}

// returner is a viewer of one zone that comes back when its socket has ended, unless it was told not to.
type returner struct {
	*viewer
	gateways *gateways
	zone     string
	gateway  int           // of its own goroutine: where it is
	ended    chan struct{} // closed when its goroutine has ended
	stop     context.CancelFunc

	away     bool // guarded by viewer.mu
	returned bool // guarded by viewer.mu: it has come back, and nobody has counted yet with what
	pictured bool // guarded by viewer.mu: a snapshot came since
	returns  int  // guarded by viewer.mu: those that were counted
	resumed  int  // guarded by viewer.mu: how many of them went without a snapshot
}

func (s *rollingScene) openReturners(ctx context.Context, g *gateways, event string, zones []string, out *Stream) ([]*returner, error) {
	all := make([]*returner, s.Clients)
	err := inParallel(ctx, s.Clients, 32, func(i int) error {
		r := &returner{gateways: g, gateway: i % len(g.urls), zone: zones[i/len(g.urls)%len(zones)], ended: make(chan struct{})}
		v, err := openViewer(ctx, g.urls[r.gateway], event, []string{r.zone}, out, nil, nil)
		if err != nil {
			return fmt.Errorf("socket %d of %d: %w", i+1, s.Clients, err)
		}
		v.mu.Lock()
		v.again = func() { r.pictured = true }
		v.mu.Unlock()
		r.viewer = v
		var staying context.Context
		staying, r.stop = context.WithCancel(ctx)
		go r.stay(staying)
		all[i] = r
		out.count("sockets", 1)
		return nil
	})
	return all, err
}

func closeReturners(all []*returner) {
	for _, r := range all {
		if r != nil {
			r.stop()
			<-r.ended
			r.close()
		}
	}
}

// stay comes back whenever the socket ends.
func (r *returner) stay(ctx context.Context) {
	defer close(r.ended)
	for {
		select {
		case <-r.viewer.client.done:
		case <-ctx.Done():
			return
		}
		left := time.Now()
		r.count()
		err := r.viewer.client.failure()
		var closed *closedError
		if errors.As(err, &closed) && (closed.Code < 4000 || closed.Code > 4099) {
			r.out.fault("lost_clients", err.Error())
			return
		}
		if closed != nil {
			r.out.count("sent_away", 1)
		} else {
			r.out.count("broken_off", 1)
		}
		for attempt := 0; ; attempt++ {
			if wait(ctx, backoff(attempt)) != nil {
				return
			}
			r.gateway = (r.gateway + 1) % len(r.gateways.urls)
			if err = r.comeBack(ctx); err == nil {
				break
			}
			r.out.count("returns_refused", 1)
		}
		r.out.count("returns", 1)
		r.out.took("return_us", time.Since(left))
	}
}

// comeBack joins with what the viewer has.
func (r *returner) comeBack(ctx context.Context) error {
	c, err := openClient(ctx, r.gateways.urls[r.gateway], 0, r.push)
	if err != nil {
		return err
	}
	r.viewer.mu.Lock()
	z := r.zones[r.zone]
	epoch, version := z.epoch, z.version
	r.client, r.pictured = c, false
	r.viewer.mu.Unlock()
	if _, err := c.want(ctx, "joined", Ask{Type: "join", Event: r.event, Zone: r.zone, Epoch: &epoch, Version: &version}); err != nil {
		c.abort()
		return err
	}
	r.gateways.came(r.gateway)
	r.viewer.mu.Lock()
	r.away, r.returned = false, true
	r.viewer.mu.Unlock()
	return nil
}

// count tells with what the viewer got on after its last return.
func (r *returner) count() {
	r.viewer.mu.Lock()
	defer r.viewer.mu.Unlock()
	r.away = true
	if !r.returned {
		return
	}
	r.returned = false
	r.returns++
	if r.pictured {
		r.out.fault("snapshots_on_return", fmt.Sprintf("zone %s at %s", r.zone, r.gateways.urls[r.gateway]))
		return
	}
	r.resumed++
	r.out.count("resumed", 1)
}

// compare waits until every client is back and where the truth is, or has had its time.
func (s *rollingScene) compare(ctx context.Context, g *gateways, event string, zones []string, viewers []*returner, out *Stream) error {
	truth := map[string]ZoneState{}
	for _, z := range zones {
		var err error
		if truth[z], err = g.apis[0].zoneState(ctx, event, z); err != nil {
			return err
		}
	}
	deadline := time.Now().Add(s.Settle)
	for _, r := range viewers {
		t := truth[r.zone]
		away, p := r.look()
		for (away || p.version < t.Version) && time.Now().Before(deadline) {
			if err := wait(ctx, 10*time.Millisecond); err != nil {
				return err
			}
			away, p = r.look()
		}
		switch {
		case away:
			out.fault("lost_clients", fmt.Sprintf("zone %s: not back within %s", r.zone, s.Settle))
		case p.epoch == t.Epoch && p.version == t.Version && bytes.Equal(p.states, []byte(t.States)):
			out.count("equal_maps", 1)
		default:
			out.fault("unequal_maps", fmt.Sprintf("zone %s: client at %d/%d, truth at %d/%d", r.zone, p.epoch, p.version, t.Epoch, t.Version))
		}
	}
	returns, resumed := 0, 0
	for _, r := range viewers {
		r.count()
		returns, resumed = returns+r.returns, resumed+r.resumed
	}
	if returns > 0 {
		out.count("resumed_percent", int64(100*resumed/returns))
	}
	out.count("returns_within_100ms", int64(g.peak(100*time.Millisecond)))
	return nil
}

func (r *returner) look() (away bool, p picture) {
	p = r.viewer.at(r.zone)
	r.viewer.mu.Lock()
	defer r.viewer.mu.Unlock()
	return r.away, p
}
