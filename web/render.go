package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
)

// Component is anything that writes itself as HTML; templ's components are.
type Component interface {
	Render(ctx context.Context, w io.Writer) error
}

// mostKept is how large a buffer may be that is kept for the next answer, in bytes: pages are smaller.
const mostKept = 1 << 20

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// buffer returns an empty buffer, and what gives it back after its content was used.
func buffer() (*bytes.Buffer, func()) {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	return b, func() {
		if b.Cap() <= mostKept {
			buffers.Put(b)
		}
	}
}

// Render writes a page. It is rendered before the status is written, so that a page is whole or an error.
func Render(w http.ResponseWriter, r *http.Request, status int, page Component) error {
	b, done := buffer()
	defer done()
	if err := page.Render(r.Context(), b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	small, sent := buffer()
	defer sent()
	body := compress(w, r, b, small)
	w.WriteHeader(status)
	_, err := body.WriteTo(w)
	return err
}
