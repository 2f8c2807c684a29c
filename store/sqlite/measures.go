package sqlite

import "github.com/prometheus/client_golang/prometheus"

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
			Name: "tagline_commit_seconds", Help: "How long a commit took, until all of it was on disk.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 15),
		}),
	}
}

var (
	queueMeasure = prometheus.NewDesc("tagline_queue_writes", "Writes that wait for the next commit.", nil, nil)
	logMeasure   = prometheus.NewDesc("tagline_wal_bytes", "Length of the write-ahead log.", nil, nil)
	fileMeasure  = prometheus.NewDesc("tagline_database_bytes", "Length of the database file.", nil, nil)
)

// Describe and Collect make the database one of the things that are measured.
func (db *DB) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{queueMeasure, logMeasure, fileMeasure} {
		to <- desc
	}
	db.measures.batch.Describe(to)
	db.measures.commit.Describe(to)
}

// Waiting is how many writes wait.
func (db *DB) Waiting() int { return len(db.queue) }

// Collect tells all of it as it is now.
func (db *DB) Collect(to chan<- prometheus.Metric) {
	for desc, value := range map[*prometheus.Desc]int64{queueMeasure: int64(db.Waiting()),
		logMeasure: size(db.path + "-wal"), fileMeasure: size(db.path)} {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(value))
	}
	db.measures.batch.Collect(to)
	db.measures.commit.Collect(to)
}
