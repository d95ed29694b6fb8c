package seatmap

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// wirePick is [zone, index, seat, price] as the scripts store it. All are strings: the JSON library of Redis keeps 14 digits
// of a number.
type wirePick [4]string

func (w wirePick) pick() (Pick, error) {
	index, err := strconv.Atoi(w[1])
	if err != nil || index < 0 {
		return Pick{}, fmt.Errorf("index %q", w[1])
	}
	price, err := strconv.ParseInt(w[3], 10, 64)
	if err != nil {
		return Pick{}, fmt.Errorf("price %q", w[3])
	}
	return Pick{Zone: w[0], Index: index, Seat: w[2], Price: price}, nil
}

func readPicks(ws []wirePick) ([]Pick, error) {
	picks := make([]Pick, len(ws))
	for n, w := range ws {
		var err error
		if picks[n], err = w.pick(); err != nil {
			return nil, err
		}
	}
	return picks, nil
}

// parseHold reads a hold as prelude.lua stores it; what depends on the policy of now is told beside it.
func parseHold(event, buyer string, b []byte, extendable bool, ceiling time.Time) (*Hold, error) {
	var w struct {
		ID       string     `json:"id"`
		Deadline int64      `json:"deadline,string"`
		Seats    []wirePick `json:"seats"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return nil, err
	}
	seats, err := readPicks(w.Seats)
	if err != nil {
		return nil, err
	}
	return &Hold{
		ID: w.ID, Event: event, Buyer: buyer, Seats: seats,
		ExpiresAt: msTime(w.Deadline), Extendable: extendable, Ceiling: ceiling,
	}, nil
}

// maxIndex bounds what a message may name: far above any zone, far below what would hurt.
const maxIndex = 1 << 20

var errChanges = errors.New("not a change message")

// ParseChanges reads a message of a ZoneChannel: "epoch from version at index=state,index=state", at in ms.
// A message whose From is -1 says that the event was opened anew: no replica can apply it.
func ParseChanges(b []byte) (Changes, error) {
	fields := strings.SplitN(string(b), " ", 5)
	if len(fields) != 5 {
		return Changes{}, errChanges
	}
	var n [4]int64
	for i := range n {
		var err error
		if n[i], err = strconv.ParseInt(fields[i], 10, 64); err != nil {
			return Changes{}, errChanges
		}
	}
	d := Changes{Epoch: n[0], From: n[1], Version: n[2], At: msTime(n[3])}
	if d.Epoch < 1 || d.From < -1 || d.Version <= d.From || n[3] < 1 {
		return Changes{}, errChanges
	}
	rest := fields[4]
	if rest == "" {
		return d, nil
	}
	d.Changes = make([]Change, 0, strings.Count(rest, ",")+1)
	for part := range strings.SplitSeq(rest, ",") {
		c, err := parseChange(part)
		if err != nil {
			return Changes{}, err
		}
		d.Changes = append(d.Changes, c)
	}
	return d, nil
}

func parseChange(s string) (Change, error) {
	index, state, ok := strings.Cut(s, "=")
	if !ok || len(state) != 1 || !State(state[0]).valid() {
		return Change{}, errChanges
	}
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= maxIndex {
		return Change{}, errChanges
	}
	return Change{Index: i, State: State(state[0])}, nil
}

// Cause says why a buyer's hold is another one now.
type Cause string

const (
	CauseChanged Cause = "changed"
	CauseExpired Cause = "expired"
	CauseLost    Cause = "lost"
	CauseBooked  Cause = "booked"
)

// Notice is a private message of a NoticeChannel: a hold that changed, or a booking.
// When Booking is not nil it is the booking's public JSON; else Hold (nil: none any more) and Cause.
type Notice struct {
	Buyer   string
	Cause   Cause
	Hold    *Hold
	Booking []byte
}

type wireNotice struct {
	Buyer      string          `json:"buyer"`
	Cause      Cause           `json:"cause,omitempty"`
	Extendable bool            `json:"extendable,omitempty"`
	Ceiling    int64           `json:"ceiling,omitempty,string"` // ms
	Hold       json.RawMessage `json:"hold,omitempty"`
	Booking    json.RawMessage `json:"booking,omitempty"`
}

// ParseNotice reads a message of a NoticeChannel of that event.
func ParseNotice(event string, b []byte) (Notice, error) {
	var w wireNotice
	if err := json.Unmarshal(b, &w); err != nil {
		return Notice{}, fmt.Errorf("not a notice: %w", err)
	}
	if w.Buyer == "" {
		return Notice{}, errors.New("not a notice: it names no buyer")
	}
	if w.Booking != nil {
		return Notice{Buyer: w.Buyer, Booking: w.Booking}, nil
	}
	n := Notice{Buyer: w.Buyer, Cause: w.Cause}
	switch w.Cause {
	case CauseChanged, CauseExpired, CauseLost, CauseBooked:
	default:
		return Notice{}, fmt.Errorf("not a notice: cause %q", w.Cause)
	}
	if w.Hold != nil {
		var err error
		if n.Hold, err = parseHold(event, w.Buyer, w.Hold, w.Extendable, msTime(w.Ceiling)); err != nil {
			return Notice{}, fmt.Errorf("not a notice: %w", err)
		}
	}
	return n, nil
}
