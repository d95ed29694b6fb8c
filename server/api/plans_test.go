package api

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"jari/seatmap"
	"jari/server/protocol"
)

func TestZonesAreCompressed(t *testing.T) {
	s := start(t)
	plan := testPlan()
	zones := map[string][]seatmap.Seat{}
	for _, id := range []string{"A", "B", "G"} {
		zones[id] = orEmpty(plan.Zone(id).Seats)
	}
	for path, want := range map[string]any{
		base + "/events/demo/zones/A":           protocol.ZoneSeats{Plan: plan.Hash(), Seats: zones["A"]},
		base + "/events/demo/zones?ids=B,A,G,A": protocol.ZonesSeats{Plan: plan.Hash(), Zones: zones},
	} {
		a := s.compressed(path, map[string]func([]byte) (io.Reader, error){
			"gzip": func(b []byte) (io.Reader, error) { return gzip.NewReader(bytes.NewReader(b)) },
		})
		if b, err := json.Marshal(want); err != nil || !bytes.Equal(b, a.body) {
			t.Errorf("%s is %s, want %s, %v", path, a.body, b, err)
		}
		if a.header.Get("Cache-Control") != forever {
			t.Errorf("headers %v", a.header)
		}
		if head := s.do("HEAD", path, "", ""); head.status != 200 || head.header.Get("Content-Length") != strconv.Itoa(len(a.body)) {
			t.Errorf("HEAD %d %v", head.status, head.header)
		}
	}
	tag := func(ids string) string {
		return s.want(200, s.do("GET", base+"/events/demo/zones?ids="+ids, "", "")).header.Get("ETag")
	}
	if tag("A,G,B") != tag("B,A,G") {
		t.Error("the order of ids makes another tag")
	}
	if tag("A,B") == tag("A,G") {
		t.Error("other zones have the same tag")
	}
}

// TestZonesTogetherCostNothing: strangers could ask for more combinations of zones than a node can make, or keep.
func TestZonesTogetherCostNothing(t *testing.T) {
	s := start(t)
	for _, ids := range []string{"A", "B", "G", "A,B", "A,G", "B,G", "A,B,G"} {
		s.want(200, s.do("GET", base+"/events/demo/zones?ids="+ids, "", "", "Accept-Encoding", "br, gzip"))
	}
	if kept := s.api.plans.order.Len(); kept != 3 {
		t.Errorf("%d things are kept of 3 zones", kept)
	}
}

func TestPlanCacheIsBounded(t *testing.T) {
	p := newPlans(3000)
	made := map[string]int{}
	get := func(key string) {
		t.Helper()
		c, err := p.get(key, func() ([]byte, error) { made[key]++; return []byte(key + strings.Repeat("x", 400)), nil })
		if err != nil || !strings.HasPrefix(string(c.plain), key) {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		get("0")
		get(strconv.Itoa(i))
	}
	if p.size > 3000 || p.order.Len() != len(p.parts) || made["0"] != 1 {
		t.Errorf("size %d, %d in order, %d by key, made %v", p.size, p.order.Len(), len(p.parts), made)
	}
	failed := errors.New("no")
	for range 2 {
		if _, err := p.get("bad", func() ([]byte, error) { made["bad"]++; return nil, failed }); !errors.Is(err, failed) {
			t.Error(err)
		}
	}
	if made["bad"] != 2 {
		t.Error("a failure was kept")
	}
}

func TestPartsOfPlansAreMadeOneAtATime(t *testing.T) {
	p := newPlans(1 << 20)
	var making, made atomic.Int32
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			_, err := p.get(strconv.Itoa(i%8), func() ([]byte, error) {
				if making.Add(1) > 1 {
					t.Error("two are made at once")
				}
				for range 100 {
					runtime.Gosched()
				}
				making.Add(-1)
				made.Add(1)
				return []byte("{}"), nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if made.Load() != 8 {
		t.Errorf("8 parts were made %d times", made.Load())
	}
}
