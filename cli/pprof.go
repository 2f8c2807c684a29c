package cli

import (
	"fmt"
	"net"
	"net/http"
	"net/http/pprof" // #nosec G108 -- it is served on a listener of its own, on this machine only
)

// profiling is the flag of the listener that profilers ask.
type profiling struct {
	PprofAddr string `name:"pprof-addr" placeholder:"HOST:PORT" help:"Where Go's profiler finds /debug/pprof/, like localhost:6060. Only this machine can reach it. By default there is none."`
}

func (c profiling) check() error {
	if c.PprofAddr == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(c.PprofAddr)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("--pprof-addr is %q; write an address of this machine alone, like localhost:6060: profiles show "+
			"what passes through the program", c.PprofAddr)
	}
	return checkListenAddress("pprof-addr", c.PprofAddr, "localhost:6060")
}

// profiles answers Go's profiler. (Importing its package alone would do so on every server that has no mux of its own.)
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
