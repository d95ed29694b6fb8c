package api

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestPage(t *testing.T) {
	s := start(t, withStatic(fstest.MapFS{
		"index.html":         {Data: []byte("<!doctype html><title>Jari</title>")},
		"favicon.svg":        {Data: []byte("<svg/>")},
		"assets/app-1a2b.js": {Data: []byte("export{}" + strings.Repeat(" ", 1000))},
		".keep":              {Data: nil},
	}))
	for _, path := range []string{"/", "/events/demo", "/bookings", "/bookings/3f2b", "/anything/else", "/index.html"} {
		a := s.want(200, s.do("GET", path, "", ""))
		if !strings.Contains(string(a.body), "<title>Jari") || a.header.Get("Content-Type") != "text/html; charset=utf-8" ||
			a.header.Get("Cache-Control") != "no-cache" || !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: %s %v", path, a.body, a.header)
		}
		s.want(304, s.do("GET", path, "", "", "If-None-Match", a.header.Get("ETag")))
	}
	a := s.want(200, s.do("GET", "/assets/app-1a2b.js", "", "", "Accept-Encoding", "gzip"))
	if a.header.Get("Cache-Control") != forever || !strings.HasPrefix(a.header.Get("Content-Type"), "text/javascript") || a.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("asset %v", a.header)
	}
	if a := s.want(200, s.do("GET", "/favicon.svg", "", "")); a.header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("icon %v", a.header)
	}
	if a := s.want(200, s.do("HEAD", "/events/demo", "", "")); len(a.body) != 0 {
		t.Errorf("HEAD has a body %q", a.body)
	}
	for _, path := range []string{"/assets/gone.js", "/assets/gone", "/robots.txt", "/.keep", "/../api.go", "/%2e%2e/api.go", "/api", "/api/v2/events"} {
		s.wantProblem(404, "not_found", s.do("GET", path, "", ""))
	}
	s.wantProblem(404, "not_found", s.do("POST", "/events/demo", "", ""))
}

func TestPageThatWasNotBuilt(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{"empty": {".keep": {}}, "absent": nil} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			if files != nil {
				s = start(t, withStatic(files))
			}
			if a := s.want(503, s.do("GET", "/", "", "")); !strings.Contains(string(a.body), "make build") {
				t.Errorf("page %s", a.body)
			}
			s.wantProblem(404, "not_found", s.do("GET", "/assets/app.js", "", ""))
		})
	}
}
