package partners

import (
	"bytes"
	"crypto/x509"
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

// EncodeCertificates writes certificates as PEM, and nothing else of what stood around them.
func EncodeCertificates(all []*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range all {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return b.Bytes()
}
