package main

import (
	"context"
	"fmt"
	"sync"
)

// viewer is a client that looks at zones and keeps its own pictures of them, strictly by the rule.
// What it sees goes into the stream: frames, snapshots, rule_breaks, gaps.
type viewer struct {
	client  *Client
	event   string
	out     *Stream
	changed func(zone string, index int, state byte) // of an applied frame; on the reading goroutine
	framed  func()                                   // after each applied frame
	again   func()                                   // of a snapshot that is not a zone's first
	rejoins sync.WaitGroup                           // joins under way that nobody waits for

	mu    sync.Mutex
	zones map[string]*view // guarded by mu
}

type view struct {
	picture
	seen      chan struct{} // closed at the first snapshot
	rejoining bool
}

// openViewer connects and joins the zones; it returns when all of them are on the screen.
func openViewer(ctx context.Context, base, event string, zones []string, out *Stream,
	changed func(zone string, index int, state byte), framed func()) (*viewer, error) {
	v := &viewer{event: event, out: out, changed: changed, framed: framed, zones: map[string]*view{}}
	for _, z := range zones {
		v.zones[z] = &view{seen: make(chan struct{})}
	}
	c, err := openClient(ctx, base, 0, v.push)
	if err != nil {
		return nil, err
	}
	v.client = c
	for _, z := range zones {
		if err := v.join(ctx, z); err != nil {
			c.abort()
			v.rejoins.Wait()
			return nil, err
		}
	}
	return v, nil
}

func (v *viewer) join(ctx context.Context, zone string) error {
	if _, err := v.client.want(ctx, "joined", Ask{Type: "join", Event: v.event, Zone: zone}); err != nil {
		return fmt.Errorf("join zone %s: %w", zone, err)
	}
	v.mu.Lock()
	seen := v.zones[zone].seen
	v.mu.Unlock()
	select {
	case <-seen:
		return nil
	case <-v.client.done:
		return fmt.Errorf("zone %s was never shown: %w", zone, v.client.failure())
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (v *viewer) push(kind string, raw []byte) {
	switch kind {
	case "changes":
		v.takeChanges(raw)
	case "snapshot":
		v.takeSnapshot(raw)
	case "zone":
		v.out.fault("not_live", string(raw))
	}
}

func (v *viewer) takeChanges(raw []byte) {
	c, err := parseChanges(raw)
	if err != nil {
		v.out.fault("rule_breaks", err.Error())
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	zone := unquote(c.zone)
	z := v.zones[zone]
	if z == nil || unquote(c.event) != v.event {
		v.out.fault("rule_breaks", fmt.Sprintf("frame of a room never joined: %.120q", raw))
		return
	}
	verdict, err := z.take(c, func(index int, state byte) {
		if v.changed != nil {
			v.changed(zone, index, state)
		}
	})
	if err != nil {
		v.out.fault("rule_breaks", err.Error())
	}
	switch verdict {
	case applied:
		v.out.count("frames", 1)
		if v.framed != nil {
			v.framed()
		}
	case gapped:
		v.out.fault("gaps", fmt.Sprintf("at %d/%d came %.120q", z.epoch, z.version, raw))
		v.rejoinLocked(zone, z)
	case ignored:
		v.out.count("ignored", 1)
	}
}

// rejoinLocked asks for the missing frames once, as the protocol says; it must not wait on the goroutine that reads the answer.
func (v *viewer) rejoinLocked(zone string, z *view) {
	if z.rejoining {
		return
	}
	z.rejoining = true
	ask := Ask{Type: "join", Event: v.event, Zone: zone}
	if z.known {
		epoch, version := z.epoch, z.version
		ask.Epoch, ask.Version = &epoch, &version
	}
	client := v.client
	v.rejoins.Go(func() {
		m, err := client.ask(context.Background(), ask)
		if err == nil && m.Type != "joined" { // with an error the socket has ended, which its owner finds out
			v.out.fault("rule_breaks", "rejoin was answered "+m.told())
		}
		v.mu.Lock()
		z.rejoining = false
		v.mu.Unlock()
	})
}

func (v *viewer) takeSnapshot(raw []byte) {
	zone := ""
	err := fields(raw, func(key, value []byte) {
		if string(key) == "zone" {
			zone = unquote(value)
		}
	})
	v.mu.Lock()
	defer v.mu.Unlock()
	z := v.zones[zone]
	if err != nil || z == nil {
		v.out.fault("rule_breaks", fmt.Sprintf("snapshot of a room never joined: %.120q", raw))
		return
	}
	first := !z.known
	if err := z.reset(raw); err != nil {
		v.out.fault("rule_breaks", err.Error())
		return
	}
	v.out.count("snapshots", 1)
	switch {
	case first:
		close(z.seen)
	case v.again != nil:
		v.again()
	}
}

// countLost counts the viewer when its socket has ended, which nobody asked for yet.
func (v *viewer) countLost() {
	select {
	case <-v.client.done:
		v.out.fault("lost_clients", v.client.failure().Error())
	default:
	}
}

// close ends the socket; nothing goes into the stream after it.
func (v *viewer) close() {
	v.client.close()
	v.rejoins.Wait()
}

// at returns a copy of the picture of a zone.
func (v *viewer) at(zone string) picture {
	v.mu.Lock()
	defer v.mu.Unlock()
	p := v.zones[zone].picture
	p.states = append([]byte(nil), p.states...)
	return p
}

// unquote reads the ids of the protocol, whose letters need no escapes.
func unquote(b []byte) string {
	if len(b) < 2 {
		return ""
	}
	return string(b[1 : len(b)-1])
}
