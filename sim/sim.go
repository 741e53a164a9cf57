// Package sim is the world around the gateway, for the demo and for tests: a
// trading partner that sends and receives over AS2 or over SFTP, and an ERP that
// takes orders over HTTP, all real servers and clients on loopback, with faults that
// can be switched while they run. Both keep a record of what happened outside
// the gateway, and Compare holds the records against each other.
//
// What the partner checks it computes by itself: it packs and signs its messages
// in its own code, takes the MIC of its own bytes, and reads MDNs and 997s with
// readers of its own.
package sim

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// server is an HTTP server that waits for its end.
type server struct {
	http *http.Server
	addr net.Addr
	quit chan struct{} // closed when the server stops, for handlers that hang
	once sync.Once
	done chan error
	busy sync.WaitGroup // exchanges under way
}

// serve opens a listener and serves h on it until stop.
func serve(address string, secure *tls.Config, h func(s *server) http.Handler) (*server, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("open a listener: %w", err)
	}
	if secure != nil {
		ln = tls.NewListener(ln, secure)
	}
	s := &server{addr: ln.Addr(), quit: make(chan struct{}), done: make(chan error, 1)}
	inner := h(s)
	s.http = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.busy.Add(1)
		defer s.busy.Done()
		inner.ServeHTTP(w, r)
	})}
	go func() { s.done <- s.http.Serve(ln) }()
	return s, nil
}

// stopping ends the handlers that hang.
func (s *server) stopping() { s.once.Do(func() { close(s.quit) }) }

// stop ends the server and waits for its exchanges, a little while. Connections
// that nobody uses, which a client may have opened in store, are not waited for.
func (s *server) stop() error {
	s.stopping()
	const patience, flush = 5 * time.Second, 50 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var watch sync.WaitGroup
	watch.Go(func() {
		s.busy.Wait()
		pause(ctx, flush)
		cancel()
	})
	err := s.http.Shutdown(ctx)
	watch.Wait()
	if errors.Is(err, context.Canceled) {
		err = s.http.Close()
	}
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	if end := <-s.done; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}

// hangUp closes the connection of a request without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // HTTP/2, which is not offered
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	_ = conn.Close() // nobody is told anything, this included
}
