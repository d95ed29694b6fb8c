package api

import (
	"net/http"
	"strings"
	"testing"
)

// TestAWorkerServesNoBuyers: what watches it is answered, nobody else is.
func TestAWorkerServesNoBuyers(t *testing.T) {
	s := start(t, func(c *Config) { c.HealthOnly = true })
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if a := s.do("GET", path, "", ""); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	for _, request := range []string{"GET /", "GET /events/demo", "GET /api/docs", "GET " + base + "/events", "GET " + base + "/events/demo",
		"GET " + base + "/bookings", "GET " + base + "/socket", "POST " + base + "/sessions"} {
		method, path, _ := strings.Cut(request, " ")
		req, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.addr+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req) // do would hold it to what the documents promise of a node that serves buyers
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", request, res.StatusCode)
		}
	}
	if a := s.do("GET", "/metrics", "", ""); strings.Contains(string(a.body), `route="/events/demo"`) {
		t.Error("a stranger has named a metric")
	}
}
