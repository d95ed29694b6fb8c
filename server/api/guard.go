package api

import (
	"net/netip"
	"time"

	"github.com/gofiber/fiber/v2"

	"jari/seatmap"
	"jari/server/protocol"
)

// The limits' names in jari_limited_total.
const (
	limitRequests       = "address_requests"
	limitSessions       = "address_sessions"
	limitHandshakes     = "address_handshakes"
	limitSockets        = "address_sockets"
	limitConnections    = "address_connections"
	limitAllConnections = "connections"
	limitLarge          = "large_requests"
	limitBuyerRequests  = "buyer_requests"
	limitBuyerSockets   = "buyer_sockets"
)

// fullFor is told to who has too many open: some of them have to end first.
const fullFor = 5 * time.Second

// guard bounds what one address and one buyer may take of this node.
type guard struct {
	free    networks
	limited func(limit string) // counts a refusal

	requests, sessions, handshakes *rates[netip.Addr]
	sockets, connections           *counts[netip.Addr]
	buyerRequests                  *rates[string]
	buyerSockets                   *counts[string]
}

func newGuard(l Limits, now func() time.Time, limited func(limit string)) *guard {
	return &guard{free: l.Exempt, limited: limited,
		requests: newRates[netip.Addr](l.AddressRequests, now), sessions: newRates[netip.Addr](l.AddressSessions, now),
		handshakes: newRates[netip.Addr](l.AddressHandshakes, now), sockets: newCounts[netip.Addr](l.AddressSockets),
		connections:   newCounts[netip.Addr](l.AddressConnections),
		buyerRequests: newRates[string](l.BuyerRequests, now), buyerSockets: newCounts[string](l.BuyerSockets)}
}

// exempt reports whether an address has no limits, and neither have buyers who come from there.
func (g *guard) exempt(a netip.Addr) bool { return a.IsLoopback() || g.free.has(a) }

// keyOf is what an address counts as: a household has a /64.
func keyOf(a netip.Addr) netip.Addr {
	if a.Is6() {
		if net, err := a.Prefix(64); err == nil {
			return net.Addr()
		}
	}
	return a
}

func tooMany(what string, wait time.Duration) *seatmap.Refusal {
	return &seatmap.Refusal{Code: protocol.CodeRateLimited, Detail: "too many " + what, RetryAfter: wait}
}

// rate refuses what comes too often. Codes: rate_limited.
func rate[K comparable](g *guard, r *rates[K], key K, limit, what string) error {
	if wait, ok := r.take(key); !ok {
		g.limited(limit)
		return tooMany(what, wait)
	}
	return nil
}

// request is any HTTP request and any message of a socket. Codes: rate_limited.
func (g *guard) request(a netip.Addr) error {
	if g.exempt(a) {
		return nil
	}
	return rate(g, g.requests, keyOf(a), limitRequests, "requests from this address")
}

// session is a buyer made or renewed. Codes: rate_limited.
func (g *guard) session(a netip.Addr) error {
	if g.exempt(a) {
		return nil
	}
	return rate(g, g.sessions, keyOf(a), limitSessions, "sessions from this address")
}

// handshake is a socket that would be opened. Codes: rate_limited.
func (g *guard) handshake(a netip.Addr) error {
	if g.exempt(a) {
		return nil
	}
	if !g.sockets.look(keyOf(a)) {
		g.limited(limitSockets)
		return tooMany("sockets from this address", fullFor)
	}
	return rate(g, g.handshakes, keyOf(a), limitHandshakes, "new sockets from this address")
}

// buyer is a request that a buyer makes, over HTTP or a socket. Codes: rate_limited.
func (g *guard) buyer(a netip.Addr, buyer string) error {
	if g.exempt(a) {
		return nil
	}
	return rate(g, g.buyerRequests, buyer, limitBuyerRequests, "requests of this buyer")
}

// openSocket counts a socket of an address; what it returns ends that. Codes: rate_limited.
func (g *guard) openSocket(a netip.Addr) (leave func(), err error) {
	return open(g, g.sockets, keyOf(a), g.exempt(a), limitSockets, "sockets from this address")
}

// buyerSocket counts a socket of a buyer; what it returns ends that. Codes: rate_limited.
func (g *guard) buyerSocket(a netip.Addr, buyer string) (leave func(), err error) {
	return open(g, g.buyerSockets, buyer, g.exempt(a), limitBuyerSockets, "sockets of this buyer")
}

func open[K comparable](g *guard, c *counts[K], key K, exempt bool, limit, what string) (leave func(), err error) {
	if exempt {
		return func() {}, nil
	}
	if !c.enter(key) {
		g.limited(limit)
		return nil, tooMany(what, fullFor)
	}
	return func() { c.leave(key) }, nil
}

// limit answers an address that asks too often before anything is done for it.
func (a *API) limit(c *fiber.Ctx) error {
	if err := a.guard.request(client(c)); err != nil {
		return err
	}
	return c.Next()
}
