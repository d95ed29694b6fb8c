package main

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func TestNetworks(t *testing.T) {
	t.Parallel()
	var c struct{ limits }
	parser, err := kong.New(&c, kong.DefaultEnvars("JARI"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"--trusted-proxies=127.0.0.1, 10.1.2.3/8,::ffff:192.0.2.1", "--limit-exempt", "2001:db8::7/32"}); err != nil {
		t.Fatal(err)
	}
	l := c.limits.api()
	for _, n := range []struct {
		got  []netip.Prefix
		want []string
	}{
		{l.TrustedProxies, []string{"127.0.0.1/32", "10.0.0.0/8", "192.0.2.1/32"}}, {l.Exempt, []string{"2001:db8::/32"}},
	} {
		var got []string
		for _, p := range n.got {
			got = append(got, p.String())
		}
		if !slices.Equal(got, n.want) {
			t.Errorf("%q, want %q", got, n.want)
		}
	}
	// A browser asks 74 times from the list of events to two booked seats; 2,000 of them may share an address.
	if l.Sockets != 50000 || l.AddressRequests < 2000*74 || l.BuyerSockets != 20 {
		t.Errorf("the usual limits are %+v", l)
	}
	for _, wrong := range []string{"--limit-exempt=localhost", "--limit-exempt=10.0.0.0/33", "--limit-exempt=fe80::1%eth0", "--trusted-proxies=::ffff:0:0/96",
		"--trusted-proxies=0.0.0.0/0", "--trusted-proxies=::/0", "--buyer-requests=-1", "--max-connections=-1"} {
		flag, _, _ := strings.Cut(wrong, "=")
		if _, err := parse(t, "serve", wrong); err == nil || !strings.Contains(err.Error(), flag) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	if _, err := parse(t, "serve", "--limit-exempt=0.0.0.0/0,::/0", "--address-requests=0"); err != nil {
		t.Error(err)
	}
}
