package api

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

const (
	// apiPolicy is for answers that are no page: nothing in them may be run or framed.
	apiPolicy = "default-src 'none'; frame-ancestors 'none'"
	// pagePolicy: everything from this host, and no scripts or styles but its files. What the page sets through the DOM's own style
	// objects is no text that could have come from a stranger, and needs no leave.
	pagePolicy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
	// permissions: nothing of the machine is asked for, by this page or by what might be framed in it.
	permissions = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
	// strictTransport is one year. Other hosts of the domain are not ours to decide.
	strictTransport = "max-age=31536000"
)

// secure puts on every answer what browsers are to guard it by; a page sets a policy of its own afterwards.
func (a *API) secure(c *fiber.Ctx) {
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set(fiber.HeaderContentSecurityPolicy, apiPolicy)
	c.Set(fiber.HeaderPermissionsPolicy, permissions)
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	if a.overTLS(c) {
		c.Set(fiber.HeaderStrictTransportSecurity, strictTransport)
	}
}

// framing says whose pages may show ours in a frame: those of the allowed origins. For a page without an origin a policy has no name.
func framing(origins []string) string {
	allowed := []string{"frame-ancestors"}
	for _, origin := range origins {
		if origin = strings.TrimSuffix(origin, "/"); saneSource(origin) && origin != NullOrigin {
			allowed = append(allowed, origin)
		}
	}
	if len(allowed) == 1 {
		allowed = append(allowed, "'none'")
	}
	return strings.Join(allowed, " ")
}

// pagePolicyFor names the host's own sockets: 'self' means http alone to browsers before 2022.
func (a *API) pagePolicyFor(host string) string {
	connect := "connect-src 'self'"
	if saneSource(host) {
		connect += " ws://" + host + " wss://" + host
	}
	return pagePolicy + "; " + connect + "; " + a.framing
}

// saneSource keeps whoever names a host or an origin from adding to the policy.
func saneSource(s string) bool {
	return s != "" && len(s) <= 255 && strings.IndexFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune(".-+:/[]_", r)
	}) < 0
}
