package cms

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// ParseCertificates reads certificates from PEM (one or several), DER, or a
// certificates-only PKCS #7 file in either.
func ParseCertificates(data []byte) ([]*x509.Certificate, error) {
	if len(data) > maxStructure {
		return nil, fmt.Errorf("certificates: %d bytes are too many", len(data))
	}
	var out []*x509.Certificate
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" && block.Type != "PKCS7" {
			continue
		}
		found, err := parseDER(block.Bytes)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	if len(out) > 0 {
		return out, nil
	}
	if bytes.Contains(data, []byte("-----BEGIN")) {
		return nil, errors.New("certificates: the PEM text holds no certificate")
	}
	return parseDER(data)
}

func parseDER(der []byte) ([]*x509.Certificate, error) {
	if cert, err := x509.ParseCertificate(der); err == nil {
		return []*x509.Certificate{cert}, nil
	}
	sig, err := ParseSignature(der)
	if err != nil || len(sig.Certificates) == 0 {
		return nil, errors.New("certificates: neither PEM, nor DER, nor a PKCS #7 file")
	}
	return sig.Certificates, nil
}
