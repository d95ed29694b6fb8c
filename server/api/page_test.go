package api

import (
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// builtPage is a build of the page's own index.html, with files beside it.
func builtPage(t *testing.T, files fstest.MapFS) fstest.MapFS {
	t.Helper()
	index, err := os.ReadFile("../../frontend/index.html")
	if err != nil {
		t.Fatal(err)
	}
	all := fstest.MapFS{
		"index.html": {Data: index},
		"manifest.json": {Data: []byte(`{"index.html":{"file":"assets/index-1.js"},
			"src/views/EventView.vue":{"file":"assets/EventView-2.js","imports":["index.html"],"css":["assets/EventView-2.css"]}}`)},
	}
	maps.Copy(all, files)
	return all
}

func TestPageFiles(t *testing.T) {
	s := start(t, withStatic(builtPage(t, fstest.MapFS{
		"favicon.svg":              {Data: []byte("<svg/>")},
		"robots.txt":               {Data: []byte("User-agent: *\n")},
		"manifest.webmanifest":     {Data: []byte("{}")},
		"assets/app-1a2b.js":       {Data: []byte("export{}" + strings.Repeat(" ", 1000))},
		"embed/jari-seat-map.js":   {Data: []byte("export{}")},
		"embed/assets/chunk-1a.js": {Data: []byte("export{}")},
		"embed/demo.html":          {Data: []byte("<!doctype html>")},
		".keep":                    {Data: nil},
	})))
	for path, want := range map[string]struct{ kind, caching, cors string }{
		"/favicon.svg":              {"image/svg+xml", "no-cache", ""},
		"/robots.txt":               {"text/plain; charset=utf-8", "no-cache", ""},
		"/manifest.webmanifest":     {"application/manifest+json", "no-cache", ""},
		"/assets/app-1a2b.js":       {"text/javascript; charset=utf-8", forever, "*"},
		"/embed/jari-seat-map.js":   {"text/javascript; charset=utf-8", "no-cache", "*"},
		"/embed/assets/chunk-1a.js": {"text/javascript; charset=utf-8", forever, "*"},
		"/embed/demo.html":          {"text/html; charset=utf-8", "no-cache", "*"},
		"/embed":                    {"text/html; charset=utf-8", "no-cache", "*"},
		"/embed/":                   {"text/html; charset=utf-8", "no-cache", "*"},
	} {
		a := s.want(200, s.do("GET", path, "", ""))
		if h := a.header; h.Get("Content-Type") != want.kind || h.Get("Cache-Control") != want.caching || h.Get("Access-Control-Allow-Origin") != want.cors {
			t.Errorf("%s: %v", path, h)
		}
		s.want(304, s.do("GET", path, "", "", "If-None-Match", a.header.Get("ETag")))
	}
	for _, encoding := range []string{"gzip", "br"} {
		if a := s.want(200, s.do("GET", "/assets/app-1a2b.js", "", "", "Accept-Encoding", encoding)); a.header.Get("Content-Encoding") != encoding {
			t.Errorf("asset %v", a.header)
		}
	}
	for _, path := range []string{"/assets/gone.js", "/assets/gone", "/gone.txt", "/.keep", "/../api.go", "/%2e%2e/api.go", "/api", "/api/v2/events",
		"/index.html", "/manifest.json", "/embed/gone.js"} {
		s.wantProblem(404, "not_found", s.do("GET", path, "", ""))
	}
	s.wantProblem(404, "not_found", s.do("POST", "/events/demo", "", ""))
}

// TestEmbeddedScriptIsForAnyPage: whose pages may then talk to the server is another matter, and said by the allowed origins.
func TestEmbeddedScriptIsForAnyPage(t *testing.T) {
	s := start(t, withOrigins("https://tickets.example"), withStatic(builtPage(t, fstest.MapFS{"embed/jari-seat-map.js": {Data: []byte("1")}})))
	for _, origin := range []string{"https://tickets.example", "https://elsewhere.example", ""} {
		a := s.want(200, s.do("GET", "/embed/jari-seat-map.js", "", "", "Origin", origin))
		if got := a.header.Get("Access-Control-Allow-Origin"); got != "*" {
			t.Errorf("for a page of %q: %q", origin, got)
		}
	}
	if got := s.do("GET", base+"/events", "", "", "Origin", "https://elsewhere.example").header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("the API allows %q elsewhere", got)
	}
}

func TestPageThatWasNotBuilt(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{"empty": {".keep": {}}, "absent": nil} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			if files != nil {
				s = start(t, withStatic(files))
			}
			for _, path := range []string{"/", "/events/demo", "/nowhere"} {
				if a := s.want(503, s.do("GET", path, "", "")); !strings.Contains(string(a.body), "make build") {
					t.Errorf("page %s", a.body)
				}
			}
			s.wantProblem(404, "not_found", s.do("GET", "/assets/app.js", "", ""))
		})
	}
}

// TestPageOfAnotherBuild is noticed by the socket and by the document saying which build they have.
func TestPageOfAnotherBuild(t *testing.T) {
	builds := map[string]bool{}
	for _, files := range []fstest.MapFS{nil, {"manifest.json": {Data: []byte(`{"index.html":{"file":"assets/index-2.js"}}`)}}} {
		s := start(t, withStatic(builtPage(t, files)))
		p := s.dial()
		token, _ := s.guest()
		p.send(`{"id":1,"type":"auth","token":"` + token + `"}`)
		build, _ := p.expect("authed")["page"].(string)
		p.send(`{"id":2,"type":"join","event":"demo"}`)
		if joined := p.expect("joined"); joined["page"] != build {
			t.Errorf("joined has the page %v, authed %s", joined["page"], build)
		}
		if document := string(s.do("GET", "/events/demo", "", "").body); build == "" || !strings.Contains(document, `<meta name="jari-page" content="`+build+`">`) {
			t.Errorf("build %q is not in %s", build, document)
		}
		builds[build] = true
	}
	if len(builds) != 2 {
		t.Errorf("two builds are called %v", builds)
	}
}
