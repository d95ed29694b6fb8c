package api

import (
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"jari/hub"
)

// metrics are this package's own numbers and the hub's.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec // by method, route, status
	holds    *prometheus.CounterVec   // by outcome
	messages *prometheus.CounterVec   // by type
	closed   *prometheus.CounterVec   // by code
	limited  *prometheus.CounterVec   // by limit
}

func newMetrics(registry *prometheus.Registry, sockets *gate, connections *atomic.Int64, h *hub.Hub) (*metrics, error) {
	m := &metrics{
		registry: registry,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "jari_http_request_seconds",
			Help: "Time to answer HTTP requests.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}},
			[]string{"method", "route", "status"}),
		holds: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jari_holds_total",
			Help: "Holds asked for, by outcome: held or the code of the refusal."}, []string{"outcome"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jari_socket_messages_total",
			Help: "Messages that clients sent, by type."}, []string{"type"}),
		closed: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jari_socket_closes_total",
			Help: "Sockets that ended, by close code; 0: the client went."}, []string{"code"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jari_limited_total",
			Help: "What was refused because it was too much, by limit."}, []string{"limit"}),
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	total := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value)
	}
	for _, c := range []prometheus.Collector{
		m.requests, m.holds, m.messages, m.closed, m.limited,
		gauge("jari_sockets", "Open sockets.", func() float64 { return float64(sockets.count()) }),
		gauge("jari_connections", "Open TCP connections, sockets among them.", func() float64 { return float64(connections.Load()) }),
		gauge("jari_hub_rooms", "Rooms kept.", func() float64 { return float64(h.Stats().Rooms) }),
		gauge("jari_hub_ring_bytes", "Bytes of prepared frames kept.", func() float64 { return float64(h.Stats().RingBytes) }),
		gauge("jari_hub_tick_seconds", "Time between two frames of a busy room.", func() float64 { return h.Stats().Tick.Seconds() }),
		total("jari_hub_frames_total", "Frames made.", func() float64 { return float64(h.Stats().Frames) }),
		total("jari_hub_deliveries_total", "Frames written to sockets.", func() float64 { return float64(h.Stats().Deliveries) }),
		total("jari_hub_snapshots_total", "Snapshots sent.", func() float64 { return float64(h.Stats().Snapshots) }),
		total("jari_hub_slow_total", "Clients closed because they were slow.", func() float64 { return float64(h.Stats().Slow) }),
	} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return m, nil
}

func (m *metrics) page() http.Handler { return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}) }

// held counts a hold's outcome.
func (m *metrics) held(err error) {
	outcome := "held"
	if err != nil {
		r, _ := answerable(err)
		outcome = string(r.Code)
	}
	m.holds.WithLabelValues(outcome).Inc()
}
