package seatmap

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestParseChanges(t *testing.T) {
	d, err := ParseChanges([]byte("3 121 124 1763713000123 17=1,4=0"))
	want := Changes{Epoch: 3, From: 121, Version: 124, At: time.UnixMilli(1763713000123).UTC(), Changes: []Change{{17, Held}, {4, Available}}}
	if err != nil || fmt.Sprint(d) != fmt.Sprint(want) {
		t.Errorf("%+v, %v", d, err)
	}
	if d, err = ParseChanges([]byte("3 -1 124 1763713000123 ")); err != nil || d.From != -1 || d.Changes != nil {
		t.Errorf("%+v, %v", d, err)
	}
	for _, bad := range []string{
		"", " ", "3", "3 1 2 3", "x 1 2 3 0=1", "0 1 2 3 0=1", "3 -2 2 3 0=1", "3 2 2 3 0=1", "3 1 2 0 0=1", "3 1 2 -5 0=1",
		"3 1 2 3 0=4", "3 1 2 3 0=", "3 1 2 3 0", "3 1 2 3 -1=1", "3 1 2 3 1048576=1", "3 1 2 3 0=1,", "3 1 2 3 0=11",
		"3 1 2 3  0=1", "3 1 99999999999999999999 3 0=1", "3 1 2 3 0=1 ", "{}",
	} {
		if d, err := ParseChanges([]byte(bad)); err == nil {
			t.Errorf("%q is read as %+v", bad, d)
		}
	}
}

func FuzzParseChanges(f *testing.F) {
	f.Add([]byte("3 121 124 1763713000123 17=1,4=0"))
	f.Add([]byte("3 -1 124 1763713000123 "))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ParseChanges(b)
		if err != nil {
			return
		}
		r := NewReplica()
		r.Reset(Snapshot{Epoch: d.Epoch, Version: max(d.From, 0), States: free(8)})
		r.Apply(d)
		for _, s := range r.View().States {
			if !State(s).valid() {
				t.Fatalf("%q put %q into a replica", b, s)
			}
		}
	})
}

func TestParseNotice(t *testing.T) {
	text := `{"buyer":"ann","cause":"changed","extendable":true,"ceiling":"1763713000456","hold":{"id":"h1","start":"1","deadline":"1763713000123",` +
		`"seats":[["A","3","A\/\u00e9","900719925474099312"]]}}`
	n, err := ParseNotice("e", []byte(text))
	if err != nil || n.Buyer != "ann" || n.Cause != CauseChanged || n.Booking != nil {
		t.Fatalf("%+v, %v", n, err)
	}
	want := Hold{
		ID: "h1", Event: "e", Buyer: "ann", Seats: []Pick{{"A", 3, "A/é", 900719925474099312}},
		ExpiresAt: time.UnixMilli(1763713000123).UTC(), Extendable: true, Ceiling: time.UnixMilli(1763713000456).UTC(),
	}
	if fmt.Sprint(*n.Hold) != fmt.Sprint(want) {
		t.Errorf("hold %+v, want %+v", *n.Hold, want)
	}
	if n, err = ParseNotice("e", []byte(strings.Replace(text, `"ceiling":"1763713000456",`, "", 1))); err != nil || !n.Hold.Ceiling.IsZero() {
		t.Errorf("a notice of a node before the ceiling was told: %+v, %v", n.Hold, err)
	}
	if n, err = ParseNotice("e", []byte(`{"buyer":"ann","cause":"lost"}`)); err != nil || n.Hold != nil || n.Cause != CauseLost {
		t.Errorf("%+v, %v", n, err)
	}
	if n, err = ParseNotice("e", []byte(`{"buyer":"ann","booking":{"id":1}}`)); err != nil || string(n.Booking) != `{"id":1}` {
		t.Errorf("%+v, %v", n, err)
	}
	for _, bad := range []string{
		``, `null`, `[]`, `{}`, `{"buyer":"ann"}`, `{"buyer":"ann","cause":"odd"}`, `{"cause":"lost"}`,
		`{"buyer":"ann","cause":"lost","hold":{"deadline":"x"}}`, `{"buyer":"ann","cause":"lost","hold":{"deadline":"1","seats":[["A","-1","s","1"]]}}`,
		`{"buyer":"ann","cause":"lost","hold":{"deadline":"1","seats":[["A","1","s","much"]]}}`,
	} {
		if n, err := ParseNotice("e", []byte(bad)); err == nil {
			t.Errorf("%q is read as %+v", bad, n)
		}
	}
}
