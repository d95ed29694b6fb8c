package api

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"jari/server/protocol"
)

func TestPlansAreCachedAndCompressed(t *testing.T) {
	s := start(t)
	path := base + "/events/demo/zones/A"
	plain := s.want(200, s.do("GET", path, "", ""))
	tags := map[string]bool{plain.header.Get("ETag"): true}
	if plain.header.Get("Cache-Control") != forever || plain.header.Get("Vary") == "" {
		t.Errorf("headers %v", plain.header)
	}
	for encoding, open := range map[string]func([]byte) (io.Reader, error){
		"gzip": func(b []byte) (io.Reader, error) { return gzip.NewReader(bytes.NewReader(b)) },
		"br":   func(b []byte) (io.Reader, error) { return brotli.NewReader(bytes.NewReader(b)), nil },
	} {
		a := s.want(200, s.do("GET", path, "", "", "Accept-Encoding", encoding+";q=0.5, other"))
		r, err := open(a.body)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, plain.body) || a.header.Get("Content-Encoding") != encoding {
			t.Errorf("%s: %v, headers %v", encoding, err, a.header)
		}
		tag := a.header.Get("ETag")
		tags[tag] = true
		if again := s.want(304, s.do("GET", path, "", "", "Accept-Encoding", encoding, "If-None-Match", `"x", `+tag)); again.header.Get("ETag") != tag {
			t.Errorf("304 headers %v", again.header)
		}
	}
	if len(tags) != 3 {
		t.Errorf("tags %v: each encoding has its own", tags)
	}
	s.want(200, s.do("GET", path, "", "", "If-None-Match", `"another"`))
	if a := s.want(200, s.do("GET", path, "", "", "Accept-Encoding", "br;q=0, gzip;q=0.0")); a.header.Get("Content-Encoding") != "" {
		t.Error("refused encodings were used")
	}

	both := s.want(200, s.do("GET", base+"/events/demo/zones?ids=B,A,G,A", "", ""))
	var zones protocol.ZonesSeats
	both.into(t, &zones)
	if len(zones.Zones) != 3 || len(zones.Zones["B"]) != 2 || zones.Zones["G"] == nil {
		t.Errorf("zones %+v", zones)
	}
	turned := s.want(200, s.do("GET", base+"/events/demo/zones?ids=A,G,B", "", ""))
	if turned.header.Get("ETag") != both.header.Get("ETag") {
		t.Error("the order of ids makes another tag")
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
