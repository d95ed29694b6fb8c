package hub

import (
	"fmt"
	"strconv"
	"strings"
)

// viewer applies the client's rule of the protocol to messages.
type viewer struct {
	states           []byte
	epoch, version   int64
	snapshots        int
	applied, ignored int
}

func (v *viewer) receive(message string) error {
	f := strings.Fields(message)
	number := func(i int) int64 { n, _ := strconv.ParseInt(f[i], 10, 64); return n }
	switch f[0] {
	case "snapshot":
		v.states, v.epoch, v.version = []byte(f[4]), number(2), number(3)
		v.snapshots++
	case "changes":
		epoch, from, to := number(2), number(3), number(4)
		switch {
		case epoch != v.epoch:
			return fmt.Errorf("at %d/%d: other epoch: %s", v.epoch, v.version, message)
		case to <= v.version:
			v.ignored++
			return nil
		case from > v.version:
			return fmt.Errorf("at %d/%d: gap: %s", v.epoch, v.version, message)
		}
		for _, part := range strings.Split(f[5], ",") {
			index, state, _ := strings.Cut(part, "=")
			n, _ := strconv.Atoi(index)
			v.states[n] = state[0]
		}
		v.version = to
		v.applied++
	}
	return nil
}
