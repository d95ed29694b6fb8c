package main

import (
	"io"
	"strings"
	"testing"
)

// TestTitlesOfEvents: the page shows a title as a link, so there must be something to see; a Korean one may be as long as an English one.
func TestTitlesOfEvents(t *testing.T) {
	t.Parallel()
	for title, ok := range map[string]bool{
		"Tosca":                  true,
		strings.Repeat("자", 200): true,
		strings.Repeat("자", 201): false,
		"":                       false,
		" \t ":                   false,
		"To\nsca":                false,
		"\xff":                   false,
	} {
		c := eventCreateCmd{Venue: "v", Title: title, HoldSeconds: 300, MaxSeats: 8, Copies: 1}
		if err := c.check(); (err == nil) != ok {
			t.Errorf("title %q: %v", title, err)
		}
	}
}

// TestAgreed: only a plain yes cancels a house full of bookings.
func TestAgreed(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]bool{"y\n": true, " YES \n": true, "yes": true, "n\n": false, "\n": false, "": false, "yesterday\n": false} {
		if got := agreed(strings.NewReader(answer), io.Discard, "? "); got != want {
			t.Errorf("%q: %t", answer, got)
		}
	}
}
