package partners

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// weakCertificate has a key of so many bits and that signature; it begins so many
// days from when().
func weakCertificate(t testing.TB, bits int, signature x509.SignatureAlgorithm, days int) *x509.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "WEAK"}, SignatureAlgorithm: signature,
		NotBefore: when().AddDate(0, 0, days), NotAfter: when().AddDate(2, 0, days),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWeaknesses(t *testing.T) {
	for name, tt := range map[string]struct {
		c    *x509.Certificate
		want []string
	}{
		"good":  {weakCertificate(t, 2048, x509.SHA256WithRSA, -1), nil},
		"short": {weakCertificate(t, 1024, x509.SHA256WithRSA, -1), []string{"its RSA key has 1024 bits, fewer than 2048"}},
		"all": {weakCertificate(t, 1024, x509.SHA1WithRSA, 30), []string{
			"its RSA key has 1024 bits, fewer than 2048", "it is signed with SHA-1, which can be forged", "it is not valid before 2026-07-01",
		}},
	} {
		if diff := cmp.Diff(tt.want, Weaknesses(tt.c, when())); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A weak certificate is a warning where a profile names it, and no reason to refuse it.
func TestCertificatesWarnsOfWeakOnes(t *testing.T) {
	weak := weakCertificate(t, 1024, x509.SHA1WithRSA, 30)
	b := &Book{made: when(), certs: map[string][]byte{"certs/weak.cer": EncodeCertificates([]*x509.Certificate{weak})}}
	certs, found := b.Certificates("certs/weak.cer")
	if len(certs) != 1 || len(found) != 3 {
		t.Fatalf("found %d certificates, %v", len(certs), found)
	}
	for _, p := range found {
		if !p.Warning || !strings.HasPrefix(p.Text, "the certificate of CN=WEAK: it") || p.Hint == "" {
			t.Errorf("found %+v", p)
		}
	}
}
