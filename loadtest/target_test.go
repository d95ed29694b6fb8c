package main

import (
	"testing"

	"github.com/alecthomas/kong"
)

func TestAddressesOfServers(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"http://127.0.0.1:8080":     "http://127.0.0.1:8080",
		"https://tickets.example/":  "https://tickets.example",
		"127.0.0.1:8080":            "http://127.0.0.1:8080",
		"localhost:8080/":           "http://localhost:8080",
		"http://localhost:8080/api": "",
		"ws://localhost:8080":       "",
		"http://":                   "",
		"http://localhost:8080?a=1": "",
		"http://local host:8080":    "",
	} {
		var c cli
		parser, err := kong.New(&c, addressMapper)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = parser.Parse([]string{"race", "--url", given}); (err == nil) != (want != "") || err == nil && c.URL != want {
			t.Errorf("%q: %q, %v; want %q", given, c.URL, err, want)
		}
	}
}
