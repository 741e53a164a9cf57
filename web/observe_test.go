package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"waybill/web"
)

type gateway struct{ err error }

func (g gateway) Ready(context.Context) error { return g.err }

func (g gateway) Metrics() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "waybill_messages 1\n") })
}

func TestObserve(t *testing.T) {
	down := errors.New("the spool is not open yet")
	for _, c := range []struct {
		name, path string
		err        error
		status     int
		body       string
	}{
		{"lives", "/healthz", nil, 200, "ok"},
		{"lives while it cannot take messages", "/healthz", down, 200, "ok"},
		{"ready", "/readyz", nil, 200, "ready"},
		{"not ready says why", "/readyz", down, 503, "not ready: the spool is not open yet"},
		{"metrics", "/metrics", nil, 200, "waybill_messages 1"},
		{"nothing else", "/", nil, 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			web.Observe(gateway{c.err}).ServeHTTP(w, httptest.NewRequest("GET", c.path, nil))
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.body) {
				t.Errorf("%s: found %d %q, expected %d with %q", c.path, w.Code, w.Body, c.status, c.body)
			}
		})
	}
}

// The pages are to be read: nothing on them changes anything.
func TestObserveOnlyReads(t *testing.T) {
	h := web.Observe(gateway{})
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		for _, method := range []string{"POST", "PUT", "DELETE"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader("x")))
			if w.Code != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: found %d, expected 405", method, path, w.Code)
			}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("HEAD", path, nil))
		if w.Code != http.StatusOK {
			t.Errorf("HEAD %s: found %d, expected 200", path, w.Code)
		}
	}
}

// silent is a gateway whose database does not answer.
type silent struct{ gateway }

func (silent) Ready(ctx context.Context) error {
	<-ctx.Done()
	return fmt.Errorf("asking the store: %w", ctx.Err())
}

// A database that hangs does not hang those who ask: the question has an end, at
// the latest when the asker goes.
func TestReadyHasAnEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	web.Observe(silent{}).ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/readyz", nil))
	if w.Code != 503 || !strings.Contains(w.Body.String(), "asking the store") {
		t.Errorf("found %d %q, expected 503 with the reason", w.Code, w.Body)
	}
}

func TestServeOfAListenerThatIsClosed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := web.Serve(t.Context(), l, http.NotFoundHandler()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("found %v, expected that it cannot serve", err)
	}
}

func TestServeStopsWithItsContextAndFinishesWhatRuns(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stop() // the server is told to stop while this request runs
		fmt.Fprint(w, "finished")
	})
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ctx, l, h) }()
	res, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || string(body) != "finished" {
		t.Errorf("running request: found %q, %v", body, err)
	}
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
}
