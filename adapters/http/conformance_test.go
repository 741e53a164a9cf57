package http

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	nethttp "net/http"
	"path/filepath"
	"testing"
	"time"

	"waybill/adapters"
	"waybill/adapters/adaptertest"
	"waybill/settings"
	"waybill/sim"
)

// variant is a way of showing who we are, and the ERP that asks for it.
type variant struct {
	erp    sim.ERPOptions
	config func(t *testing.T, c *Config)
	dir    string
}

func TestConformance(t *testing.T) {
	for name, v := range map[string]variant{
		"none":   {},
		"bearer": bearer(t), "basic": basic(t), "oauth2": oauth2(t), "signed": signed(t), "client certificate": mutual(t),
	} {
		t.Run(name, func(t *testing.T) {
			adaptertest.RunWith(t, v.erp, func(t *testing.T, erp *sim.ERP) adapters.Target {
				c := DefaultConfig()
				c.URL, c.Timeout = erp.URL(), adaptertest.Patience
				if v.config != nil {
					v.config(t, &c)
				}
				return open(t, c, Options{Dir: v.dir})
			})
		})
	}
}

// TestProofIsNeeded: the suite's ERPs let nobody in who shows nothing, or the
// conformance of the variants would prove nothing.
func TestProofIsNeeded(t *testing.T) {
	for name, v := range map[string]variant{"bearer": bearer(t), "basic": basic(t), "oauth2": oauth2(t), "signed": signed(t), "client certificate": mutual(t)} {
		t.Run(name, func(t *testing.T) {
			erp, err := sim.OpenERP(v.erp)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = erp.Close() })
			c := DefaultConfig()
			c.URL, c.TLS.CA = erp.URL(), ""
			if v.erp.TLS != nil {
				c.TLS.CA = "ca.pem"
			}
			if _, err := deliver(t, open(t, c, Options{Dir: v.dir})); err == nil {
				t.Error("the ERP took an order from a stranger")
			}
		})
	}
}

// open makes a target and leaves no connection behind.
func open(t testing.TB, c Config, o Options) *Target {
	t.Helper()
	target, err := New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(target.client.CloseIdleConnections)
	return target
}

// secret is a reference to a file that holds text.
func secret(t testing.TB, dir, text string) settings.Secret {
	t.Helper()
	name := filepath.Join(dir, "secret")
	write(t, name, []byte(text+"\n"))
	s, err := settings.ParseSecret("secret://file/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func bearer(t *testing.T) variant {
	s := secret(t, t.TempDir(), "open sesame")
	return variant{erp: sim.ERPOptions{Bearer: "open sesame"}, config: func(_ *testing.T, c *Config) { c.Auth.Kind, c.Auth.Secret = "bearer", s }}
}

// admit is an ERP that lets in whom said says nothing against.
func admit(said func(r *nethttp.Request, body []byte) bool) sim.ERPOptions {
	return sim.ERPOptions{Admit: func(r *nethttp.Request, body []byte) error {
		if said(r, body) {
			return nil
		}
		return errors.New("who are you?")
	}}
}

func basic(t *testing.T) variant {
	s := secret(t, t.TempDir(), "pass:word")
	return variant{
		erp: admit(func(r *nethttp.Request, _ []byte) bool {
			user, password, ok := r.BasicAuth()
			return ok && user == "waybill" && password == "pass:word"
		}),
		config: func(_ *testing.T, c *Config) { c.Auth.Kind, c.Auth.User, c.Auth.Secret = "basic", "waybill", s },
	}
}

func oauth2(t *testing.T) variant {
	s := secret(t, t.TempDir(), "client secret")
	giver := newGiver(t, "waybill", "client secret")
	return variant{
		erp: admit(func(r *nethttp.Request, _ []byte) bool { return giver.valid(r.Header.Get("Authorization")) }),
		config: func(_ *testing.T, c *Config) {
			c.Auth = Auth{Kind: "oauth2", User: "waybill", Secret: s, TokenURL: giver.URL, ClientIn: "header", Scopes: []string{"orders.write"}}
		},
	}
}

func signed(t *testing.T) variant {
	s := secret(t, t.TempDir(), "shared")
	return variant{
		erp: admit(func(r *nethttp.Request, body []byte) bool {
			return verify(r.Header.Get("Waybill-Signature"), "shared", time.Now(), time.Minute, body) == nil
		}),
		config: func(_ *testing.T, c *Config) { c.Sign.Secret = s },
	}
}

// mutual is an ERP that asks for a certificate by its own CA.
func mutual(t *testing.T) variant {
	dir := t.TempDir()
	ca := newAuthority(t, dir)
	ca.issue(t, dir, "waybill")
	server := ca.issue(t, dir, "127.0.0.1")
	pool := x509.NewCertPool()
	pool.AddCert(ca.certificate)
	return variant{
		dir: dir,
		erp: sim.ERPOptions{TLS: &tls.Config{Certificates: []tls.Certificate{server}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool, MinVersion: tls.VersionTLS12}},
		config: func(_ *testing.T, c *Config) {
			c.TLS = TLS{Certificate: "waybill.pem", Key: "waybill.key", CA: "ca.pem"}
		},
	}
}

func TestSystemConforms(t *testing.T) {
	adaptertest.RunSystem(t, func(t *testing.T) adaptertest.System {
		erp, err := sim.OpenERP(sim.ERPOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = erp.Close() })
		c := DefaultConfig()
		c.URL, c.Timeout = erp.URL(), 10*adaptertest.Patience
		target, err := New(c, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return adaptertest.System{
			Target: target,
			Taken: func(testing.TB) []string {
				var keys []string
				for _, o := range erp.Journal() {
					keys = append(keys, o.Key)
				}
				return keys
			},
			Down: func(_ testing.TB, down bool) {
				f := sim.Faults{}
				if down {
					f.Script = []sim.Fault{sim.Down()}
				}
				erp.Use(f)
			},
		}
	})
}
