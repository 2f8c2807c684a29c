package handlers

import (
	"fmt"
	"io"
	"net/http"

	"tagline/static"
)

// showWorker serves the service worker. It stands at the root because it may not serve more than what is below it, and
// carries the version, so that browsers take the one of every upgrade.
func (a *App) showWorker(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	if _, err := fmt.Fprintf(w, "const version = %q;\n", static.Version()); err != nil {
		return nil // the reader has gone
	}
	_, _ = io.WriteString(w, static.Worker())
	return nil
}
