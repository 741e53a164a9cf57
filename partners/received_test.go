package partners

import (
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"waybill/cms"
)

func TestReadReceived(t *testing.T) {
	id := newIdentity(t, "BOLT", 1, when())
	certificate, key := certificatePEM(t, id)
	p12, err := pkcs12.Modern.Encode(id.Key, id.Certificate, nil, "secret")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data, want string // want is a part of the error, "" for none
	}{
		"PEM":           {certificate, ""},
		"PEM in a mail": {"Dear colleague,\n" + certificate, ""},
		"DER":           {string(id.Certificate.Raw), ""},
		"with a key":    {certificate + key, "there is a private key in it"},
		"a key":         {key, "there is a private key in it"},
		"P12":           {string(p12), "openssl pkcs12 -nokeys"},
		"a letter":      {"Dear colleague", "expected a certificate as PEM, DER or P7B"},
		"nothing":       {"", "expected a certificate"},
		"EC":            {curvePEM(t), "has a key of the kind ECDSA"},
		"EC, then RSA":  {curvePEM(t) + certificate, ""},
	} {
		found, err := ReadReceived([]byte(c.data))
		switch {
		case c.want == "" && (err != nil || !found[0].Equal(id.Certificate)):
			t.Errorf("%s: found %d certificates, %v", name, len(found), err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: found %v, expected %q", name, err, c.want)
		}
	}
}

// What is written holds the certificates and nothing of the mail around them.
func TestEncodeCertificates(t *testing.T) {
	certificate, _ := certificatePEM(t, newIdentity(t, "BOLT", 1, when()))
	found, err := ReadReceived([]byte("Dear colleague,\n" + certificate + "Regards"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := cms.ParseCertificates(EncodeCertificates(found))
	if err != nil || string(EncodeCertificates(found)) != certificate || !again[0].Equal(found[0]) {
		t.Errorf("found %q, %v", EncodeCertificates(found), err)
	}
}
