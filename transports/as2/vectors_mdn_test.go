package as2

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
	"go.yaml.in/yaml/v3"

	"waybill/transports/entity"
)

func TestVectorsLiveMDNs(t *testing.T) {
	trusted := []*x509.Certificate{vectorCert(t, "live/openas2.crt")}
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	for _, name := range []string{"000.syncmdn", "002.syncmdn", "009.syncmdn", "021.syncmdn", "006.raw", "007.raw", "011.raw"} {
		h, body := splitVector(t, vector(t, "live/"+name))
		m, err := ParseMDN(h, body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		form, _, err := m.Verify(trusted, at)
		if err != nil || form != FormRaw || !m.Disposition.Accepted() || len(m.MIC) != 32 || m.MICHash != crypto.SHA256 || !strings.HasSuffix(bare(m.OriginalMessageID), "@localhost") {
			t.Errorf("%s: %v, %+v", name, err, m)
		}
		if (m.To != "PY AS2" && m.To != "PYASYNC") || m.From != "OPENAS2_OID" {
			t.Errorf("%s: from %q to %q", name, m.From, m.To)
		}
		t.Logf("%s: verified as %s", name, form)
	}
	h, body := splitVector(t, vector(t, "live/001.syncmdn"))
	if _, err := ParseMDN(h, body); err == nil {
		t.Error("a plain acknowledgement passed for an MDN")
	}
}

func TestVectorsMendelsonMDNs(t *testing.T) {
	f, raw := foldedVector(t, vector(t, "pyas2-lib/mecas2_unsigned.mdn"))
	m, err := ParseMDN(f, raw)
	if err != nil || m.Signed || m.Disposition.String() != failed("authentication-failed") || bare(m.OriginalMessageID) != "20161230102316.10728.85252@imac.local" {
		t.Errorf("unsigned: %v, %+v", err, m)
	}
	f, raw = foldedVector(t, vector(t, "pyas2-lib/mecas2_signed.mdn"))
	m, err = ParseMDN(f, raw)
	if err != nil {
		t.Fatal(err)
	}
	if !m.Signed || !m.Disposition.Accepted() || len(m.MIC) != 32 || m.MICHash != crypto.SHA256 {
		t.Errorf("signed: %+v", m)
	}
	form, _, err := m.Verify(embedded(t, raw, "multipart/signed; boundary=\"----=_Part_8_1315897558.1483093497177\""), time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || form != FormRaw {
		t.Error(form, err)
	}
	t.Logf("mecas2_signed.mdn: verified as %s", form)
}

// foldedVector splits a fixture with the MIME header reader.
func foldedVector(t testing.TB, b []byte) (http.Header, []byte) {
	t.Helper()
	list, err := split(entity.Media{Params: map[string]string{"boundary": "whole"}}, append(append([]byte("--whole\r\n"), b...), "\r\n--whole--"...))
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	for _, f := range list[0].fields {
		h[f.Name] = append(h[f.Name], f.Value)
	}
	return h, list[0].body
}

// embedded are the certificates inside a multipart's signature, read by another
// implementation.
func embedded(t testing.TB, body []byte, contentType string) []*x509.Certificate {
	t.Helper()
	list, err := split(entity.ParseMedia(contentType), body)
	if err != nil {
		t.Fatal(err)
	}
	der, err := list[1].content(true)
	if err != nil {
		t.Fatal(err)
	}
	p, err := pkcs7.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	return p.Certificates
}

// rubyMDN is an MDN in the shape in which the Ruby gem keeps its own.
type rubyMDN struct {
	Headers map[string]string `yaml:"headers"`
	Body    yaml.Node         `yaml:"body"`
}

func (r rubyMDN) body(t testing.TB) []byte {
	t.Helper()
	if r.Body.Tag != "!binary" {
		return []byte(r.Body.Value)
	}
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(r.Body.Value), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVectorsRubyMDNs(t *testing.T) {
	certs := "alexdean_as2/certificates/"
	trusted := []*x509.Certificate{vectorCert(t, certs+"client.crt"), vectorCert(t, certs+"server.crt"), vectorCert(t, certs+"partner_signing.crt")}
	for name, want := range map[string]struct {
		signed bool
		said   string
	}{
		"signed_mdn.yml":   {true, "processed"},
		"binary_mdn.yml":   {true, "processed"},
		"unsigned_mdn.yml": {false, failed("unknown-trading-partner")},
	} {
		t.Run(name, func(t *testing.T) {
			var doc rubyMDN
			if err := yaml.Unmarshal(vector(t, "alexdean_as2/"+name), &doc); err != nil {
				t.Fatal(err)
			}
			h := http.Header{}
			for k, v := range doc.Headers {
				h[k] = []string{v}
			}
			m, err := ParseMDN(h, doc.body(t))
			if err != nil {
				t.Fatal(err)
			}
			if m.Signed != want.signed || m.Disposition.String() != want.said {
				t.Errorf("%+v", m)
			}
			if !m.Signed {
				return
			}
			form, signer, err := m.Verify(trusted, time.Date(2023, 2, 25, 0, 0, 0, 0, time.UTC))
			if err != nil || form != FormRaw {
				t.Fatal(form, err)
			}
			t.Logf("verified as %s, by %s", form, signer.Certificate.Subject)
		})
	}
}
