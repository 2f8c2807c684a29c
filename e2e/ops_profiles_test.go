package main

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// Profiles show what passes through the program: they are for this machine alone, and never at the inbox's own address.
func TestProfilesAreForThisMachineAlone(t *testing.T) {
	db := filepath.Join(t.TempDir(), "tagline.db")
	for _, addr := range []string{":6060", "0.0.0.0:6060", "[::]:6060", "192.0.2.7:6060", "example.com:6060", "localhost"} {
		if err := (profiling{addr}).check(); err == nil || !strings.Contains(err.Error(), "--pprof-addr") {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, addr := range []string{"", "localhost:0", "127.0.0.1:0", "[::1]:0"} {
		if err := (profiling{addr}).check(); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
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
