package as2

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"waybill/cms"
	"waybill/transports"
	"waybill/transports/entity"
)

// vector reads a file of the replay vectors.
func vector(t testing.TB, name string) []byte {
	t.Helper()
	root := os.Getenv("WAYBILL_SHARED")
	if root == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("WAYBILL_SHARED is not set")
		}
		t.Skip("left out: the replay vectors; set WAYBILL_SHARED to the directory that holds as2/vectors")
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
func openVector(t testing.TB, p Partnership, at time.Time, f entity.Fields, body []byte) (*opened, []byte, error) {
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

// The eight messages of OpenAS2: what is decrypted is the .mime file and the
// signed part ends in the .txt file, octet by octet; the document in it is what
// that part says when its transfer encoding is undone.
func TestVectorsOpenAS2ToRuby(t *testing.T) {
	certs := "alexdean_as2/certificates/"
	us := vectorIdentity(t, certs+"server.crt", certs+"server.key")
	p := Partnership{Ours: []cms.Identity{us}, Verify: []*x509.Certificate{vectorCert(t, certs+"client.crt")}, Require: Require{Signed: true, Encrypted: true}}
	at := time.Date(2022, 12, 23, 0, 0, 0, 0, time.UTC)
	f := entity.Fields{{Name: "Content-Type", Value: "application/pkcs7-mime; name=smime.p7m; smime-type=enveloped-data"}}
	for _, name := range []string{"base64_crlf", "base64_newline", "binary_crlf_lines", "binary_initial_double_crlf", "binary_initial_double_newline",
		"binary_newlines", "binary_trailing_double_crlf", "binary_trailing_double_newline"} {
		t.Run(name, func(t *testing.T) {
			base := "alexdean_as2/from_openas2/" + name
			plain, err := cms.Decrypt(bytes.NewReader(vector(t, base+".pkcs7")), p.Ours)
			if err != nil {
				t.Fatal(err)
			}
			mime, err := io.ReadAll(plain)
			if err != nil || !bytes.Equal(mime, vector(t, base+".mime")) {
				t.Errorf("%v: decrypted is not the .mime file: %q", err, mime)
			}
			got, payload, err := openVector(t, p, at, f, vector(t, base+".pkcs7"))
			if err != nil {
				t.Fatal(err)
			}
			part := vector(t, base+".txt")
			if !bytes.Contains(mime, append(part, "\r\n--"...)) {
				t.Error("the .txt file is not the signed part")
			}
			_, want, _ := bytes.Cut(part[2:], []byte("\r\n\r\n"))
			if strings.HasPrefix(name, "base64") {
				if want, err = base64.StdEncoding.DecodeString(string(want)); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(payload, want) || got.form != FormRaw || got.payloads[0].File != name+".txt" {
				t.Errorf("%q, want %q; verified as %s, file %s", payload, want, got.form, got.payloads[0].File)
			}
			t.Logf("verified as %s", got.form)
		})
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
		if !got.encrypted || !got.signed || got.hash != hash || got.form != FormRaw || !strings.HasPrefix(string(payload), "ISA*00*") {
			t.Errorf("%s: %+v, %q", name, got, payload)
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
