package handlers

import (
	"encoding/json"
	"net/http"

	"tagline/store"
)

// showHealth tells monitors how storing goes: 503 when messages are not stored. It is for anyone, and says nothing
// that is not.
func (a *App) showHealth(w http.ResponseWriter, _ *http.Request) error {
	health := a.store.Health()
	w.Header().Set("Content-Type", "application/json")
	if health.Level == store.Red {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	return json.NewEncoder(w).Encode(health)
}
