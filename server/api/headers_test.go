package api

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
)

// TestSecureHeaders: they are on every answer, also on those that no route has made.
func TestSecureHeaders(t *testing.T) {
	s := start(t, withStatic(builtPage(t, fstest.MapFS{"assets/a.js": {Data: []byte("1")}})))
	for name, a := range map[string]answer{
		"the page":          s.do("GET", "/", "", ""),
		"a script":          s.do("GET", "/assets/a.js", "", ""),
		"JSON":              s.do("GET", base+"/events", "", ""),
		"a problem":         s.do("GET", base+"/bookings", "", ""),
		"no such thing":     s.do("GET", "/nowhere.txt", "", ""),
		"an unknown method": s.do("BREW", "/", "", ""),
		"metrics":           s.do("GET", "/metrics", "", ""),
		"health":            s.do("GET", "/healthz", "", ""),
		"the protocol":      s.do("GET", "/api/docs", "", ""),
		"a refused socket":  s.do("GET", base+"/socket", "", ""),
		"too large":         early(t, s, "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"),
		"not HTTP":          early(t, s, "\x16\x03\x01 hello\r\n\r\n"),
	} {
		for header, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Permissions-Policy": "camera=()", "Content-Security-Policy": "frame-ancestors 'none'",
		} {
			if got := a.header.Get(header); !strings.Contains(got, want) {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
		csp := a.header.Get("Content-Security-Policy")
		if page := strings.HasPrefix(name, "the page") || name == "a script"; page != strings.Contains(csp, "script-src 'self'") ||
			!page && !strings.HasPrefix(csp, "default-src 'none'") {
			t.Errorf("%s: policy %q", name, csp)
		}
		if strings.Contains(csp, "unsafe") && name != "the protocol" || strings.Contains(csp, "*") {
			t.Errorf("%s: policy %q", name, csp)
		}
		if got := a.header.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: Strict-Transport-Security %q without TLS", name, got)
		}
		if got := a.header.Get("Server"); got != "" {
			t.Errorf("%s: Server %q", name, got)
		}
	}
}

// early is an answer that the HTTP library asks for.
func early(t *testing.T, s *server, request string) answer {
	t.Helper()
	c := s.raw(request)
	text := s.rest(c)
	head, _, _ := strings.Cut(text, "\r\n\r\n")
	a := answer{header: http.Header{}}
	for line := range strings.SplitSeq(head, "\r\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			a.header.Set(name, value)
		}
	}
	return a
}

func TestPagePolicy(t *testing.T) {
	s := start(t, withStatic(builtPage(t, nil)), func(c *Config) {
		c.AllowedOrigins = []string{"https://tickets.example/", "https://b.example:8443", "https://evil;script-src"}
	})
	csp := s.do("GET", "/", "", "").header.Get("Content-Security-Policy")
	if !strings.HasSuffix(csp, "frame-ancestors https://tickets.example https://b.example:8443") ||
		!strings.Contains(csp, "connect-src 'self' ws://"+s.addr+" wss://"+s.addr+";") {
		t.Errorf("policy %q", csp)
	}
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: a;script-src *;\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(c); err != nil || strings.Contains(string(b), "script-src *") || !strings.Contains(string(b), "connect-src 'self';") {
		t.Errorf("a host that is none: %s %v", b, err)
	}
}

func TestStrictTransport(t *testing.T) {
	for name, c := range map[string]struct {
		trusted networks
		said    string
		want    bool
	}{
		"a proxy with TLS":         {prefixes("127.0.0.1/32"), "https", true},
		"two, the first with it":   {prefixes("127.0.0.1/32"), "HTTPS , http", true},
		"two, the second with it":  {prefixes("127.0.0.1/32"), "http,https", false},
		"a proxy without":          {prefixes("127.0.0.1/32"), "http", false},
		"a proxy that says none":   {prefixes("127.0.0.1/32"), "", false},
		"garbage":                  {prefixes("127.0.0.1/32"), "httpsx", false},
		"somebody who is no proxy": {nil, "https", false},
	} {
		s := start(t, withLimits(Limits{TrustedProxies: c.trusted}))
		a := s.do("GET", "/healthz", "", "", "X-Forwarded-Proto", c.said)
		if got := a.header.Get("Strict-Transport-Security"); (got != "") != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
