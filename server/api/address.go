package api

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

const localClient = "client"

// local stands for a peer without an address of its own, such as one on a Unix socket: it is on this machine.
var local = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// networks are ranges of addresses.
type networks []netip.Prefix

func (n networks) has(a netip.Addr) bool {
	return slices.ContainsFunc(n, func(p netip.Prefix) bool { return p.Contains(a) })
}

func (n networks) texts() []string {
	texts := []string{}
	for _, p := range n {
		texts = append(texts, p.String())
	}
	return texts
}

// peerOf is who is at the other end of the connection.
func peerOf(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		if ip, ok := netip.AddrFromSlice(tcp.IP); ok {
			return ip.Unmap()
		}
	}
	return local
}

// clientOf is who asks: the peer, or, when the peer is a trusted proxy, whom the proxies name. Each proxy appends the address that it saw,
// so the list is read from its end, and the first one that is no trusted proxy is the client; what stands before it anybody may have
// written. A proxy that names nothing readable is itself the client. When all are trusted, the first of them began.
func clientOf(peer netip.Addr, forwarded []string, trusted networks) netip.Addr {
	client := peer
	for i := len(forwarded) - 1; i >= 0; i-- {
		for rest, more := forwarded[i], true; more; {
			if !trusted.has(client) {
				return client
			}
			var entry string
			if at := strings.LastIndexByte(rest, ','); at >= 0 {
				rest, entry = rest[:at], rest[at+1:]
			} else {
				entry, more = rest, false
			}
			named, ok := forwardedAddress(entry)
			if !ok {
				return client
			}
			client = named
		}
	}
	return client
}

// forwardedAddress reads what proxies write: an address, with a port or brackets or neither.
func forwardedAddress(entry string) (netip.Addr, bool) {
	entry = strings.TrimSpace(entry)
	if a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(entry, "["), "]")); err == nil {
		return a.WithZone("").Unmap(), true
	}
	if a, err := netip.ParseAddrPort(entry); err == nil {
		return a.Addr().WithZone("").Unmap(), true
	}
	return netip.Addr{}, false
}

// meet finds out who asks, and keeps it for limits and logs.
func (a *API) meet(c *fiber.Ctx) netip.Addr {
	peer := peerOf(c.Context().RemoteAddr())
	client := peer
	if a.trusted.has(peer) {
		client = clientOf(peer, headerLines(c, fiber.HeaderXForwardedFor), a.trusted)
	} else if a.guard.exempt(peer) && len(c.Request().Header.Peek(fiber.HeaderXForwardedFor)) > 0 {
		a.unnamed.Do(func() {
			a.log.Warn("a proxy that is not trusted asks for others: they have its address, and that has no limits; name it by --trusted-proxies",
				"address", peer)
		})
	}
	c.Locals(localClient, client)
	return client
}

// client is who asks, as meet has found.
func client(c *fiber.Ctx) netip.Addr {
	address, _ := c.Locals(localClient).(netip.Addr)
	return address
}

// overTLS reports whether the browser spoke https. This server has no TLS of its own: a trusted proxy says so, and of several the first
// in the list met the browser.
func (a *API) overTLS(c *fiber.Ctx) bool {
	if !a.trusted.has(peerOf(c.Context().RemoteAddr())) {
		return false
	}
	said, _, _ := strings.Cut(c.Get(fiber.HeaderXForwardedProto), ",")
	return strings.EqualFold(strings.TrimSpace(said), "https")
}

// headerLines is every line of a header that may come in several.
func headerLines(c *fiber.Ctx, name string) []string {
	var lines []string
	for _, line := range c.Request().Header.PeekAll(name) {
		lines = append(lines, string(line))
	}
	return lines
}
