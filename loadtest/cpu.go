package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// CPU is processor time spent, in seconds of user and system together.
type CPU struct {
	Client float64  `json:"client"`
	Server *float64 `json:"server,omitempty"` // nil when it is not known
}

// clockTicks is USER_HZ, which is 100 on every Linux that Go runs on.
const clockTicks = 100

type cpuMeter struct {
	pid           int
	client        float64
	server        float64
	serverUnknown bool
}

func startCPU(pid int) *cpuMeter {
	m := &cpuMeter{pid: pid, client: ownCPU()}
	var err error
	m.server, err = processCPU(pid)
	m.serverUnknown = err != nil
	return m
}

func (m *cpuMeter) stop() CPU {
	c := CPU{Client: ownCPU() - m.client}
	if now, err := processCPU(m.pid); err == nil && !m.serverUnknown {
		spent := now - m.server
		c.Server = &spent
	}
	return c
}

func ownCPU() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0 // cannot happen with these arguments
	}
	return seconds(u.Utime) + seconds(u.Stime)
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }

// processCPU reads /proc, so it knows nothing outside Linux or of another machine's process.
func processCPU(pid int) (float64, error) {
	if pid <= 0 {
		return 0, fmt.Errorf("no process id")
	}
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, err
	}
	// The name in parentheses may hold spaces; utime and stime are fields 14 and 15, so 12 and 13 after it.
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) < 13 {
		return 0, fmt.Errorf("short stat of process %d", pid)
	}
	user, err := strconv.ParseFloat(string(fields[11]), 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseFloat(string(fields[12]), 64)
	if err != nil {
		return 0, err
	}
	return (user + system) / clockTicks, nil
}
