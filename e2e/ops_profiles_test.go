package e2e

import (
	"io"
	"net/http"
	"path/filepath"
	"testing"
)

// Profiles show what passes through the program: they are for this machine alone, and never at the inbox's own address.
func TestProfilesAreForThisMachineAlone(t *testing.T) {
	db := filepath.Join(t.TempDir(), "tagline.db")
	inbox := serve(t, "--db", db, "--pprof-addr", "localhost:0")
	addr := inbox.stderr.await(t, `"msg":"profiler","addr":"([^"]+)"`)
	for url, want := range map[string]int{"http://" + addr + "/debug/pprof/heap": 200, "http://" + addr + "/inbox": 404, inbox.url + "/debug/pprof/heap": 404} {
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		content, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != want && (want == 200 || resp.StatusCode == 200 && resp.Request.URL.Path != "/sign-in") {
			t.Errorf("%s answers %d: %.200s", url, resp.StatusCode, content)
		}
	}
}
