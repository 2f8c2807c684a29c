package store

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

var (
	healthMeasure = prometheus.NewDesc("tagline_health", "How well storing goes: 2 green, 1 yellow, 0 red.", nil, nil)
	backupMeasure = prometheus.NewDesc("tagline_backup_age_seconds",
		"Age of the newest backup that the server made by itself; absent without one.", nil, nil)
	outboxMeasure = prometheus.NewDesc("tagline_outbox_replies",
		"Replies that are not with TextLink yet: queued, or out while the call with them is under way.",
		[]string{"state"}, nil)
	seenMeasure = prometheus.NewDesc("tagline_webhook_last_seconds",
		"How long ago a webhook last came, by kind; absent if it never did.", []string{"kind"}, nil)
	failingMeasure = prometheus.NewDesc("tagline_backup_failing", "1 while the server's own backups fail.", nil, nil)
)

// Describe and Collect make the store one of the things that are measured. They tell no content.
func (s *Store) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{healthMeasure, backupMeasure, failingMeasure, outboxMeasure, seenMeasure} {
		to <- desc
	}
	s.db.Describe(to)
}

// Collect tells all of it as it is now.
func (s *Store) Collect(to chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value float64) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value)
	}
	gauge(healthMeasure, map[Level]float64{Green: 2, Yellow: 1, Red: 0}[s.Health().Level])
	if age, made := s.BackupAge(); made {
		gauge(backupMeasure, age.Seconds())
	}
	_, isFailing := s.db.LastBackup()
	failing := 0.0
	if isFailing {
		failing = 1
	}
	gauge(failingMeasure, failing)
	s.collectRows(to)
	s.db.Collect(to)
}

// collectWait is how long monitoring waits for the database; what it does not tell in time is absent.
const collectWait = time.Second

// collectRows tells what stands in tables.
func (s *Store) collectRows(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), collectWait)
	defer cancel()
	rows, err := s.reads.QueryContext(ctx, `SELECT state, count(*) FROM replies WHERE state IN ('queued', 'out')
		GROUP BY state`)
	type count struct {
		state string
		n     float64
	}
	counts, err := collect(rows, err, func(r row, c *count) error { return r.Scan(&c.state, &c.n) })
	if err == nil {
		waiting := map[string]float64{"queued": 0, "out": 0}
		for _, c := range counts {
			waiting[c.state] = c.n
		}
		for state, n := range waiting {
			to <- prometheus.MustNewConstMetric(outboxMeasure, prometheus.GaugeValue, n, state)
		}
	}
	seen, err := s.LastSeen(ctx)
	for kind, at := range seen {
		if err == nil {
			to <- prometheus.MustNewConstMetric(seenMeasure, prometheus.GaugeValue, float64(s.now()-at)/1000, string(kind))
		}
	}
}
