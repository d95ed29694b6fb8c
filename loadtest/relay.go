package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// relayScene: a hold taken on one node is seen on another, in both directions; the buyer's own tab on the other node hears of it too.
type relayScene struct {
	OtherURL string        `help:"Address of the second node." required:"" name:"other-url" type:"address" placeholder:"URL"`
	Times    int           `help:"Holds taken, turn about on either node." default:"200"`
	Within   time.Duration `help:"From the request on one node to the frame on the other, at p99." default:"100ms"`
}

// Validate checks the flags.
func (s *relayScene) Validate() error {
	return firstOf(whole("--times", s.Times, 1, maxTimes), length("--within", s.Within, longestBound))
}

func (s *relayScene) thresholds() []Threshold {
	return []Threshold{
		exactly("", "every hold was seen on the other node", "seen", int64(s.Times)),
		exactly("", "every hold was told to the buyer's tab on the other node", "told", int64(s.Times)),
		within("", "holds are on the other node in time", "across_us", s.Within),
		within("", "notices are on the other node in time", "notice_us", s.Within),
		none("I6", "frames follow the rule", "rule_breaks"),
		none("I6", "frames follow one another", "gaps"),
	}
}

func (s *relayScene) progress() []string { return []string{"seen", "told"} }

// side is one node with a buyer who acts there, that buyer's other tab on the far node, and an eye that looks there.
type side struct {
	buyer, tab *Client
	eye        *viewer
	seen       chan byte     // states of the seat on the far node
	told       chan struct{} // a notice that the seat is held, in the far tab
}

func (s *relayScene) play(ctx context.Context, t *Target, out *Stream) error {
	free, err := freeSeats(ctx, newAPI(t.URL), t.Event, "", 2)
	if err != nil {
		return err
	}
	out.begin("connect")
	var sides []*side
	for i, urls := range [][2]string{{t.URL, s.OtherURL}, {s.OtherURL, t.URL}} {
		one, err := openSide(ctx, t.Event, free[i], urls[0], urls[1], out)
		if err != nil {
			return err
		}
		defer one.close()
		sides = append(sides, one)
	}
	out.begin("hold")
	for i := range s.Times {
		if err := sides[i%2].once(ctx, t.Event, free[i%2], out); err != nil {
			return err
		}
	}
	return nil
}

func openSide(ctx context.Context, event string, seat HeldSeat, near, far string, out *Stream) (*side, error) {
	api := newAPI(near)
	session, err := api.session(ctx)
	if err != nil {
		return nil, fmt.Errorf("session on %s: %w", near, err)
	}
	index, err := seatIndexes(ctx, api, event, seat.Zone)
	if err != nil {
		return nil, err
	}
	s := &side{seen: make(chan byte, 64), told: make(chan struct{}, 64)}
	if s.buyer, err = openClient(ctx, near, 0, nil); err != nil {
		return nil, fmt.Errorf("socket on %s: %w", near, err)
	}
	if _, err = s.buyer.auth(ctx, session.Token); err != nil {
		return nil, fmt.Errorf("auth on %s: %w", near, err)
	}
	s.tab, err = openClient(ctx, far, 0, func(kind string, raw []byte) {
		var m Message
		if kind == "hold" && json.Unmarshal(raw, &m) == nil && m.Hold != nil {
			s.told <- struct{}{}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("socket on %s: %w", far, err)
	}
	// The nodes share their signing key: a session made on one is good on the other.
	if _, err = s.tab.auth(ctx, session.Token); err != nil {
		return nil, fmt.Errorf("auth on %s with a session of %s: %w", far, near, err)
	}
	s.eye, err = openViewer(ctx, far, event, []string{seat.Zone}, out, func(_ string, i int, state byte) {
		if i == index[seat.Seat] {
			s.seen <- state
		}
	}, nil)
	return s, err
}

func (s *side) close() {
	s.buyer.close()
	s.tab.close()
	s.eye.close()
}

// once holds the seat here, waits for it there, and gives it back.
func (s *side) once(ctx context.Context, event string, seat HeldSeat, out *Stream) error {
	drain(s.told)
	sent := time.Now()
	if _, err := s.buyer.want(ctx, "held", Ask{Type: "hold", Event: event, Zone: seat.Zone, Seats: []string{seat.Seat}}); err != nil {
		return err
	}
	out.took("answer_us", time.Since(sent))
	if awaitState(ctx, s.seen, held) {
		out.took("across_us", time.Since(sent))
		out.count("seen", 1)
	}
	select {
	case <-s.told:
		out.took("notice_us", time.Since(sent))
		out.count("told", 1)
	case <-time.After(patience):
	case <-ctx.Done():
		return ctx.Err()
	}
	if _, err := s.buyer.want(ctx, "released", Ask{Type: "release", Event: event}); err != nil {
		return err
	}
	awaitState(ctx, s.seen, available)
	// A person clicks less often than a flood limit allows.
	return wait(ctx, 100*time.Millisecond)
}

// patience is how long a message may be missing before it is taken for lost.
const patience = 5 * time.Second

func awaitState(ctx context.Context, seen <-chan byte, want byte) bool {
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case got := <-seen:
			if got == want {
				return true
			}
		case <-late.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

func drain(c <-chan struct{}) {
	for {
		select {
		case <-c:
		default:
			return
		}
	}
}
