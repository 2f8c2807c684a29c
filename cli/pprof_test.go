package cli

import (
	"strings"
	"testing"
)

func TestTheProfilerListensOnLoopbackOnly(t *testing.T) {
	for _, addr := range []string{":6060", "0.0.0.0:6060", "[::]:6060", "192.0.2.7:6060",
		"example.com:6060", "localhost"} {
		if err := (profiling{addr}).check(); err == nil || !strings.Contains(err.Error(), "--pprof-addr") {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, addr := range []string{"", "localhost:0", "127.0.0.1:0", "[::1]:0"} {
		if err := (profiling{addr}).check(); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
}
