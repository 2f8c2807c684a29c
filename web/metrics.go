package web

import "github.com/prometheus/client_golang/prometheus"

var (
	socketsMeasure = prometheus.NewDesc("tagline_sockets", "Open pages that are kept up to date.", nil, nil)
	framesMeasure  = prometheus.NewDesc("tagline_frames_total", "Updates sent to open pages.", nil, nil)
)

// Describe and Collect make the sockets one of the things that are measured.
func (s *Sockets) Describe(to chan<- *prometheus.Desc) {
	to <- socketsMeasure
	to <- framesMeasure
}

// Collect tells all of it as it is now.
func (s *Sockets) Collect(to chan<- prometheus.Metric) {
	s.mu.Lock()
	open := 0
	for _, own := range s.open {
		open += len(own)
	}
	s.mu.Unlock()
	to <- prometheus.MustNewConstMetric(socketsMeasure, prometheus.GaugeValue, float64(open))
	to <- prometheus.MustNewConstMetric(framesMeasure, prometheus.CounterValue, float64(s.frames.Load()))
}
