package api

import (
	"net"
	"net/netip"
	"strings"
	"testing"
)

func prefixes(list ...string) networks {
	var n networks
	for _, s := range list {
		n = append(n, netip.MustParsePrefix(s))
	}
	return n
}

func TestClientOf(t *testing.T) {
	trusted := prefixes("127.0.0.0/8", "10.0.0.0/8", "::1/128", "fd00::/8")
	thousand := strings.Repeat("127.0.0.1,", 999) + "127.0.0.1"
	for name, c := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"no proxy":                   {"192.0.2.1", nil, "192.0.2.1"},
		"a stranger names another":   {"192.0.2.1", []string{"198.51.100.7"}, "192.0.2.1"},
		"a proxy that names nobody":  {"127.0.0.1", nil, "127.0.0.1"},
		"one proxy":                  {"127.0.0.1", []string{"192.0.2.1"}, "192.0.2.1"},
		"the client named another":   {"127.0.0.1", []string{"198.51.100.7, 192.0.2.1"}, "192.0.2.1"},
		"the client named a proxy":   {"127.0.0.1", []string{"127.0.0.1,192.0.2.1"}, "192.0.2.1"},
		"two proxies":                {"127.0.0.1", []string{"198.51.100.7, 192.0.2.1, 10.1.2.3"}, "192.0.2.1"},
		"in several lines":           {"127.0.0.1", []string{"198.51.100.7", "192.0.2.1", "10.1.2.3,10.1.2.4"}, "192.0.2.1"},
		"all are proxies":            {"127.0.0.1", []string{"10.0.0.9,10.0.0.1"}, "10.0.0.9"},
		"a thousand proxies":         {"127.0.0.1", []string{thousand}, "127.0.0.1"},
		"a thousand before it":       {"127.0.0.1", []string{thousand + ",192.0.2.1"}, "192.0.2.1"},
		"garbage":                    {"127.0.0.1", []string{"unknown"}, "127.0.0.1"},
		"garbage of the client":      {"127.0.0.1", []string{"\x00,', ;drop,192.0.2.1"}, "192.0.2.1"},
		"garbage behind a proxy":     {"127.0.0.1", []string{"198.51.100.7,_hidden,10.0.0.1"}, "10.0.0.1"},
		"empty":                      {"127.0.0.1", []string{""}, "127.0.0.1"},
		"commas":                     {"127.0.0.1", []string{",,,"}, "127.0.0.1"},
		"with a port":                {"127.0.0.1", []string{"192.0.2.1:4711"}, "192.0.2.1"},
		"IPv6":                       {"::1", []string{"2001:db8::7"}, "2001:db8::7"},
		"IPv6 in brackets":           {"::1", []string{"[2001:db8::7]"}, "2001:db8::7"},
		"IPv6 with a port":           {"::1", []string{"[2001:db8::7]:4711"}, "2001:db8::7"},
		"IPv6 with a zone":           {"fd00::1", []string{"fe80::7%eth0"}, "fe80::7"},
		"IPv6, zone and port":        {"fd00::1", []string{"[fe80::7%eth0]:80"}, "fe80::7"},
		"IPv4 written as IPv6":       {"127.0.0.1", []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
		"a proxy written as IPv6":    {"127.0.0.1", []string{"192.0.2.1,::ffff:10.0.0.1"}, "192.0.2.1"},
		"a number that is no octet":  {"127.0.0.1", []string{"192.0.2.256"}, "127.0.0.1"},
		"a zone without an address":  {"127.0.0.1", []string{"%eth0"}, "127.0.0.1"},
		"one bracket and no address": {"127.0.0.1", []string{"["}, "127.0.0.1"},
	} {
		if got := clientOf(netip.MustParseAddr(c.peer), c.forwarded, trusted); got != netip.MustParseAddr(c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func FuzzClientOf(f *testing.F) {
	trusted := prefixes("127.0.0.0/8")
	f.Add("198.51.100.7, 192.0.2.1:80, [::1%x]:7")
	f.Fuzz(func(t *testing.T, header string) {
		// What a client writes must never be believed: the proxy has appended whom it saw.
		if got := clientOf(local, []string{header, "192.0.2.1"}, trusted); got != netip.MustParseAddr("192.0.2.1") {
			t.Errorf("%q makes it %s", header, got)
		}
		if got := clientOf(local, []string{header}, trusted); !got.IsValid() || got.Zone() != "" || got.Is4In6() {
			t.Errorf("%q makes it %s", header, got)
		}
	})
}

func TestPeerOf(t *testing.T) {
	for want, a := range map[string]net.Addr{
		"192.0.2.1":   &net.TCPAddr{IP: net.ParseIP("192.0.2.1").To16(), Port: 1},
		"2001:db8::1": &net.TCPAddr{IP: net.ParseIP("2001:db8::1"), Zone: "eth0"},
		"127.0.0.1":   &net.UnixAddr{Name: "@", Net: "unix"},
	} {
		if got := peerOf(a); got.String() != want {
			t.Errorf("%v: %s, want %s", a, got, want)
		}
	}
	if got := peerOf(nil); got != local {
		t.Errorf("no address: %s", got)
	}
	if got := peerOf(&net.TCPAddr{}); got != local {
		t.Errorf("an empty address: %s", got)
	}
}
