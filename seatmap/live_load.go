package seatmap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
)

// ZoneLoad is a zone as the database knows it: states by index, available where nothing else is said.
type ZoneLoad struct {
	Zone   string
	States []byte // ASCII digits: available, booked, blocked
}

// EventLoad is an event as the database knows it at a revision.
type EventLoad struct {
	Event    string
	Epoch    int64 // 1 or more, higher than every earlier one of the event
	Revision int64
	// Over is what Stored said before the database was read, when that is a higher revision: the database has lost it since. Else 0.
	Over   int64
	Policy Policy
	Zones  []ZoneLoad
	// Confirmed is how many seats each buyer has in confirmed bookings, for the cap.
	Confirmed map[string]int
}

// Load opens an event in Redis. It writes only over an older or absent epoch, keeps live holds and
// pending bookings on seats that the database leaves free, and clears the logs. The holders of other seats are told: lost.
// A policy already there under a newer fence stays. loaded is false when the stored epoch is not older, or when a later
// revision than e's and other than e.Over has been shown. Codes: unavailable.
func (l *Live) Load(ctx context.Context, e EventLoad) (loaded bool, err error) {
	if err := e.check(); err != nil {
		return false, fmt.Errorf("load event %s: %w", e.Event, err)
	}
	args := make([]any, 0, 5+5*len(e.Zones)+2*len(e.Confirmed))
	args = append(args, e.Epoch, e.Revision, packPolicy(e.Policy), e.Over, len(e.Zones))
	for _, z := range e.Zones {
		n := func(s State) int { return bytes.Count(z.States, []byte{byte(s)}) }
		args = append(args, z.Zone, z.States, n(Available), n(Booked), n(Blocked))
	}
	for buyer, n := range e.Confirmed {
		args = append(args, buyer, n)
	}
	a, err := l.call(ctx, l.scripts.load, e.Event, args...)
	if err != nil {
		return false, err
	}
	loaded = a.number() == 1
	return loaded, a.done()
}

// Stored returns the epoch and the revision that Redis remembers of an event, whether it is open or not; 0 for what it does not.
// Codes: unavailable.
func (l *Live) Stored(ctx context.Context, event string) (epoch, revision int64, err error) {
	var meta struct {
		Epoch    int64 `redis:"epoch"`
		Revision int64 `redis:"revision"`
	}
	err = l.on(ctx, event, func(at server) error {
		return at.HMGet(ctx, metaKey(event), "epoch", "revision").Scan(&meta)
	})
	return meta.Epoch, meta.Revision, err
}

// check keeps out what would leave Redis with a map that no script can count.
func (e EventLoad) check() error {
	if e.Epoch < 1 {
		return fmt.Errorf("epoch %d", e.Epoch)
	}
	if len(e.Zones) == 0 {
		return errors.New("it has no zones")
	}
	seen := map[string]bool{}
	for _, z := range e.Zones {
		if z.Zone == "" || strings.ContainsAny(z.Zone, ", {}") || seen[z.Zone] {
			return fmt.Errorf("zone %q cannot be named so or is there twice", z.Zone)
		}
		seen[z.Zone] = true
		for i, s := range z.States {
			if s := State(s); s != Available && s != Booked && s != Blocked {
				return fmt.Errorf("zone %q seat %d: the database does not know the state %q", z.Zone, i, byte(s))
			}
		}
	}
	return nil
}
