package seatmap

import (
	"embed"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

//go:embed scripts/*.lua
var scriptFiles embed.FS

// scripts are the files of the folder of that name; the head of each says its keys, arguments and answers.
type scripts struct {
	hold, release, extend, holdOf, expire   *redis.Script
	book, pending, pendingOf, lapsed, apply *redis.Script
	snapshot, since, configure, load, claim *redis.Script
	inspect, leases, forget                 *redis.Script
}

func newScripts() scripts {
	source := func(name string) string {
		b, err := scriptFiles.ReadFile("scripts/" + name + ".lua")
		if err != nil {
			panic(err) // a file that is compiled in
		}
		return string(b)
	}
	prelude := source("prelude")
	script := func(name string) *redis.Script { return redis.NewScript(prelude + source(name)) }
	return scripts{
		hold: script("hold"), release: script("release"), extend: script("extend"),
		holdOf: script("hold_of"), expire: script("expire"),
		book: script("book"), pending: script("pending"), pendingOf: script("pending_of"), lapsed: script("lapsed"), apply: script("apply"),
		snapshot: script("snapshot"), since: script("since"), configure: script("configure"), load: script("load"),
		inspect: script("inspect"), leases: script("leases"), forget: script("forget"),
		claim: redis.NewScript(source("claim")),
	}
}

// unavailable is the refusal for an event or a Redis that cannot answer now.
func unavailable(detail string, cause error) *Refusal {
	return &Refusal{Code: CodeUnavailable, Detail: detail, RetryAfter: retryAfter, Err: cause}
}

// ErrClosed tells an event that is not open from a Redis that is away; it is in the refusal unavailable.
var ErrClosed = errors.New("the event is not open in redis")

func notOpen() *Refusal { return unavailable("the event is being made ready, try again", ErrClosed) }

// away is Live's away without a cluster.
func away(err error) error {
	var said redis.Error
	if !errors.As(err, &said) {
		return unavailable("redis does not answer", err)
	}
	word, _, _ := strings.Cut(said.Error(), " ")
	switch strings.TrimPrefix(word, "-") {
	case "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "MOVED", "ASK", "TRYAGAIN", "NOREPLICAS", "MISCONF", "OOM", "BUSY",
		"NOAUTH", "WRONGPASS", "NOPERM":
		return unavailable("redis cannot work now", err)
	}
	// The slot is on its way to another master, key by key.
	if strings.Contains(said.Error(), "non local key") {
		return unavailable("redis cannot work now", err)
	}
	return fmt.Errorf("redis script: %w", err)
}

// answer reads the array of strings that a script returns. Its first error sticks and is returned by done.
type answer struct {
	items []any
	next  int
	err   error
}

// readAnswer checks the first word of a reply: ok leaves the rest to the reader, everything else is an error.
func readAnswer(reply []any) (*answer, error) {
	a := &answer{items: reply}
	switch word := a.text(); word {
	case "ok":
		return a, nil
	case "closed":
		return nil, notOpen()
	case "refused":
		r := &Refusal{Code: Code(a.text()), Detail: a.text()}
		for a.more() {
			r.Seats = append(r.Seats, SeatState{Zone: a.text(), Seat: a.text(), State: a.state()})
		}
		if err := a.done(); err != nil {
			return nil, err
		}
		return nil, r
	default:
		return nil, fmt.Errorf("redis script: unknown answer %q", word)
	}
}

func (a *answer) more() bool { return a.err == nil && a.next < len(a.items) }

func (a *answer) text() string {
	if a.err != nil {
		return ""
	}
	if a.next >= len(a.items) {
		a.err = errors.New("redis script: short answer")
		return ""
	}
	s, ok := a.items[a.next].(string)
	if !ok {
		a.err = fmt.Errorf("redis script: item %d of the answer is a %T", a.next, a.items[a.next])
	}
	a.next++
	return s
}

func (a *answer) number() int64 {
	s := a.text()
	if a.err != nil {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		a.err = fmt.Errorf("redis script: answer: %w", err)
	}
	return n
}

// time reads ms since 1970; the empty text is the zero time.
func (a *answer) time() time.Time {
	if a.more() && a.items[a.next] == "" {
		a.next++
		return time.Time{}
	}
	return msTime(a.number())
}

func (a *answer) state() State {
	s := a.text()
	if a.err == nil && (len(s) != 1 || !State(s[0]).valid()) {
		a.err = fmt.Errorf("redis script: answer: %q is no state", s)
	}
	if a.err != nil {
		return 0
	}
	return State(s[0])
}

func (a *answer) done() error { return a.err }

func (s State) valid() bool { return s >= Available && s <= Blocked }

// msTime turns ms since 1970 into a time; 0 is the zero time.
func msTime(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// timeMS is the opposite of msTime.
func timeMS(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
