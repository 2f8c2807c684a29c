package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// Component is anything that writes itself as HTML; templ's components are.
type Component interface {
	Render(ctx context.Context, w io.Writer) error
}

// Render writes a page. It is rendered before the status is written, so that a page is whole or an error.
func Render(w http.ResponseWriter, r *http.Request, status int, page Component) error {
	var b bytes.Buffer
	if err := page.Render(r.Context(), &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := b.WriteTo(w)
	return err
}
