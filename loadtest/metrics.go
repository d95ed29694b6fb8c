package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Footprint is what a process has open and running, from its /metrics.
type Footprint struct {
	Goroutines  float64
	Descriptors float64
	Resident    float64 // bytes
	Heap        float64 // bytes in use
}

func (a *API) footprint(ctx context.Context) (Footprint, error) {
	var f Footprint
	// A connection of its own that ends with the answer: ours are not to be counted.
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+"/metrics", nil)
	if err != nil {
		return f, fmt.Errorf("make request: %w", err)
	}
	req.Close = true
	res, err := a.http.Do(req)
	if err != nil {
		return f, fmt.Errorf("read metrics: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return f, fmt.Errorf("read %s/metrics: %s; it is there on a node asked directly, without --admin-listen", a.base, res.Status)
	}
	found := 0
	want := map[string]*float64{"go_goroutines": &f.Goroutines, "process_open_fds": &f.Descriptors,
		"process_resident_memory_bytes": &f.Resident, "go_memstats_heap_inuse_bytes": &f.Heap}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if into := want[name]; into != nil {
			if *into, err = strconv.ParseFloat(value, 64); err != nil {
				return f, fmt.Errorf("metric %s: %w", name, err)
			}
			found++
		}
	}
	if err := lines.Err(); err != nil {
		return f, fmt.Errorf("read metrics: %w", err)
	}
	if found != len(want) {
		return f, fmt.Errorf("metrics tell %d of the %d figures about the process", found, len(want))
	}
	_, err = io.Copy(io.Discard, res.Body)
	return f, err
}
