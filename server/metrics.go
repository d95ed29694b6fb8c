package main

import (
	"context"
	"log/slog"
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// outboxRows counts the decisions that Redis has not been shown yet. It stays near 0; what grows has no worker, or no Redis.
func (p *parts) outboxRows(log *slog.Logger) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "jari_outbox_rows",
		Help: "Decisions of the database that Redis has not been shown yet."}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		n, err := p.store.OutboxSize(ctx)
		if err != nil {
			log.Warn("the outbox cannot be counted", "error", err)
			return math.NaN()
		}
		return float64(n)
	})
}

// undecidedRecords and undecidedOldest tell, on every node, that no worker decides. A scrape asks nobody: backlog knows.
func (p *parts) undecidedRecords() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "jari_undecided_records",
		Help: "Records of the bookings log, of all events and gateways, that no worker has decided yet."}, func() float64 {
		records, _, known := p.backlog.Undecided()
		if !known {
			return math.NaN()
		}
		return float64(records)
	})
}

func (p *parts) undecidedOldest() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "jari_undecided_oldest_seconds",
		Help: "For how long this node has seen the oldest of them there, to 5 s; 0 when there is none."}, func() float64 {
		_, oldest, known := p.backlog.Undecided()
		if !known {
			return math.NaN()
		}
		return oldest.Seconds()
	})
}
