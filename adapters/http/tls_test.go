package http

import (
	"crypto/tls"
	nethttp "net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Certificate and key are read for each connection: what was renewed takes effect
// without a restart, what is spoiled is a failure that passes.
func TestRenewedCertificate(t *testing.T) {
	dir := t.TempDir()
	ca := newAuthority(t, dir)
	ca.issue(t, dir, "waybill")
	var shown []string
	s := httptest.NewUnstartedServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		shown = append(shown, r.TLS.PeerCertificates[0].SerialNumber.String())
		w.Header().Set("Connection", "close")
		always(201, `{"reference":"SO-1"}`)(w, r)
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{ca.issue(t, dir, "127.0.0.1")}, ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12}
	s.StartTLS()
	t.Cleanup(s.Close)
	c := DefaultConfig()
	c.URL, c.TLS = s.URL, TLS{Certificate: "waybill.pem", Key: "waybill.key", CA: "ca.pem"}
	target := open(t, c, Options{Dir: dir})
	for i := range 2 {
		if _, err := deliver(t, target); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			ca.issue(t, dir, "waybill")
		}
	}
	if len(shown) != 2 || shown[0] == shown[1] {
		t.Errorf("shown %q, expected two certificates", shown)
	}
	write(t, filepath.Join(dir, "waybill.key"), []byte("spoiled"))
	if f := failed(t, second(deliver(t, target))); f.Code() != "ERP-CONNECT" || !f.Temporary() {
		t.Errorf("found %v", f)
	}
}

// What cannot be used is known at the start.
func TestBadTLS(t *testing.T) {
	dir := t.TempDir()
	ca := newAuthority(t, dir)
	ca.issue(t, dir, "waybill")
	ca.issue(t, dir, "other")
	ca.issue(t, dir, "open")
	write(t, filepath.Join(dir, "empty.pem"), nil)
	if err := os.Chmod(filepath.Join(dir, "open.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		tls  TLS
		says string
	}{
		"no such CA":          {TLS{CA: "none.pem"}, "tls.ca"},
		"a CA of nothing":     {TLS{CA: "empty.pem"}, "holds no PEM certificate"},
		"no such certificate": {TLS{Certificate: "none.pem", Key: "waybill.key"}, "tls.certificate"},
		"no such key":         {TLS{Certificate: "waybill.pem", Key: "none.key"}, "tls.key"},
		"another's key":       {TLS{Certificate: "waybill.pem", Key: "other.key"}, "the key is not its own"},
		"a key for all":       {TLS{Certificate: "open.pem", Key: "open.key"}, "can be read by others"},
	} {
		config := DefaultConfig()
		config.URL, config.TLS = "https://erp.example/", c.tls
		if _, err := New(config, Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: found %v, expected %q", name, err, c.says)
		}
	}
	config := DefaultConfig()
	config.URL, config.Sign.Secret = "https://erp.example/", secret(t, dir, "")
	if _, err := New(config, Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "sign.secret") {
		t.Errorf("an empty secret: found %v", err)
	}
}
