// Package web serves people and machines that watch or steer the gateway. For
// now that is health, readiness and metrics; the API and the console come later.
package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Gateway is what the pages need of the running gateway.
type Gateway interface {
	// Ready says why the gateway cannot take messages now; nil when it can.
	Ready(ctx context.Context) error
	// Metrics serves the metrics in Prometheus' text format.
	Metrics() http.Handler
}

const (
	readyTimeout  = 3 * time.Second
	headerTimeout = 5 * time.Second
	drainTimeout  = 5 * time.Second
)

// Observe answers /healthz (the process lives), /readyz (it can take messages)
// and /metrics.
func Observe(g Gateway) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		if err := g.Ready(ctx); err != nil {
			http.Error(w, "not ready: "+err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	mux.Handle("GET /metrics", g.Metrics())
	return mux
}

// Serve answers on l with h until ctx ends, then lets running requests finish.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	err := s.Shutdown(drain)
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
