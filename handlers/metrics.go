package handlers

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tagline/store"
)

// newWebhookCounter counts webhooks by kind and by what became of them: an outcome, or the cause of a refusal.
func newWebhookCounter() *prometheus.CounterVec {
	counter := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tagline_webhooks_total", Help: "Requests to the webhooks by kind and by what became of them.",
	}, []string{"kind", "outcome"})
	for _, kind := range store.Kinds { // so that what never happened is 0 and not absent
		for _, outcome := range store.Outcomes {
			counter.WithLabelValues(string(kind), string(outcome))
		}
	}
	return counter
}

// count counts a webhook that was answered. Nothing that a stranger writes becomes a label.
func (a *webhooks) count(r *http.Request, said answer) {
	kind, _, known := a.hook(r)
	if !known {
		kind = "unknown"
	}
	outcome := string(said.Outcome)
	if said.cause != "" {
		outcome = string(said.cause)
	}
	a.counted.WithLabelValues(string(kind), outcome).Inc()
}

// Metrics answers GET /metrics for Prometheus. It is for a listener of its own, because it asks nobody who they are: it
// tells how much happens, and no content. more are metrics of other parts.
func (a *App) Metrics(more ...prometheus.Collector) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(more...)
	registry.MustRegister(a.store, a.sockets, a.webhooks.counted, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
}
