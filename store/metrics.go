package store

import (
	"os"

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
	failingMeasure = prometheus.NewDesc("tagline_backup_failing", "1 while the server's own backups fail.", nil, nil)
)

// Describe and Collect make the store one of the things that are measured. They tell no content.
func (s *Store) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{queueMeasure, logMeasure, fileMeasure, healthMeasure, backupMeasure, failingMeasure} {
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
