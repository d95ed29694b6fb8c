package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// watchScene: many sockets look at one zone while its seats are held and released at a fixed rate.
type watchScene struct {
	Clients  int           `help:"Sockets that look at the zone." default:"2000"`
	Rate     float64       `help:"Changes per second." default:"200"`
	Duration time.Duration `help:"How long seats change." default:"20s"`
	Settle   time.Duration `help:"How long the last frames may take to arrive." default:"10s"`
	Zone     string        `help:"The zone; the largest with seats if empty."`

	sent []atomic.Int64 // by seat index and state: when the change was due, ns since began
	made atomic.Int64   // changes
}

// togglesPerActor is how often one buyer changes its mind per second, far from any flood limit.
const togglesPerActor = 2

// Validate checks the flags.
func (s *watchScene) Validate() error {
	return firstOf(whole("--clients", s.Clients, 1, maxSockets), perSecond("--rate", s.Rate),
		length("--duration", s.Duration, longest), some(s.Rate, s.Duration), waiting("--settle", s.Settle))
}

func (s *watchScene) thresholds() []Threshold {
	return []Threshold{
		exactly("I6", "every change was made", "changes", s.total()).because("refused"),
		exactly("I6", "every change got one version", "versions", s.total()).because("odd_versions"),
		exactly("I6", "every client's map and version equal the truth at the end", "equal_maps", int64(s.Clients)),
		none("I6", "no client's map is another than the truth", "unequal_maps"),
		none("I6", "no client was lost", "lost_clients"),
		none("I6", "frames follow the rule", "rule_breaks"),
		none("I6", "frames follow one another", "gaps"),
	}
}

func (s *watchScene) total() int64 { return int64(s.Rate * s.Duration.Seconds()) }

func (s *watchScene) progress() []string {
	return []string{"sockets", "changes", "refused", "frames", "snapshots", "gaps", "rule_breaks"}
}

func (s *watchScene) play(ctx context.Context, t *Target, out *Stream) error {
	api := newAPI(t.URL)
	zone, err := s.chooseZone(ctx, api, t.Event)
	if err != nil {
		return err
	}
	actors := max(1, int(s.Rate/togglesPerActor))
	seats, err := freeSeats(ctx, api, t.Event, zone, actors)
	if err != nil {
		return err
	}
	index, err := seatIndexes(ctx, api, t.Event, zone)
	if err != nil {
		return err
	}
	s.sent = make([]atomic.Int64, 4*len(index))

	out.begin("connect")
	began := time.Now()
	viewers, err := s.openViewers(ctx, t, zone, began, out)
	defer closeViewers(viewers)
	if err != nil {
		return err
	}
	buyers, _, err := connectBuyers(ctx, t, api, actors)
	defer closeClients(buyers)
	if err != nil {
		return err
	}
	// The first to look at an event opens it, and until then its numbers are not those that it will have.
	before, err := s.stateWhen(ctx, api, t.Event, zone, func(z ZoneState) bool { return z.Live })
	if err != nil {
		return err
	}

	out.begin("change seats of zone " + zone)
	togglers := make([]toggler, actors)
	err = arrivals(ctx, s.Rate, int(s.total()), func(i int, due time.Time) {
		a := i % actors
		made := togglers[a].toggle(ctx, buyers[a], t.Event, seats[a], out, func(state byte) {
			s.sent[4*index[seats[a].Seat]+int(state-'0')].Store(int64(due.Sub(began)))
		})
		if made {
			s.made.Add(1)
		}
	})
	if err != nil {
		return err
	}
	out.begin("compare")
	return s.compare(ctx, api, t.Event, zone, before.Version, viewers, out)
}

func (s *watchScene) chooseZone(ctx context.Context, api *API, event string) (string, error) {
	e, err := api.event(ctx, event)
	if err != nil {
		return "", err
	}
	zones, err := seatZones(e, s.Zone)
	if err != nil {
		return "", err
	}
	largest := slices.MaxFunc(zones, func(a, b EventZone) int { return a.Capacity - b.Capacity })
	return largest.ID, nil
}

func (s *watchScene) openViewers(ctx context.Context, t *Target, zone string, began time.Time, out *Stream) ([]*viewer, error) {
	viewers := make([]*viewer, s.Clients)
	err := inParallel(ctx, s.Clients, 32, func(i int) error {
		// The oldest change of a frame tells how late the frame is.
		var oldest int64
		v, err := openViewer(ctx, t.URL, t.Event, []string{zone}, out,
			func(_ string, index int, state byte) {
				due := s.sent[4*index+int(state-'0')].Load()
				if due > 0 && (oldest == 0 || due < oldest) {
					oldest = due
				}
			}, func() {
				if oldest > 0 {
					out.took("frame_us", time.Since(began)-time.Duration(oldest))
				}
				oldest = 0
			})
		if err != nil {
			return fmt.Errorf("socket %d of %d: %w", i+1, s.Clients, err)
		}
		viewers[i] = v
		out.count("sockets", 1)
		return nil
	})
	return viewers, err
}

func closeViewers(viewers []*viewer) {
	for _, v := range viewers {
		if v != nil {
			v.close()
		}
	}
}

// toggler is one buyer who holds a seat and gives it back, again and again.
type toggler struct {
	mu      sync.Mutex
	holding bool // guarded by mu
}

// toggle is false when the seat was not to be had: somebody else plays in the zone, and the progress says so.
func (g *toggler) toggle(ctx context.Context, buyer *Client, event string, seat HeldSeat, out *Stream, sending func(state byte)) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	ask, want, state := Ask{Type: "hold", Event: event, Zone: seat.Zone, Seats: []string{seat.Seat}}, "held", byte(held)
	if g.holding {
		ask, want, state = Ask{Type: "release", Event: event}, "released", available
	}
	sending(state)
	sent := time.Now()
	m, err := buyer.want(ctx, want, ask)
	if m.Type == "refused" && m.Code == "seat_unavailable" {
		out.begin("change seats of zone " + seat.Zone + ", but others take them: watch needs a zone that nobody else uses")
	}
	if err != nil {
		out.fault("refused", seat.Seat+": "+err.Error())
		return false
	}
	g.holding = !g.holding
	out.took("answer_us", time.Since(sent))
	out.count("changes", 1)
	return true
}

// stateWhen is the zone's state as soon as it is as it should be; what does not become so is returned as it is.
func (s *watchScene) stateWhen(ctx context.Context, api *API, event, zone string, as func(ZoneState) bool) (ZoneState, error) {
	for deadline := time.Now().Add(s.Settle); ; {
		z, err := api.zoneState(ctx, event, zone)
		if err != nil || as(z) || time.Now().After(deadline) {
			return z, err
		}
		if err := wait(ctx, 10*time.Millisecond); err != nil {
			return z, err
		}
	}
}

// compare waits until every client is where the truth is, or has had its time, and counts those that are.
func (s *watchScene) compare(ctx context.Context, api *API, event, zone string, before int64, viewers []*viewer, out *Stream) error {
	// A node answers for a change before its own picture has it.
	truth, err := s.stateWhen(ctx, api, event, zone, func(z ZoneState) bool { return z.Version-before >= s.made.Load() })
	if err != nil {
		for _, v := range viewers {
			v.countLost()
		}
		return err
	}
	out.count("versions", truth.Version-before)
	if versions, made := truth.Version-before, s.made.Load(); versions != made {
		out.fault("odd_versions", fmt.Sprintf("zone %s: versions %d, changes by us %d: others changed its seats, or a change got no version or several",
			zone, versions, made))
	}
	deadline := time.Now().Add(s.Settle)
	for _, v := range viewers {
		p := v.at(zone)
		for p.version < truth.Version && time.Now().Before(deadline) && ctx.Err() == nil {
			if err := wait(ctx, 10*time.Millisecond); err != nil {
				return err
			}
			p = v.at(zone)
		}
		v.countLost()
		if p.epoch == truth.Epoch && p.version == truth.Version && bytes.Equal(p.states, []byte(truth.States)) {
			out.count("equal_maps", 1)
			continue
		}
		out.fault("unequal_maps", fmt.Sprintf("client at %d/%d, truth at %d/%d", p.epoch, p.version, truth.Epoch, truth.Version))
	}
	return nil
}
