package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"
)

const (
	// headerWait is how long whoever connects may take to say what for. Browsers and TextLink do at once.
	headerWait = 5 * time.Second
	// shutdownGrace is how long accepted connections may take to send what they came for, after the listener is closed.
	shutdownGrace = 200 * time.Millisecond
	// shutdownWait bounds the answers under way.
	shutdownWait = 4 * time.Second
)

const (
	// gcPercent is how much garbage may pile up beside what is in use, in percent of it. Little is in use and nearly
	// all that a page takes is garbage when it is sent: with Go's 100 every few pages one would wait for the collector.
	gcPercent = 300
	// memoryLimit is from where on garbage is collected sooner and given back at once, in bytes: hashing a password
	// takes much for a moment. It is far above what thousands of open pages need: near it the collector would never
	// rest.
	memoryLimit = 256 << 20
)

// CollectSeldom trades some memory for pages that wait less, unless the environment says how garbage is collected.
func CollectSeldom(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

// Serve answers requests on the listener until ctx ends. Then it closes the listener, answers what was accepted, and
// calls drained before the server's own connections go.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger, drained func()) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerWait,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	watchConnections(server)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	// Shutdown drops connections that were accepted but have not sent their request yet, so the listener closes first.
	_ = listener.Close()
	time.Sleep(shutdownGrace)
	drained()
	wait, cancel := context.WithTimeout(context.Background(), shutdownWait)
	defer cancel()
	err := server.Shutdown(wait)
	if serveErr := <-ended; !errors.Is(serveErr, http.ErrServerClosed) && !errors.Is(serveErr, net.ErrClosed) {
		err = errors.Join(err, serveErr)
	}
	return err
}
