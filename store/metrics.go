package store

import (
	"context"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// measures are what the writer counts for monitoring.
type measures struct {
	batch  prometheus.Histogram
	commit prometheus.Histogram
}

func newMeasures() measures {
	return measures{
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tagline_commit_writes", Help: "Writes committed together.", Buckets: prometheus.ExponentialBuckets(1, 2, 9),
		}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tagline_commit_seconds", Help: "How long a commit took, until all of it was on disk.", Buckets: prometheus.ExponentialBuckets(0.0005, 2, 15),
		}),
	}
}

var (
	queueMeasure   = prometheus.NewDesc("tagline_queue_writes", "Writes that wait for the next commit.", nil, nil)
	logMeasure     = prometheus.NewDesc("tagline_wal_bytes", "Length of the write-ahead log.", nil, nil)
	fileMeasure    = prometheus.NewDesc("tagline_database_bytes", "Length of the database file.", nil, nil)
	healthMeasure  = prometheus.NewDesc("tagline_health", "How well storing goes: 2 green, 1 yellow, 0 red.", nil, nil)
	backupMeasure  = prometheus.NewDesc("tagline_backup_age_seconds", "Age of the newest backup that the server made by itself; absent without one.", nil, nil)
	outboxMeasure  = prometheus.NewDesc("tagline_outbox_replies", "Replies that are not with TextLink yet: queued, or out while the call with them is under way.", []string{"state"}, nil)
	seenMeasure    = prometheus.NewDesc("tagline_webhook_last_seconds", "How long ago a webhook last came, by kind; absent if it never did.", []string{"kind"}, nil)
	failingMeasure = prometheus.NewDesc("tagline_backup_failing", "1 while the server's own backups fail.", nil, nil)
)

// Describe and Collect make the store one of the things that are measured. They tell no content.
func (s *Store) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{queueMeasure, logMeasure, fileMeasure, healthMeasure, backupMeasure, failingMeasure, outboxMeasure, seenMeasure} {
		to <- desc
	}
	s.writer.measures.batch.Describe(to)
	s.writer.measures.commit.Describe(to)
}

// Collect tells all of it as it is now.
func (s *Store) Collect(to chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value float64) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value)
	}
	gauge(queueMeasure, float64(len(s.writer.queue)))
	gauge(logMeasure, length(s.path+"-wal"))
	gauge(fileMeasure, length(s.path))
	gauge(healthMeasure, map[Level]float64{Green: 2, Yellow: 1, Red: 0}[s.Health().Level])
	if age, made := s.BackupAge(); made {
		gauge(backupMeasure, age.Seconds())
	}
	failing := 0.0
	if s.backups.failing.Load() {
		failing = 1
	}
	gauge(failingMeasure, failing)
	s.collectRows(to)
	s.writer.measures.batch.Collect(to)
	s.writer.measures.commit.Collect(to)
}

func length(path string) float64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return float64(info.Size())
}

// collectWait is how long monitoring waits for the database; what it does not tell in time is absent.
const collectWait = time.Second

// collectRows tells what stands in tables.
func (s *Store) collectRows(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), collectWait)
	defer cancel()
	rows, err := s.reads.QueryContext(ctx, `SELECT state, count(*) FROM replies WHERE state IN ('queued', 'out') GROUP BY state`)
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
