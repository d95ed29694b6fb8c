package api

import (
	"encoding/json"
	"net/http"
	"net/http/pprof"

	"github.com/gofiber/fiber/v2"
)

// Admin answers those who run the node, on an address of its own that strangers do not reach: metrics, profiles, and health with the
// reasons. What the command line was is not told; it is the one profile that may hold what is secret.
func (a *API) Admin() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metrics.page())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { writeHealth(w, http.StatusOK, a.alive()) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		status, h := a.readiness(true)
		writeHealth(w, status, h)
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.Handle("GET /debug/pprof/cmdline", http.NotFoundHandler())
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("POST /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(fiber.HeaderXContentTypeOptions, "nosniff")
		w.Header().Set(fiber.HeaderCacheControl, "no-store")
		w.Header().Set(fiber.HeaderReferrerPolicy, "no-referrer")
		// The index of profiles has a style element.
		w.Header().Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		mux.ServeHTTP(w, r)
	})
}

func writeHealth(w http.ResponseWriter, status int, h health) {
	w.Header().Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(h) // whoever asked is gone
}
