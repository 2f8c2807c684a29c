package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

func TestHealthcheckAsksTheServer(t *testing.T) {
	inbox := serve(t, "--db", filepath.Join(t.TempDir(), "tagline.db"))
	addr := strings.TrimPrefix(inbox.url, "http://")
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{addr, ":" + port} {
		if out, err := command(t, "", "healthcheck", "--addr", addr); err != nil || !strings.Contains(out, ": ") {
			t.Errorf("%s: %q, %v", addr, out, err)
		}
	}
	inbox.stop()
	if _, err := command(t, "", "healthcheck", "--addr", addr); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("a server that is gone is well: %v", err)
	}
	ill := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"health":"red","message":"The disk is full."}`))
	}))
	defer ill.Close()
	if _, err := command(t, "", "healthcheck", "--addr", strings.TrimPrefix(ill.URL, "http://")); err == nil || err.Error() != "The disk is full." {
		t.Errorf("red is %v", err)
	}
}
