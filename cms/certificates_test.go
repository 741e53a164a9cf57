package cms

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

// bundle is a certificates-only SignedData, as .p7b files hold it.
func bundle(certs ...*x509.Certificate) []byte {
	var all []byte
	for _, c := range certs {
		all = append(all, c.Raw...)
	}
	return wrap(tagSequence, append(derOID(contentTypes()[Signed]), wrap(tagContext0, wrap(tagSequence, bytes.Join([][]byte{
		wrap(tagInteger, []byte{1}), wrap(tagSet, nil), wrap(tagSequence, derOID(contentTypes()[Data])), wrap(tagContext0, all), wrap(tagSet, nil),
	}, nil)))...))
}

func TestParseCertificates(t *testing.T) {
	p := actors(t)
	us, them := pemOf("CERTIFICATE", p.us.Certificate.Raw), pemOf("CERTIFICATE", p.them.Certificate.Raw)
	_, key, err := p.us.PEM()
	if err != nil {
		t.Fatal(err)
	}
	both := bundle(p.us.Certificate, p.them.Certificate)
	for name, c := range map[string]struct {
		in   []byte
		want int
	}{
		"PEM":                {us, 1},
		"PEM, two":           {append(bytes.Clone(us), them...), 2},
		"PEM with a key":     {append(bytes.Clone(key), us...), 1},
		"PEM amid text":      {append([]byte("subject=them\nissuer=them\n"), them...), 1},
		"PEM with CRLF":      {bytes.ReplaceAll(us, []byte("\n"), []byte("\r\n")), 1},
		"DER":                {p.us.Certificate.Raw, 1},
		"P7B, DER":           {both, 2},
		"P7B, PEM":           {pemOf("PKCS7", both), 2},
		"P7B, BER":           {coding{indefinite: true}.write(t, both), 2},
		"a hundred":          {bundle(slices.Repeat([]*x509.Certificate{p.us.Certificate}, 100)...), maxCertificates},
		"a signature's":      {signature(t, text(), p.us, SignOptions{Chain: []*x509.Certificate{p.them.Certificate}}), 2},
		"key only":           {key, 0},
		"empty":              {nil, 0},
		"text":               {[]byte("no certificate at all"), 0},
		"broken PEM":         {us[:len(us)/2], 0},
		"broken DER":         {p.us.Certificate.Raw[:100], 0},
		"PEM around garbage": {pemOf("CERTIFICATE", []byte("garbage")), 0},
		"bundle of nothing":  {bundle(), 0},
		"an encryption":      {encrypted(t, text(), AES128CBC, p.us.Certificate), 0},
		"too large":          {make([]byte, maxStructure+1), 0},
	} {
		got, err := ParseCertificates(c.in)
		if len(got) != c.want || (err == nil) != (c.want > 0) {
			t.Errorf("%s: %d certificates, %v", name, len(got), err)
		}
		if c.want > 0 && !got[len(got)-1].Equal(p.us.Certificate) && !got[len(got)-1].Equal(p.them.Certificate) {
			t.Errorf("%s: another certificate", name)
		}
	}
}

func TestParseKey(t *testing.T) {
	p := actors(t)
	private := p.us.Key.(*rsa.PrivateKey)
	_, pkcs8, err := p.us.PEM()
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecDER, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := x509.MarshalPKCS1PrivateKey(private)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert := pemOf("CERTIFICATE", p.us.Certificate.Raw)
	for name, c := range map[string]struct {
		in   []byte
		says string // of the error
	}{
		"PKCS #8, PEM":     {pkcs8, ""},
		"PKCS #1, PEM":     {pemOf("RSA PRIVATE KEY", pkcs1), ""},
		"PKCS #8, DER":     {der, ""},
		"PKCS #1, DER":     {pkcs1, ""},
		"behind a cert":    {append(bytes.Clone(cert), pkcs8...), ""},
		"encrypted":        {pemOf("ENCRYPTED PRIVATE KEY", der), "P12"},
		"certificate only": {cert, "no private key"},
		"elliptic curve":   {pemOf("PRIVATE KEY", ecDER), "RSA"},
		"garbage":          {[]byte("garbage"), "neither"},
		"PEM with garbage": {pemOf("PRIVATE KEY", []byte("garbage")), "neither"},
		"empty":            {nil, "neither"},
		"public key":       {pemOf("PUBLIC KEY", x509.MarshalPKCS1PublicKey(&private.PublicKey)), "no private key"},
	} {
		got, err := ParseKey(c.in)
		if c.says == "" && (err != nil || !private.Equal(got)) || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), private.D.String()[:20]) {
			t.Errorf("%s: the error shows the key", name)
		}
	}
}

func TestParseIdentity(t *testing.T) {
	p := actors(t)
	cert, key, err := p.us.PEM()
	if err != nil {
		t.Fatal(err)
	}
	other := pemOf("CERTIFICATE", p.them.Certificate.Raw)
	p12 := func(e *pkcs12.Encoder, id Identity, chain ...*x509.Certificate) []byte {
		b, err := e.Encode(id.Key, id.Certificate, chain, "secret")
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, c := range map[string]struct {
		in       []byte
		password string
		says     string
	}{
		"PEM":                     {append(bytes.Clone(key), cert...), "", ""},
		"PEM, another cert first": {bytes.Join([][]byte{other, key, cert}, nil), "", ""},
		"P12, modern":             {p12(pkcs12.Modern2023, p.us), "secret", ""},
		"P12, old":                {p12(pkcs12.LegacyDES, p.us, p.them.Certificate), "secret", ""},
		"P12, wrong password":     {p12(pkcs12.Modern2023, p.us), "Secret", "password is wrong"},
		"P12, no password":        {p12(pkcs12.Modern2023, p.us), "", "password is wrong"},
		"P12, another's cert":     {p12(pkcs12.Modern2023, Identity{p.them.Certificate, p.us.Key}), "secret", "belongs to none"},
		"PEM without a key":       {cert, "", "no private key"},
		"PEM without a cert":      {key, "", "no certificate"},
		"PEM of two people":       {append(bytes.Clone(key), other...), "", "belongs to none"},
		"garbage":                 {[]byte("garbage"), "", "P12"},
	} {
		got, err := ParseIdentity(c.in, c.password)
		if c.says == "" && (err != nil || !got.Certificate.Equal(p.us.Certificate)) || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error shows the password", name)
		}
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewPair([]*x509.Certificate{p.us.Certificate}, ec); err == nil {
		t.Error("an elliptic key passed")
	}
}

func TestNewIdentity(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	id, err := NewIdentity("Our Company", 3, now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := id.Certificate
	if c.Subject.CommonName != "Our Company" || !c.NotAfter.Equal(now.AddDate(3, 0, 0)) || c.NotBefore.After(now) || len(c.SubjectKeyId) != 20 || c.IsCA ||
		c.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageKeyEncipherment || c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) != nil {
		t.Errorf("%+v", c)
	}
	if id.Key.Public().(*rsa.PublicKey).N.BitLen() != keyBits {
		t.Error("the key is too short")
	}
	cert, key, err := id.PEM()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseIdentity(append(cert, key...), "")
	if err != nil || !again.Certificate.Equal(c) {
		t.Error(err)
	}
	if _, err := NewIdentity("x", 1, now, iotest.ErrReader(errFull)); err == nil {
		// Go may take its own randomness for the key; the serial number is then what fails.
		t.Error("made without randomness")
	}
	if _, _, err := (Identity{Certificate: c, Key: strange{}}).PEM(); err == nil {
		t.Error("a key that is none was written")
	}
}

type strange struct{ crypto.Signer }

// The certificates of the replay vectors can be read, in PEM and in DER, and are
// the same in both.
func TestVectorCertificates(t *testing.T) {
	for name, want := range map[string]int{
		"pyas2-lib/cert_extract_private.cer": 1, "pyas2-lib/cert_extract_private.pem": 1, "pyas2-lib/cert_extract_public.cer": 1, "pyas2-lib/cert_extract_public.pem": 1,
		"pyas2-lib/cert_mecas2_public.pem": 1, "pyas2-lib/cert_test.pem": 1, "pyas2-lib/cert_test_public.pem": 1, "pyas2-lib/cert_test.p12.pem": 1,
		"pyas2-lib/verify_cert_test1.pem": 1, "pyas2-lib/verify_cert_test2.cer": 1, "pyas2-lib/verify_cert_test3.pem": 1, "pyas2-lib/verify_cert_test3.ca": 2,
		"live/openas2.crt": 1, "live/pyas2.crt": 1, "alexdean_as2/certificates/client.crt": 1, "alexdean_as2/certificates/server.crt": 1,
		"alexdean_as2/certificates/partner_encryption.crt": 1, "alexdean_as2/certificates/partner_signing.crt": 1,
	} {
		got, err := ParseCertificates(shared(t, name))
		if err != nil || len(got) != want {
			t.Errorf("%s: %d certificates, %v", name, len(got), err)
		}
	}
	for _, side := range []string{"private", "public"} {
		a, err1 := ParseCertificates(shared(t, "pyas2-lib/cert_extract_"+side+".cer"))
		b, err2 := ParseCertificates(shared(t, "pyas2-lib/cert_extract_"+side+".pem"))
		if err1 != nil || err2 != nil || !a[0].Equal(b[0]) {
			t.Errorf("%s: %v, %v", side, err1, err2)
		}
	}
	id, err := ParseIdentity(shared(t, "pyas2-lib/cert_test.p12"), "test")
	if err != nil {
		t.Fatal(err)
	}
	if c, err := ParseCertificates(shared(t, "pyas2-lib/cert_test_public.pem")); err != nil || !c[0].Equal(id.Certificate) {
		t.Errorf("the P12 file holds another certificate: %v", err)
	}
	for _, name := range []string{"live/openas2", "live/pyas2", "alexdean_as2/certificates/client", "alexdean_as2/certificates/server", "alexdean_as2/certificates/partner_encryption"} {
		if _, err := ParseIdentity(append(shared(t, name+".crt"), shared(t, name+".key")...), ""); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
