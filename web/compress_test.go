package web_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tagline/web"
)

type words string

func (s words) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, string(s))
	return err
}

func TestPagesAreCompressedForThoseWhoCanReadIt(t *testing.T) {
	long, short := words(strings.Repeat("Hello, how are you? ", 200)), words("Hello")
	for _, c := range []struct {
		accept string
		page   words
		gzip   bool
	}{
		{"gzip, deflate, br", long, true},
		{"br;q=1.0, gzip; q=0.5", long, true},
		{"gzip;q=0", long, false},
		{"br", long, false},
		{"", long, false},
		{"gzip", short, false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		if err := web.Render(w, r, http.StatusOK, c.page); err != nil {
			t.Fatal(err)
		}
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != c.gzip {
			t.Errorf("for %q it was compressed: %v", c.accept, got)
		}
		var body io.Reader = w.Body
		if c.gzip {
			if w.Body.Len() > len(c.page)/4 {
				t.Errorf("%d bytes of %d", w.Body.Len(), len(c.page))
			}
			var err error
			if body, err = gzip.NewReader(w.Body); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := io.ReadAll(body); err != nil || string(got) != string(c.page) {
			t.Errorf("for %q it reads %.40q, %v", c.accept, got, err)
		}
		if vary := w.Header().Get("Vary"); c.page == long && vary != "Accept-Encoding" {
			t.Errorf("for %q caches are told Vary: %q", c.accept, vary)
		}
	}
}
