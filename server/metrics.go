package main

import (
	"math"

	"github.com/prometheus/client_golang/prometheus"
)

// A scrape asks nobody: backlog knows.

// outboxRows counts the decisions that are not done with. It stays near 0; what grows has no worker, no Redis or no Kafka.
func (p *parts) outboxRows() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "jari_outbox_rows",
		Help: "Decisions of the database that wait to be shown in Redis, or to be acknowledged in booking-outcomes, to 5 s."}, func() float64 {
		rows, known := p.backlog.Outbox()
		if !known {
			return math.NaN()
		}
		return float64(rows)
	})
}

// undecidedRecords and undecidedOldest tell, on every node, that no worker decides.
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
