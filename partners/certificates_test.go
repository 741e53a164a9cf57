package partners

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
	"software.sslmate.com/src/go-pkcs12"

	"waybill/cms"
)

// when is the day of these tests.
func when() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

func newIdentity(t testing.TB, subject string, years int, from time.Time) cms.Identity {
	t.Helper()
	id, err := cms.NewIdentity(subject, years, from, nil)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func certificatePEM(t testing.TB, id cms.Identity) (cert, key string) {
	t.Helper()
	c, k, err := id.PEM()
	if err != nil {
		t.Fatal(err)
	}
	return string(c), string(k)
}

// curvePEM is a certificate with a key that AS2 has no use for.
func curvePEM(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "curve"}, NotBefore: when(), NotAfter: when().AddDate(1, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestCertificates(t *testing.T) {
	good, _ := certificatePEM(t, newIdentity(t, "good", 2, when()))
	ended, _ := certificatePEM(t, newIdentity(t, "ended", 1, when().AddDate(-1, 0, -3)))
	ending, _ := certificatePEM(t, newIdentity(t, "ending", 1, when().AddDate(-1, 0, 10)))
	later, _ := certificatePEM(t, newIdentity(t, "later", 1, when().AddDate(-1, 0, 31)))
	der, _ := pem.Decode([]byte(good))
	curve := curvePEM(t)
	dir := configDir(t, "partners/acme.yaml", acmeOf("A1"), "certs/curve.pem", curve, "certs/chain.pem", good+curve,
		"certs/good.pem", good, "certs/good.cer", string(der.Bytes), "certs/two.pem", good+ended, "certs/ended.pem", ended,
		"certs/ending.pem", ending, "certs/later.pem", later, "certs/eu/good.pem", good, "certs/text.cer", "no certificate", "keys/our.pem", good)
	o := options()
	o.Now = when
	s, found := Open(dir, o)
	if len(found) > 0 {
		t.Fatal(text(found))
	}
	for _, tt := range []struct {
		file  string
		count int
		want  string
	}{
		{"certs/good.pem", 1, ""},
		{"certs/good.cer", 1, ""},
		{"./certs/../certs/good.pem", 1, ""},
		{"certs/eu/good.pem", 1, ""},
		{"certs/later.pem", 1, ""},
		{"certs/two.pem", 2, "certs/two.pem: warning: the certificate of CN=ended expired on 2026-05-29; ask the partner for the next one"},
		{"certs/ended.pem", 1, "certs/ended.pem: warning: the certificate of CN=ended expired on 2026-05-29; ask the partner for the next one"},
		{"certs/ending.pem", 1, "certs/ending.pem: warning: the certificate of CN=ending expires on 2026-06-11, in 10 days; ask the partner for the next one"},
		{"certs/chain.pem", 2, ""},
		{"certs/curve.pem", 0, "certs/curve.pem: the certificate of CN=curve has a key of the kind ECDSA; AS2 signs and encrypts with RSA keys: ask the partner for a certificate with one"},
		{"certs/text.cer", 0, "certs/text.cer: certificates: neither PEM, nor DER, nor a PKCS #7 file; expected PEM, DER or P7B; ask the partner to send the certificate again"},
		{"certs/north-dock.pem", 0, "certs/north-dock.pem: there is no such file; there are 10: certs/chain.pem, certs/curve.pem, certs/ended.pem, certs/ending.pem, certs/eu/good.pem, certs/good.cer, certs/good.pem, certs/later.pem …"},
		{"certs/goood.pem", 0, "certs/goood.pem: there is no such file; did you mean certs/good.pem?"},
		{"keys/our.pem", 0, "keys/our.pem: is not in certs/; put the certificate, and no private key, into certs/ in the config directory, where a change is noticed"},
		{"certs/../keys/our.pem", 0, "keys/our.pem: is not in certs/; put the certificate, and no private key, into certs/ in the config directory, where a change is noticed"},
		{"/etc/hosts", 0, "/etc/hosts: is not in certs/; put the certificate, and no private key, into certs/ in the config directory, where a change is noticed"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			certs, found := s.Current().Certificates(tt.file)
			if len(certs) != tt.count || text(found) != tt.want {
				t.Errorf("found %d, %s", len(certs), text(found))
			}
		})
	}
}

// A book keeps the certificates that it was made of.
func TestCertificatesAreOfTheBook(t *testing.T) {
	first, _ := certificatePEM(t, newIdentity(t, "first", 2, when()))
	second, _ := certificatePEM(t, newIdentity(t, "second", 2, when()))
	dir := configDir(t, "partners/acme.yaml", acmeOf("A1"), "certs/a.pem", first)
	o := options()
	o.Now = when
	s, _ := Open(dir, o)
	old := s.Current()
	write(t, dir, "certs/a.pem", second)
	if found := s.Reload(); len(found) > 0 {
		t.Fatal(text(found))
	}
	for name, b := range map[string]*Book{"first": old, "second": s.Current()} {
		certs, _ := b.Certificates("certs/a.pem")
		if len(certs) != 1 || certs[0].Subject.CommonName != name {
			t.Errorf("found %v, expected %s", certs, name)
		}
	}
	if old.Revision == s.Current().Revision {
		t.Error("another certificate is the same revision")
	}
}

func TestIdentity(t *testing.T) {
	ours, other := newIdentity(t, "ours", 2, when()), newIdentity(t, "other", 2, when())
	cert, key := certificatePEM(t, ours)
	_, strange := certificatePEM(t, other)
	dir := configDir(t, "partners/acme.yaml", acmeOf("A1"), "certs/ours.cer", cert, "certs/no.cer", "no certificate",
		"keys/ours.key", key, "keys/both.pem", key+cert, "keys/other.key", strange, "keys/open.key", key, "keys/text.key", "no key")
	if err := os.Chmod(filepath.Join(dir, "keys/open.key"), 0o640); err != nil {
		t.Fatal(err)
	}
	s, found := Open(dir, options())
	if len(found) > 0 {
		t.Fatal(text(found))
	}
	for _, tt := range []struct{ name, key, certificate, want string }{
		{"key and certificate", "keys/ours.key", "certs/ours.cer", ""},
		{"both in one file", "keys/both.pem", "", ""},
		{"an absolute path", filepath.Join(dir, "keys/ours.key"), "certs/ours.cer", ""},
		{"open permissions", "keys/open.key", "certs/ours.cer", "has mode 0640 and can be read by others: chmod 600"},
		{"another's key", "keys/other.key", "certs/ours.cer", "our key keys/other.key and certificate certs/ours.cer: the private key belongs to none of the certificates"},
		{"no key", "keys/text.key", "certs/ours.cer", "reading our key keys/text.key: private key: neither PKCS #8 nor PKCS #1"},
		{"no key file", "keys/our.key", "certs/ours.cer", "reading our key keys/our.key: no such file or directory"},
		{"no certificate", "keys/ours.key", "certs/no.cer", "reading our certificate certs/no.cer: certificates: neither PEM"},
		{"no certificate file", "keys/ours.key", "certs/our.cer", "reading our certificate certs/our.cer: no such file or directory"},
		{"a key without its certificate", "keys/ours.key", "", "reading our key keys/ours.key: certificates: the PEM text holds no certificate"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			id, err := s.Current().Identity(tt.key, tt.certificate, "")
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want == "" && !id.Certificate.Equal(ours.Certificate):
				t.Errorf("found %s", id.Certificate.Subject)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("found %v, expected %s", err, tt.want)
			}
		})
	}
}

func TestIdentityFromP12(t *testing.T) {
	ours := newIdentity(t, "ours", 2, when())
	p12, err := pkcs12.Modern.Encode(ours.Key, ours.Certificate, nil, "opensesame")
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, options(), "partners/acme.yaml", acmeOf("A1"), "keys/ours.p12", string(p12))
	id, err := s.Current().Identity("keys/ours.p12", "", "opensesame")
	if err != nil || !id.Certificate.Equal(ours.Certificate) {
		t.Errorf("found %v, %v", id.Certificate, err)
	}
	_, err = s.Current().Identity("keys/ours.p12", "", "guess")
	if err == nil || err.Error() != "reading our key keys/ours.p12: P12 file: the password is wrong" {
		t.Errorf("found %v", err)
	}
}

// A P7B file is how many partners send a certificate with its chain.
func TestCertificatesFromP7B(t *testing.T) {
	a, b := newIdentity(t, "a", 2, when()), newIdentity(t, "b", 2, when())
	p7b, err := pkcs7.DegenerateCertificate(append(append([]byte(nil), a.Certificate.Raw...), b.Certificate.Raw...))
	if err != nil {
		t.Fatal(err)
	}
	o := options()
	o.Now = when
	certs, found := open(t, o, "partners/acme.yaml", acmeOf("A1"), "certs/chain.p7b", string(p7b)).Current().Certificates("certs/chain.p7b")
	if len(found) > 0 || len(certs) != 2 || !certs[0].Equal(a.Certificate) || !certs[1].Equal(b.Certificate) {
		t.Errorf("found %d certificates, %s", len(certs), text(found))
	}
}
