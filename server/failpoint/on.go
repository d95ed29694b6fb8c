//go:build failpoints

// Package failpoint lets a test kill the process at a named place: JARI_FAIL_POINT=<name> or <name>:<n> for the nth pass.
package failpoint

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

var (
	name, nth = parse(os.Getenv("JARI_FAIL_POINT"))
	passes    atomic.Int64
)

func parse(s string) (string, int64) {
	name, n, ok := strings.Cut(s, ":")
	if !ok {
		return name, 1
	}
	nth, err := strconv.ParseInt(n, 10, 64)
	if err != nil || nth < 1 {
		panic("JARI_FAIL_POINT: " + s)
	}
	return name, nth
}

// Hit kills the process with SIGKILL, as a power cut would, when this is the nth pass of the chosen place.
func Hit(place string) {
	if name == "" || place != name || passes.Add(1) != nth {
		return
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}
