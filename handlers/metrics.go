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
func (a *App) count(r *http.Request, said answer) {
	kind, _, known := a.hook(r)
	if !known {
		kind = "unknown"
	}
	outcome := string(said.Outcome)
	if said.cause != "" {
		outcome = string(said.cause)
	}
	a.webhooks.WithLabelValues(string(kind), outcome).Inc()
}

// The outcomes of a call with a reply, as monitoring tells them.
const (
	sendAccepted = "accepted"
	sendWaiting  = "waiting" // accepted; the phone is busy or offline
	sendRefused  = "refused"
	sendUnknown  = "unknown"
)

func newSendCounter() *prometheus.CounterVec {
	counter := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tagline_sends_total", Help: "Replies handed to TextLink by how the call ended."}, []string{"outcome"})
	for _, outcome := range []string{sendAccepted, sendWaiting, sendRefused, sendUnknown} {
		counter.WithLabelValues(outcome)
	}
	return counter
}

// Metrics answers GET /metrics for Prometheus. It is for a listener of its own, because it asks nobody who they are: it
// tells how much happens, and no content.
func (a *App) Metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(a.store, a.sockets, a.webhooks, a.sends, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
}
