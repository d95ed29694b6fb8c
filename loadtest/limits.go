package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"syscall"
	"time"
)

// What a flag may be. A scene with a wrong one would be judged all the same, and a promise about nothing is always kept.
const (
	maxSockets = 100_000 // more than one machine has ports for
	maxTimes   = 1_000_000
	maxRate    = 100_000.0 // per second
	longest    = 24 * time.Hour
	// longestBound keeps a threshold on a duration below what a histogram can tell (histMax).
	longestBound = 5 * time.Minute
)

// whole is nil when n is from least to most.
func whole(flag string, n, least, most int) error {
	if n < least || n > most {
		return fmt.Errorf("%s is %d: it must be from %d to %d", flag, n, least, most)
	}
	return nil
}

// number is nil when f is from least to most; NaN is not.
func number(flag string, f, least, most float64) error {
	if !(f >= least && f <= most) {
		return fmt.Errorf("%s is %v: it must be from %v to %s", flag, f, least, strconv.FormatFloat(most, 'f', -1, 64))
	}
	return nil
}

// perSecond is nil for a rate at which something comes at all.
func perSecond(flag string, f float64) error {
	if !(f > 0 && f <= maxRate) {
		return fmt.Errorf("%s is %v: it must be more than 0 and at most %.0f per second", flag, f, maxRate)
	}
	return nil
}

// length is nil when d is more than 0 and at most most.
func length(flag string, d, most time.Duration) error {
	if d <= 0 || d > most {
		return fmt.Errorf("%s is %s: it must be more than 0s and at most %s", flag, d, most)
	}
	return nil
}

// waiting is nil for a time to wait, which may be none.
func waiting(flag string, d time.Duration) error {
	if d < 0 || d > longest {
		return fmt.Errorf("%s is %s: it must be from 0s to %s", flag, d, longest)
	}
	return nil
}

// some is nil when a rate kept up for a while comes to at least one and at most maxTimes.
func some(rate float64, d time.Duration) error {
	if n := math.Trunc(rate * d.Seconds()); n < 1 || n > maxTimes {
		return fmt.Errorf("--rate %v for --duration %s comes to %.0f: it must come to 1 to %d", rate, d, n, maxTimes)
	}
	return nil
}

// process is nil for a process of this machine, or for 0, which is none.
func process(flag string, pid int) error {
	if pid == 0 {
		return nil
	}
	if pid < 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return fmt.Errorf("%s is %d: no such process; it must be the id of a running process", flag, pid)
	}
	if _, err := processCPU(pid); err != nil {
		return fmt.Errorf("%s is %d: its CPU time cannot be read here: %w", flag, pid, err)
	}
	return nil
}

// firstOf returns the first error there is.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
