package partners

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"

	"waybill/cms"
)

// ReadReceived reads the certificates in a file that a partner sent: PEM, DER or
// P7B, the one with the RSA key that AS2 needs first. A file with a private key
// is refused: nobody else may have it, not even us.
func ReadReceived(data []byte) ([]*x509.Certificate, error) {
	if bytes.Contains(data, []byte("PRIVATE KEY-----")) {
		return nil, errors.New("there is a private key in it: the partner must withdraw that key, make a new one, and send its certificate alone")
	}
	if isP12(data) {
		return nil, errors.New("it is a P12 file, which is made to hold a private key: ask the partner for the certificate alone, or take it out with openssl pkcs12 -nokeys -in FILE -out FILE.pem")
	}
	found, err := cms.ParseCertificates(data)
	if err != nil {
		return nil, fmt.Errorf("%w; expected a certificate as PEM, DER or P7B, without a key", err)
	}
	leaf := slices.IndexFunc(found, func(c *x509.Certificate) bool { return c.PublicKeyAlgorithm == x509.RSA && !c.IsCA })
	if leaf < 0 {
		leaf = slices.IndexFunc(found, func(c *x509.Certificate) bool { return c.PublicKeyAlgorithm == x509.RSA })
	}
	if leaf >= 0 {
		found[0], found[leaf] = found[leaf], found[0]
		return found, nil
	}
	return nil, fmt.Errorf("the certificate of %s has a key of the kind %s: AS2 signs and encrypts with RSA keys, ask the partner for one of those", found[0].Subject, found[0].PublicKeyAlgorithm)
}

// isP12 says that data begins as a PFX does: a sequence with the version 3.
func isP12(data []byte) bool {
	var outer asn1.RawValue
	var version int
	if _, err := asn1.Unmarshal(data, &outer); err != nil || outer.Tag != asn1.TagSequence {
		return false
	}
	_, err := asn1.Unmarshal(outer.Bytes, &version)
	return err == nil && version == 3
}

// EncodeCertificates writes certificates as PEM, and nothing else of what stood around them.
func EncodeCertificates(all []*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range all {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return b.Bytes()
}
