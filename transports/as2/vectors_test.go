package as2

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
	"go.yaml.in/yaml/v3"
	"software.sslmate.com/src/go-pkcs12"

	"waybill/cms"
	"waybill/transports"
)

// vector reads a file of the replay vectors.
func vector(t testing.TB, name string) []byte {
	t.Helper()
	root := os.Getenv("WAYBILL_SHARED")
	if root == "" {
		t.Skip("left out: WAYBILL_SHARED is not set to the directory that holds as2/vectors")
	}
	b, err := os.ReadFile(filepath.Join(root, "as2", "vectors", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func vectorCert(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	b := vector(t, name)
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			b = block.Bytes
			break
		}
	}
	c, err := x509.ParseCertificate(b)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

func vectorIdentity(t testing.TB, cert, key string) cms.Identity {
	t.Helper()
	block, _ := pem.Decode(vector(t, key))
	if block == nil {
		t.Fatalf("%s is no PEM", key)
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	return cms.Identity{Certificate: vectorCert(t, cert), Key: k.(crypto.Signer)}
}

// splitVector cuts a captured message into its header and body. The headers of
// some end in LF.
func splitVector(t testing.TB, b []byte) (http.Header, []byte) {
	t.Helper()
	h := http.Header{}
	for len(b) > 0 {
		line, rest, _ := bytes.Cut(b, []byte("\n"))
		b = rest
		text := strings.TrimRight(string(line), "\r")
		if text == "" {
			break
		}
		name, value, ok := strings.Cut(text, ":")
		if !ok {
			t.Fatalf("no header: %q", text)
		}
		h[name] = append(h[name], strings.TrimSpace(value))
	}
	return h, b
}

// openVector takes a message apart with the receiver's own code.
func openVector(t testing.TB, p Partnership, at time.Time, f fields, body []byte) (*opened, []byte, error) {
	t.Helper()
	dir := t.TempDir()
	create := func() (transports.Draft, error) { return newFileDraft(dir) }
	got, err := newOpener(&p, at, create).message(f, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	if len(got.payloads) != 1 {
		t.Fatalf("%d payloads", len(got.payloads))
	}
	if got.payloads[0].Ref == "" {
		return got, body, nil
	}
	payload, err := os.ReadFile(got.payloads[0].Ref)
	return got, payload, err
}

type fileDraft struct{ *os.File }

func newFileDraft(dir string) (fileDraft, error) {
	f, err := os.CreateTemp(dir, "draft")
	return fileDraft{f}, err
}

func (d fileDraft) Ref() string                      { return d.Name() }
func (d fileDraft) Open() (io.ReadSeekCloser, error) { return os.Open(d.Name()) }

func TestVectorsMendelson(t *testing.T) {
	key, cert, err := pkcs12.Decode(vector(t, "pyas2-lib/cert_test.p12"), "test")
	if err != nil {
		t.Fatal(err)
	}
	p := Partnership{Verify: []*x509.Certificate{vectorCert(t, "pyas2-lib/cert_mecas2_public.pem")},
		Ours: []cms.Identity{{Certificate: cert, Key: key.(crypto.Signer)}}}
	at := time.Date(2022, 1, 5, 0, 0, 0, 0, time.UTC)
	for name, want := range map[string]struct {
		encrypted, signed bool
		form              Form
	}{
		"mecas2_encrypted.as2":                   {true, false, FormRaw},
		"mecas2_signed.as2":                      {false, true, FormHeader}, // the fixture's part header has lost its CRs
		"mecas2_signed_encrypted.as2":            {true, true, FormRaw},
		"mecas2_compressed.as2":                  {false, true, FormRaw},
		"mecas2_compressed_signed_encrypted.as2": {true, true, FormRaw},
	} {
		h, body := splitVector(t, vector(t, "pyas2-lib/"+name))
		got, payload, err := openVector(t, p, at, fieldsOf(h), body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.encrypted != want.encrypted || got.signed != want.signed || got.form != want.form {
			t.Errorf("%s: encrypted %v, signed %v, verified as %s; want %+v", name, got.encrypted, got.signed, got.form, want)
		}
		if !bytes.Equal(payload, vector(t, "pyas2-lib/payload.txt")) && !bytes.Equal(payload, vector(t, "pyas2-lib/payload_dos.txt")) {
			t.Errorf("%s: the payload is %q", name, payload)
		}
		t.Logf("%s: verified as %s, file %q", name, got.form, got.payloads[0].File)
	}
}

func TestVectorsOpenAS2ToRuby(t *testing.T) {
	certs := "alexdean_as2/certificates/"
	p := Partnership{Ours: []cms.Identity{vectorIdentity(t, certs+"server.crt", certs+"server.key")},
		Verify: []*x509.Certificate{vectorCert(t, certs+"client.crt")}}
	at := time.Date(2022, 12, 23, 0, 0, 0, 0, time.UTC)
	f := fields{{"Content-Type", "application/pkcs7-mime; name=smime.p7m; smime-type=enveloped-data"}}
	for _, name := range []string{"base64_crlf", "base64_newline", "binary_crlf_lines", "binary_initial_double_crlf", "binary_initial_double_newline",
		"binary_newlines", "binary_trailing_double_crlf", "binary_trailing_double_newline"} {
		base := "alexdean_as2/from_openas2/" + name
		got, payload, err := openVector(t, p, at, f, vector(t, base+".pkcs7"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := vector(t, base+".txt"); !bytes.Equal(payload, want) {
			t.Errorf("%s: %q, want %q", name, payload, want)
		}
		t.Logf("%s: verified as %s", name, got.form)
	}
}

func TestVectorsLiveMessages(t *testing.T) {
	p := Partnership{Ours: []cms.Identity{vectorIdentity(t, "live/pyas2.crt", "live/pyas2.key")},
		Verify: []*x509.Certificate{vectorCert(t, "live/openas2.crt")}, Accept: Accept{SHA1: true}}
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	for name, hash := range map[string]crypto.Hash{"022": crypto.SHA1, "023": crypto.SHA1, "025": crypto.SHA256, "026": crypto.SHA256} {
		h, body := splitVector(t, vector(t, "live/"+name+".raw"))
		got, payload, err := openVector(t, p, at, fieldsOf(h), body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !got.encrypted || !got.signed || got.hash != hash || len(payload) == 0 {
			t.Errorf("%s: %+v", name, got)
		}
		t.Logf("%s: verified as %s, %d octets, file %q", name, got.form, len(payload), got.payloads[0].File)
		p2 := p
		p2.Verify = []*x509.Certificate{p.Ours[0].Certificate}
		var f *failure
		if _, _, err := openVector(t, p2, at, fieldsOf(h), body); !errors.As(err, &f) || f.kind != failSignature {
			t.Errorf("%s by another signer: %v", name, err)
		}
	}
}

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
		if err != nil || !m.Disposition.Accepted() || len(m.MIC) != 32 || m.MICHash != crypto.SHA256 || !strings.HasSuffix(bare(m.OriginalMessageID), "@localhost") {
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
	if err != nil {
		t.Error(err)
	}
	t.Logf("mecas2_signed.mdn: verified as %s", form)
}

// foldedVector splits a fixture with the MIME header reader.
func foldedVector(t testing.TB, b []byte) (http.Header, []byte) {
	t.Helper()
	list, err := split(media{"", map[string]string{"boundary": "whole"}}, append(append([]byte("--whole\r\n"), b...), "\r\n--whole--"...))
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	for _, f := range list[0].fields {
		h[f.name] = append(h[f.name], f.value)
	}
	return h, list[0].body
}

// embedded are the certificates inside a multipart's signature, read by another
// implementation.
func embedded(t testing.TB, body []byte, contentType string) []*x509.Certificate {
	t.Helper()
	list, err := split(parseMedia(contentType), body)
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

func TestVectorsRubyMDNs(t *testing.T) {
	for name, want := range map[string]struct {
		signed bool
		said   string
	}{
		"signed_mdn.yml":   {true, "processed"},
		"binary_mdn.yml":   {true, "processed"},
		"unsigned_mdn.yml": {false, failed("unknown-trading-partner")},
	} {
		var doc struct {
			Headers map[string]string `yaml:"headers"`
			Body    string            `yaml:"body"`
		}
		if err := yaml.Unmarshal(vector(t, "alexdean_as2/"+name), &doc); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		h := http.Header{}
		for k, v := range doc.Headers {
			h[k] = []string{v}
		}
		m, err := ParseMDN(h, []byte(doc.Body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Signed != want.signed || m.Disposition.String() != want.said {
			t.Errorf("%s: %+v", name, m)
		}
		if !m.Signed {
			continue
		}
		form, _, err := m.Verify(embedded(t, []byte(doc.Body), h.Get("Content-Type")), time.Date(2023, 2, 25, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		t.Logf("%s: verified as %s", name, form)
	}
}
