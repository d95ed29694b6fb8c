//go:build !race

// The race detector takes several times the memory of what it watches.

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"jari/seatmap"
)

// planMemoryLimit is what checking a file may take, whatever is in it, in KB.
const planMemoryLimit = 512 << 10

func oneZone(before, seats string) string {
	return `{"name":"S","zones":[{"name":"Hall",` + before + `"rows":[{"row_number":"A","seats":[` + seats + `]}]}]}`
}

// largeFiles are those that take most memory, each of nearly 64 MiB.
var largeFiles = map[string]func() string{
	"a member that is not known": func() string {
		return oneZone(`"x":"`+strings.Repeat("a", planFileLimit-1000)+`",`, "{}")
	},
	"as many seats as there may be": func() string {
		var b strings.Builder
		for n := range seatmap.MaxPlaces {
			fmt.Fprintf(&b, `{"seat_guid":"%0130d","seat_number":"%0130d"},`, n, n)
		}
		return oneZone("", strings.TrimSuffix(b.String(), ","))
	},
	"decoration": func() string {
		area := `{"shape":"polygon","polygon":{"points":[` + strings.Repeat(`[1.5,2.5],`, 150) + `[3,9]]}},`
		return oneZone(`"areas":[`+strings.Repeat(area, min(seatmap.MaxAreas, (planFileLimit-1000)/len(area)))+`{}],`, "{}")
	},
}

// TestCheckingAPlanTakesLittleMemory. Each file is read by a process of its own, which says its peak.
func TestCheckingAPlanTakesLittleMemory(t *testing.T) {
	const env = "JARI_LARGE_FILE"
	if file := os.Getenv(env); file != "" {
		_, report, err := readPlan(file)
		out, _ := json.Marshal(map[string]any{"kb": peakMemory(), "seats": report.Seats, "error": fmt.Sprint(err)})
		fmt.Printf("\n%s\n", out)
		return
	}
	if peakMemory() == 0 {
		t.Skip("this system does not tell how much memory a process has had")
	}
	for name, content := range largeFiles {
		file := planFile(t, t.TempDir(), "large.json", []byte(content()))
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCheckingAPlanTakesLittleMemory$")
		cmd.Env = append(os.Environ(), env+"="+file)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		_, line, _ := bytes.Cut(out, []byte("\n{"))
		line, _, _ = bytes.Cut(line, []byte("\n"))
		var told struct {
			KB, Seats int
			Error     string
		}
		if err := json.Unmarshal(append([]byte("{"), line...), &told); err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		if told.KB > planMemoryLimit || told.KB < planFileLimit>>10 || told.Seats == 0 {
			t.Errorf("%s took %d MB for %d seats: %s", name, told.KB>>10, told.Seats, told.Error)
		}
		t.Logf("%s: %d MB, %d seats", name, told.KB>>10, told.Seats)
		if err := os.Remove(file); err != nil {
			t.Error(err)
		}
	}
}

// peakMemory is the most memory that this process has had, in KB; 0 where the system does not say.
func peakMemory() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.Atoi(string(fields[0]))
	return kb
}
