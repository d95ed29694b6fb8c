package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

func TestFields(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string // nil: refused
	}{
		{`{}`, []string{}},
		{` { } `, []string{}},
		{`{"a":1}`, []string{"a=1"}},
		{` {"a" : -1 , "b":[[1,2],[3,4]]} `, []string{"a=-1", "b=[[1,2],[3,4]]"}},
		{`{"a":"x,}\"]","b":{"c":["}"]},"d":null}`, []string{`a="x,}\"]"`, `b={"c":["}"]}`, "d=null"}},
		{``, nil}, {`[]`, nil}, {`{`, nil}, {`{"a"}`, nil}, {`{"a":}`, nil}, {`{"a":1`, nil}, {`{"a":"x}`, nil},
		{`{"a":[1}`, nil}, {`{"a":1}{"b":2}`, nil}, {`{"a":1 2}`, nil}, {`{a:1}`, nil}, {`{"a":1,}`, nil},
	} {
		got := []string{}
		err := fields([]byte(c.in), func(k, v []byte) { got = append(got, fmt.Sprintf("%s=%s", k, v)) })
		if (err == nil) != (c.want != nil) || err == nil && !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v", c.in, got, err)
		}
	}
}

// What the quick reader takes, the real one takes too, with the same keys.
func FuzzFields(f *testing.F) {
	f.Add([]byte(`{"type":"changes","event":"demo","zone":"A","epoch":1,"from":1,"version":3,"changes":[[1,2],[0,0]]}`))
	f.Add([]byte(`{"a":"\\\"}","b":[{}],"c":1e5}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var real map[string]json.RawMessage
		if json.Unmarshal(b, &real) != nil || real == nil {
			return // what is not JSON may be taken or not: it never crashes
		}
		n := 0
		if err := fields(b, func(_, _ []byte) { n++ }); err != nil || n < len(real) {
			t.Errorf("%q: %d members, %v", b, n, err)
		}
	})
}

func TestPairs(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []int64
		ok   bool
	}{
		{`[]`, nil, true},
		{`[[1,2]]`, []int64{1, 2}, true},
		{`[[10,2],[3,0]]`, []int64{10, 2, 3, 0}, true},
		{`[[10, 2], [3, 0]]`, []int64{10, 2, 3, 0}, true},
		{`[1,2]`, nil, false}, {`[[1]]`, nil, false}, {`[[1,2,3]]`, nil, false}, {`[[1,2]`, nil, false},
		{`[["1",2]]`, nil, false}, {`[[1,2.5]]`, nil, false}, {`{}`, nil, false}, {``, nil, false}, {`[[[1,2]]]`, nil, false},
	} {
		var got []int64
		ok := pairs([]byte(c.in), func(a, b int64) { got = append(got, a, b) })
		if ok != c.ok || ok && !slices.Equal(got, c.want) {
			t.Errorf("%s: %v %v", c.in, got, ok)
		}
	}
}

func TestPictureKeepsTheRule(t *testing.T) {
	frame := func(epoch, from, version int, changes string) []byte {
		return fmt.Appendf(nil, `{"type":"changes","event":"e","zone":"z","epoch":%d,"from":%d,"version":%d,"changes":%s}`, epoch, from, version, changes)
	}
	for _, c := range []struct {
		name   string
		frame  []byte
		want   verdict
		states string
		bad    bool
	}{
		{"follows", frame(1, 5, 6, `[[0,1]]`), applied, "1000", false},
		{"overlaps", frame(1, 2, 7, `[[1,2],[3,3]]`), applied, "0203", false},
		{"is as old", frame(1, 4, 5, `[[0,1]]`), ignored, "0000", false},
		{"is older", frame(1, 1, 2, `[[0,1]]`), ignored, "0000", false},
		{"leaves a gap", frame(1, 6, 7, `[[0,1]]`), gapped, "0000", false},
		{"is of another epoch", frame(2, 5, 6, `[[0,1]]`), gapped, "0000", false},
		{"is outside the zone", frame(1, 5, 6, `[[4,1]]`), applied, "0000", true},
		{"has no such state", frame(1, 5, 6, `[[0,4]]`), applied, "0000", true},
	} {
		var p picture
		if err := p.reset([]byte(`{"type":"snapshot","event":"e","zone":"z","epoch":1,"version":5,"states":"0000"}`)); err != nil {
			t.Fatal(err)
		}
		f, err := parseChanges(c.frame)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.take(f, func(int, byte) {})
		if got != c.want || string(p.states) != c.states || (err != nil) != c.bad {
			t.Errorf("a frame that %s: %v %s %v", c.name, got, p.states, err)
		}
	}
	if _, err := parseChanges([]byte(`{"type":"changes","zone":"z","epoch":1,"from":1,"version":2,"changes":[]}`)); err == nil {
		t.Error("a frame without its event was taken")
	}
}
