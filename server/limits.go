package main

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"jari/server/api"
)

// limits bound what strangers may take of a node. The usual ones let 2,000 buyers through who share one address, as those of a
// mobile network do; docs/operations.md has the sum.
type limits struct {
	MaxConnections     int       `default:"60000" placeholder:"N" help:"TCP connections on this node, sockets among them (${env}; default ${default})."`
	MaxSockets         int       `default:"50000" placeholder:"N" help:"Sockets on this node (${env}; default ${default})."`
	AddressConnections int       `default:"15000" placeholder:"N" help:"TCP connections of one address at once (${env}; default ${default})."`
	AddressSockets     int       `default:"5000" placeholder:"N" help:"Sockets of one address at once (${env}; default ${default})."`
	AddressHandshakes  int       `default:"6000" placeholder:"N" help:"Sockets that one address may open a minute; all of a minute may come at once, here and below (${env}; default ${default})."`
	AddressRequests    int       `default:"150000" placeholder:"N" help:"Requests of one address a minute, over HTTP and sockets (${env}; default ${default})."`
	AddressSessions    int       `default:"3000" placeholder:"N" help:"Buyers that one address may become a minute (${env}; default ${default})."`
	BuyerRequests      int       `default:"600" placeholder:"N" help:"Requests of one buyer a minute, over HTTP and sockets (${env}; default ${default})."`
	BuyerSockets       int       `default:"20" placeholder:"N" help:"Sockets of one buyer at once (${env}; default ${default})."`
	LimitExempt        []network `placeholder:"CIDR" help:"Addresses that, like this machine's own, have no limits of addresses and buyers, such as 10.0.0.0/8, comma separated (${env})."`
	TrustedProxies     []network `placeholder:"CIDR" help:"Proxies that are believed when they say in X-Forwarded-For and X-Forwarded-Proto for whom they ask, comma separated (${env})."`
}

// Validate is called by the command line.
func (l limits) Validate() error {
	var err error
	for _, n := range []struct {
		flag  string
		value int
	}{
		{"max-connections", l.MaxConnections}, {"max-sockets", l.MaxSockets}, {"address-connections", l.AddressConnections},
		{"address-sockets", l.AddressSockets}, {"address-handshakes", l.AddressHandshakes}, {"address-requests", l.AddressRequests},
		{"address-sessions", l.AddressSessions}, {"buyer-requests", l.BuyerRequests}, {"buyer-sockets", l.BuyerSockets},
	} {
		if n.value < 0 {
			err = errors.Join(err, fmt.Errorf("--%s %d is below 0", n.flag, n.value))
		}
	}
	for _, n := range l.TrustedProxies {
		if n.Bits() == 0 {
			err = errors.Join(err, fmt.Errorf("--trusted-proxies %s would let everybody name any address as his own", n.Prefix))
		}
	}
	return err
}

func (l limits) api() api.Limits {
	return api.Limits{Connections: l.MaxConnections, Sockets: l.MaxSockets, AddressConnections: l.AddressConnections,
		AddressSockets: l.AddressSockets, AddressHandshakes: l.AddressHandshakes, AddressRequests: l.AddressRequests,
		AddressSessions: l.AddressSessions, BuyerRequests: l.BuyerRequests, BuyerSockets: l.BuyerSockets,
		Exempt: prefixes(l.LimitExempt), TrustedProxies: prefixes(l.TrustedProxies)}
}

// network is a range of addresses on the command line: 10.0.0.0/8, or one address.
type network struct{ netip.Prefix }

// UnmarshalText is called by the command line.
func (n *network) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		a = a.Unmap()
		n.Prefix = netip.PrefixFrom(a, a.BitLen())
		return nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || p.Addr().Is4In6() {
		return fmt.Errorf("%q is no range of addresses: want one like 10.0.0.0/8, 2001:db8::/32 or 192.0.2.1", s)
	}
	n.Prefix = p.Masked()
	return nil
}

func prefixes(list []network) []netip.Prefix {
	var plain []netip.Prefix
	for _, n := range list {
		plain = append(plain, n.Prefix)
	}
	return plain
}
