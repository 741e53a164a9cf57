package http

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/adapters/adaptertest"
	"waybill/canonical"
	"waybill/settings"
)

// erp is a server with one answer.
func erp(t testing.TB, answer nethttp.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.URL + "/orders"
}

func always(status int, body string, header ...string) nethttp.HandlerFunc {
	return func(w nethttp.ResponseWriter, _ *nethttp.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// now is the clock of these tests.
func now() time.Time { return time.Date(2026, 11, 16, 14, 30, 0, 0, time.UTC) }

// target delivers to url with the default block, changed by change.
func target(t testing.TB, url string, change func(c *Config)) *Target {
	t.Helper()
	c := DefaultConfig()
	c.URL = url
	if change != nil {
		change(&c)
	}
	return open(t, c, Options{Dir: t.TempDir(), Now: now})
}

func deliver(t testing.TB, target *Target) (string, error) {
	t.Helper()
	ref, _, err := target.Deliver(t.Context(), adaptertest.Document("4500012345"))
	return ref, err
}

func failed(t testing.TB, err error) *failure {
	t.Helper()
	var f *failure
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a failure", err)
	}
	return f
}

// What goes out is the whole document with its headers.
func TestRequest(t *testing.T) {
	type seen struct {
		Method, Type, Key, Correlation, Schema, Auth, Accept, Extra, Agent string
		Length                                                             int64
		Document                                                           canonical.Document
	}
	var got seen
	url := erp(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		h := r.Header
		got = seen{r.Method, h.Get("Content-Type"), h.Get("Idempotency-Key"), h.Get("X-Correlation-ID"), h.Get("Waybill-Schema"),
			h.Get("Authorization"), h.Get("Accept"), h.Get("X-Extra"), h.Get("User-Agent"), r.ContentLength, canonical.Document{}}
		if err := json.NewDecoder(r.Body).Decode(&got.Document); err != nil {
			t.Error(err)
		}
		always(200, `{"reference":"SO-1"}`)(w, r)
	})
	doc := adaptertest.Document("4500012345")
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("ERP_TOKEN", "s3cret-token")
	want := seen{"POST", "application/json", doc.IdempotencyKey, doc.CorrelationID, "order/1.0", "", "application/json", "1", "Waybill", int64(len(data)), doc}
	for kind, auth := range map[string]string{"none": "", "bearer": "Bearer s3cret-token", "basic": "Basic d2F5YmlsbDpzM2NyZXQtdG9rZW4="} {
		tg := target(t, url, func(c *Config) {
			c.Headers = map[string]string{"X-Extra": "1"}
			c.Auth = login(t, kind)
		})
		if _, err := deliver(t, tg); err != nil {
			t.Fatal(err)
		}
		want.Auth = auth
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func login(t testing.TB, kind string) Auth {
	t.Helper()
	a := Auth{Kind: kind}
	if kind == "none" {
		return a
	}
	if kind == "basic" {
		a.User = "waybill"
	}
	var err error
	if a.Secret, err = settings.ParseSecret("secret://env/ERP_TOKEN"); err != nil {
		t.Fatal(err)
	}
	return a
}

// A secret never stands in an error, even when the system says it back.
func TestSecretsStayHidden(t *testing.T) {
	t.Setenv("ERP_TOKEN", "s3cret-token")
	url := erp(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		_, password, _ := r.BasicAuth()
		always(403, "who is "+r.Header.Get("Authorization")+" "+password+"?")(w, r)
	})
	for _, kind := range []string{"bearer", "basic"} {
		tg := target(t, url+"?key=qu3ry", func(c *Config) { c.Auth = login(t, kind) })
		_, err := deliver(t, tg)
		text := fmt.Sprintf("%v %+v %#v %s", err, tg.c, tg.c, failed(t, err).Hint())
		for _, secret := range []string{"s3cret-token", "d2F5YmlsbDpzM2NyZXQtdG9rZW4=", "Authorization: "} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: %q stands in %s", kind, secret, text)
			}
		}
		if strings.Contains(err.Error(), "qu3ry") || !strings.Contains(err.Error(), "***") {
			t.Errorf("%s: %v", kind, err)
		}
	}
	tg := target(t, "http://127.0.0.1:1/orders?key=qu3ry", nil)
	if _, err := deliver(t, tg); strings.Contains(err.Error(), "qu3ry") || failed(t, err).Code() != "ERP-CONNECT" {
		t.Errorf("refused connection: %v", err)
	}
}

// A renewed secret is used without a restart, and a missing one makes no attempt.
func TestSecretIsReadEachTime(t *testing.T) {
	var auth string
	calls := 0
	url := erp(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		auth, calls = r.Header.Get("Authorization"), calls+1
		always(200, `{"reference":"SO-1"}`)(w, r)
	})
	t.Setenv("ERP_TOKEN", "one")
	tg := target(t, url, func(c *Config) { c.Auth = login(t, "bearer") })
	for _, token := range []string{"one", "two"} {
		t.Setenv("ERP_TOKEN", token)
		if _, err := deliver(t, tg); err != nil || auth != "Bearer "+token {
			t.Errorf("got %q and %v, want the token %q", auth, err, token)
		}
	}
	for _, token := range []string{"", "a\nb"} {
		t.Setenv("ERP_TOKEN", token)
		_, err := deliver(t, tg)
		if f := failed(t, err); f.Code() != "ERP-CONFIG" || !f.Temporary() || calls != 2 {
			t.Errorf("token %q: %v, %d calls", token, err, calls)
		}
		if _, err := New(tg.c, tg.o); err == nil {
			t.Errorf("token %q: a target was made", token)
		}
	}
}

// Go's transport repeats a POST with an Idempotency-Key by itself when a kept
// connection closes, unless the body cannot be had again. Every attempt is ours.
func TestNoSilentRepetition(t *testing.T) {
	var calls atomic.Int32
	url := erp(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if calls.Add(1) == 1 {
			always(200, `{"reference":"SO-1"}`)(w, r)
			return
		}
		conn, _, err := nethttp.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	})
	tg := target(t, url, nil)
	if _, err := deliver(t, tg); err != nil {
		t.Fatal(err)
	}
	_, err := deliver(t, tg)
	if f := failed(t, err); f.Code() != "ERP-CONNECT" || !f.Temporary() || calls.Load() != 2 {
		t.Errorf("%d calls in two attempts: %v", calls.Load(), err)
	}
}

// A document without a key, or that is no JSON, never leaves.
func TestUnfitDocuments(t *testing.T) {
	calls := 0
	tg := target(t, erp(t, func(nethttp.ResponseWriter, *nethttp.Request) { calls++ }), nil)
	for name, change := range map[string]func(d *canonical.Document){
		"no key":   func(d *canonical.Document) { d.IdempotencyKey = "" },
		"bad key":  func(d *canonical.Document) { d.IdempotencyKey = "a\r\nb" },
		"bad body": func(d *canonical.Document) { d.Body = json.RawMessage("{") },
	} {
		doc := adaptertest.Document("1")
		change(&doc)
		_, _, err := tg.Deliver(t.Context(), doc)
		if f := failed(t, err); f.Code() != "ERP-DOCUMENT" || f.Temporary() || calls != 0 {
			t.Errorf("%s: %v, %d calls", name, err, calls)
		}
	}
}

func TestTLS(t *testing.T) {
	s := httptest.NewTLSServer(always(200, `{"reference":"SO-1"}`))
	t.Cleanup(s.Close)
	c := DefaultConfig()
	c.URL = s.URL
	_, err := deliver(t, open(t, c, Options{}))
	if f := failed(t, err); f.Code() != "ERP-CONNECT" || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a server with an unknown certificate: %v", err)
	}
	known := s.Client().Transport.(*nethttp.Transport).TLSClientConfig
	if ref, err := deliver(t, open(t, c, Options{TLS: known})); err != nil || ref != "SO-1" {
		t.Errorf("a server with a known certificate: %q, %v", ref, err)
	}
}

func BenchmarkDeliver(b *testing.B) {
	tg := target(b, erp(b, always(201, `{"reference":"SO-1"}`)), nil)
	doc := adaptertest.Document("1")
	for b.Loop() {
		if _, _, err := tg.Deliver(b.Context(), doc); err != nil {
			b.Fatal(err)
		}
	}
}
