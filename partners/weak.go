package partners

import (
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"time"
)

// safeBits is the length that an RSA key must have today (NIST SP 800-131A).
const safeBits = 2048

// Weaknesses are what speaks against a certificate beside its end: a short key,
// a signature that can be forged, a first day that is still to come.
func Weaknesses(c *x509.Certificate, now time.Time) []string {
	var out []string
	if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < safeBits {
		out = append(out, fmt.Sprintf("its RSA key has %d bits, fewer than %d", key.N.BitLen(), safeBits))
	}
	switch c.SignatureAlgorithm {
	case x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		out = append(out, "it is signed with SHA-1, which can be forged")
	case x509.MD5WithRSA, x509.MD2WithRSA:
		out = append(out, "it is signed with MD5 or MD2, which can be forged")
	}
	if now.Before(c.NotBefore) {
		out = append(out, "it is not valid before "+c.NotBefore.UTC().Format(time.DateOnly))
	}
	return out
}
