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
