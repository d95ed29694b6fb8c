package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestAdmin: what only those who run the node may see is on one address or the other, and profiles never on the public one.
func TestAdmin(t *testing.T) {
	away := errors.New("dial tcp db.internal: refused")
	for name, elsewhere := range map[string]bool{"one address": false, "two addresses": true} {
		t.Run(name, func(t *testing.T) {
			s := start(t, withStatic(builtPage(t, nil)), func(c *Config) {
				c.AdminElsewhere = elsewhere
				c.Ready = func(context.Context) error { return away }
			})
			inside := httptest.NewServer(s.api.Admin())
			defer inside.Close()
			get := func(path string) (int, string) {
				t.Helper()
				res, err := http.Get(inside.URL + path)
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				b, err := io.ReadAll(res.Body)
				if err != nil {
					t.Fatal(err)
				}
				if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Cache-Control") != "no-store" {
					t.Errorf("%s: headers %v", path, res.Header)
				}
				return res.StatusCode, string(b)
			}
			for path, want := range map[string]struct {
				status int
				words  string
			}{
				"/metrics":                       {200, "jari_sockets 0"},
				"/healthz":                       {200, `"status":"ok"`},
				"/readyz":                        {503, "db.internal"},
				"/debug/pprof/":                  {200, "goroutine"},
				"/debug/pprof/goroutine?debug=1": {200, "goroutine profile"},
				"/debug/pprof/heap":              {200, ""},
				"/debug/pprof/cmdline":           {404, ""},
				"/api/v1/events":                 {404, ""},
				"/":                              {404, ""},
			} {
				if status, body := get(path); status != want.status || !strings.Contains(body, want.words) {
					t.Errorf("inside, %s: %d %.80s", path, status, body)
				}
			}

			for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/cmdline", "/debug/pprof/profile?seconds=1", "/debug/pprof/trace"} {
				if a := s.do("GET", path, "", ""); a.status != 404 {
					t.Errorf("outside, %s: %d %.80s", path, a.status, a.body)
				}
			}
			s.want(200, s.do("GET", "/healthz", "", ""))
			ready := s.want(503, s.do("GET", "/readyz", "", ""))
			if told := strings.Contains(string(ready.body), "db.internal"); told == elsewhere {
				t.Errorf("outside, /readyz: %s", ready.body)
			}
			if elsewhere {
				s.wantProblem(404, "not_found", s.do("GET", "/metrics", "", ""))
			} else {
				s.want(200, s.do("GET", "/metrics", "", ""))
			}
		})
	}
}
