package pretix

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"jari/seatmap"
)

// fuzzPeakLimit is the memory that the importer may take whatever it is given, in KB.
const fuzzPeakLimit = 512 << 10

// peakMemory is the most memory that this process has had, in KB; 0 where the system does not say.
func peakMemory() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.Atoi(fields[0])
	return kb
}

// fuzzPeak has the process that fuzzes write down its peak for the one that started it, and check it.
func fuzzPeak(f *testing.F) (check func(*testing.T), tell func()) {
	const env = "JARI_FUZZ_PEAK"
	if flag.Lookup("test.fuzz").Value.String() == "" {
		return func(*testing.T) {}, func() {}
	}
	if os.Getenv(env) == "" {
		f.Setenv(env, filepath.Join(f.TempDir(), "peak"))
	}
	file, runs, peak := os.Getenv(env), 0, 0
	check = func(t *testing.T) {
		if runs++; runs%100 != 1 {
			return
		}
		now := peakMemory()
		if now > fuzzPeakLimit {
			t.Fatalf("the importer has taken %d MB", now>>10)
		}
		if now > peak {
			peak = now
			_ = os.WriteFile(file, []byte(strconv.Itoa(peak>>10)), 0o600) // a report, no proof
		}
	}
	return check, func() {
		if mb, err := os.ReadFile(file); err == nil {
			fmt.Printf("the most memory that the fuzzed process had: %s MB\n", mb)
		}
	}
}

// oddFiles are small files with the oddities of real ones.
func oddFiles(f *testing.F) []string {
	// Small, because the fuzzer shortens what it finds byte by byte.
	wheel := strings.Replace(seatJSON("1", "1", 0), `"category":"A"`, `"category":"Wheel"`, 1)
	p, _, err := Read([]byte(small(
		rowJSON("A", wheel, seatJSON("2", "2", 10), seatJSON("3", "3", 20), seatJSON("4", "4", 40), seatJSON("5", "5", 50)) + "," +
			rowJSON("B", seatJSON("6", "1", 0), seatJSON("7", "2", 10), seatJSON("8", "3", 20), seatJSON("9", "4", 30), seatJSON("10", "5", 40)))))
	if err != nil {
		f.Fatal(err)
	}
	p.Zones[0].Seats[0].Accessible = true
	p.Zones = append(p.Zones, seatmap.Zone{
		ID: "z2", Label: "Z", Kind: seatmap.KindSeats, Outline: []seatmap.Point{{X: 0, Y: 80}, {X: 50, Y: 80}, {X: 50, Y: 99}},
		Seats: []seatmap.Seat{{ID: "z2-1", Row: "A", Number: "1", X: 10, Y: 90, Category: "a"}, {ID: "z2-2", Row: "A", Number: "2", X: 20, Y: 90, Category: "a"}},
	}, seatmap.Zone{
		ID: "g", Label: "G", Kind: seatmap.KindGeneral, Category: "a", Places: 9, Outline: []seatmap.Point{{X: 200, Y: 0}, {X: 250, Y: 0}, {X: 250, Y: 50}},
	})
	whole, err := Write(p)
	if err != nil {
		f.Fatal(err)
	}
	plain, err := WritePlain(p)
	if err != nil {
		f.Fatal(err)
	}
	files := []string{
		string(whole), string(plain), "{}", "[]", "null", `{"zones":[]}`, "<svg/>", "\xff\xfe{\x00", "PK\x03\x04",
		small(`{"row_number":"A","seats":[{"seat_guid":"a","seat_number":"1"},{}]}`),
		small(`{"seats":[{"position":{"x":1e308,"y":-1e308}},{"position":[1e-300,0]},{"position":null,"category":"휠체어"}]}`),
		`{"zones":[{"name":"F (capacity 9)","areas":[{"shape":"ellipse","rotation":1e300,"ellipse":{"radius":{"x":1e11,"y":2}}}]}]}`,
		`{"zones":[{"areas":[{"shape":"polygon","polygon":{"points":[[0,0],[1,0],[1,1],"x",null]},"text":{"text":"Stage","size":-1}}]}]}`,
		`{"zones":[{"zone_id":"g","areas":[{"shape":"circle","circle":{"radius":30}}]},{"rows":[{"seats":[{"seat_guid":"g:1"},{"seat_guid":"g:\u00001"}]}]}]}`,
		`{"jari":{"version":1,"currency":"EUR","categories":[{"category":"A","id":"é","price":1.5}],"zones":[{"zone":"g","places":7}],` +
			`"accessible":["a",null,7],"companions":[]},"zones":[{"zone_id":"g"},{"rows":[{"seats":[{"seat_guid":"a","category":"A"}]}]}]}`,
		`{"jari":{"drawn":{"width":1e9,"height":-1,"focus":[],"areas":[{},{"shape":"text","text":"x","center":[1,2]}],"outlines":[{"zone":"g","points":[[0,0]]}]}},` +
			`"zones":[{"zone_id":"g","rows":[{"seats":[{"position":[-0,1e12]},{}]}]}]}`,
	}
	for _, tc := range repairs {
		files = append(files, tc.file)
	}
	return files
}

func FuzzRead(f *testing.F) {
	for _, file := range oddFiles(f) {
		f.Add([]byte(file))
	}
	check, tell := fuzzPeak(f)
	defer tell()
	f.Fuzz(func(t *testing.T, b []byte) {
		check(t)
		p, report, err := Read(b)
		if err != nil {
			var refusal *seatmap.Refusal
			if p != nil || !errors.As(err, &refusal) {
				t.Fatalf("%v with %v", p, err)
			}
			return
		}
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		if p.Hash() == "" {
			t.Fatal("a plan without a name")
		}
		seats := 0
		for i := range p.Zones {
			seats += len(p.Zones[i].Seats)
		}
		if seats != report.Seats || report.Lost() != 0 {
			t.Fatalf("%d seats, reported %+v, %d lost", seats, report, report.Lost())
		}
		if _, err := json.Marshal(p); err != nil {
			t.Fatal(err)
		}
		written, err := Write(p)
		if err != nil {
			t.Fatal(err)
		}
		back, again, err := Read(written)
		if err != nil || back.Hash() != p.Hash() || len(again.Repaired)+len(again.Refused) > 0 {
			t.Fatalf("read back as another plan: %v, %+v", err, again)
		}
		plain, err := WritePlain(p)
		if err != nil {
			t.Fatal(err)
		}
		back, again, err = Read(plain)
		if err != nil || again.Seats != report.Seats || len(back.Zones) != len(p.Zones) {
			t.Fatalf("the plain form is read back as %d seats of %d: %v", again.Seats, report.Seats, err)
		}
		p.Best(seatmap.BestRequest{Quantity: 2}, func(zone string) []byte { return slices.Repeat([]byte("0"), p.Zone(zone).Capacity()) }, nil)
	})
}
