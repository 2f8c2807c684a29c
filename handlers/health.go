package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"

	"tagline/store"
)

// Health is how storing goes and, where that goes well, whether we can still be reached.
func (a *site) Health() store.Health {
	health := a.store.Health()
	if health.Level != store.Green || a.connections == nil {
		return health
	}
	if open, most, crowded := a.connections.Use(); crowded {
		return store.Health{Level: store.Yellow,
			Message: fmt.Sprintf("%d of at most %d connections are open. When there are no more, the ones that have been "+
				"idle longest are closed for new ones. "+
				"If so many people are not at work, somebody holds them open: the log says from which address.", open, most)}
	}
	return health
}

// showHealth tells monitors how storing goes: 503 when messages are not stored. It is for anyone, and says nothing
// that is not.
func (a *site) showHealth(w http.ResponseWriter, _ *http.Request) error {
	health := a.Health()
	w.Header().Set("Content-Type", "application/json")
	if health.Level == store.Red {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	return json.NewEncoder(w).Encode(health)
}
