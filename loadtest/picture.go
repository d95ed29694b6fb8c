package main

import (
	"errors"
	"fmt"
)

// verdict is what the rule of the protocol says of one frame.
type verdict int

const (
	applied verdict = iota
	ignored         // not newer
	gapped          // does not follow: join again
)

// changes is a changes frame, its pairs still raw.
type changes struct {
	epoch, from, version int64
	event, zone          []byte
	pairs                []byte
}

var errFrameShape = errors.New("message lacks a member")

// parseChanges reads a changes message in one pass; its slices point into raw.
func parseChanges(raw []byte) (c changes, err error) {
	got, bad := 0, false
	number := func(v []byte, into *int64) {
		n, ok := integer(v)
		*into, bad = n, bad || !ok
		got++
	}
	err = fields(raw, func(key, v []byte) {
		switch string(key) {
		case "epoch":
			number(v, &c.epoch)
		case "from":
			number(v, &c.from)
		case "version":
			number(v, &c.version)
		case "changes":
			c.pairs = v
			got++
		case "event":
			c.event = v
			got++
		case "zone":
			c.zone = v
			got++
		}
	})
	if err == nil && (got != 6 || bad) {
		err = fmt.Errorf("%w: %.120q", errFrameShape, raw)
	}
	return c, err
}

// picture is a client's copy of one zone.
type picture struct {
	known   bool
	epoch   int64
	version int64
	states  []byte
}

// take applies a frame by the rule and no other way; changed is called for every seat of an applied frame.
func (p *picture) take(c changes, changed func(index int, state byte)) (verdict, error) {
	switch {
	case !p.known || c.epoch != p.epoch:
		return gapped, nil
	case c.version <= p.version:
		return ignored, nil
	case c.from > p.version:
		return gapped, nil
	}
	var outside error
	ok := pairs(c.pairs, func(index, state int64) {
		if index < 0 || index >= int64(len(p.states)) || state < 0 || state > 3 {
			outside = fmt.Errorf("change [%d,%d] is outside: the zone's number of seats is %d", index, state, len(p.states))
			return
		}
		p.states[index] = '0' + byte(state)
		changed(int(index), p.states[index])
	})
	if !ok {
		return applied, fmt.Errorf("changes are not pairs: %.120q", c.pairs)
	}
	p.version = c.version
	return applied, outside
}

// reset replaces the picture by a snapshot message.
func (p *picture) reset(raw []byte) error {
	var states []byte
	var epoch, version int64
	okEpoch, okVersion := false, false
	err := fields(raw, func(key, v []byte) {
		switch string(key) {
		case "epoch":
			epoch, okEpoch = integer(v)
		case "version":
			version, okVersion = integer(v)
		case "states":
			if len(v) >= 2 {
				states = v[1 : len(v)-1]
			}
		}
	})
	if err != nil {
		return err
	}
	if !okEpoch || !okVersion || states == nil {
		return fmt.Errorf("%w: %.120q", errFrameShape, raw)
	}
	p.known, p.epoch, p.version = true, epoch, version
	p.states = append(p.states[:0], states...)
	return nil
}
