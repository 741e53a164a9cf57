package cms

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
)

// algorithm is an AlgorithmIdentifier (RFC 5280 §4.1.1.2).
type algorithm = pkix.AlgorithmIdentifier

// issuerAndSerial names a certificate (RFC 5652 §10.2.4).
type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

// keyTransport is a KeyTransRecipientInfo (RFC 5652 §6.2.1).
type keyTransport struct {
	Version      int
	Recipient    asn1.RawValue // IssuerAndSerialNumber, or [0] SubjectKeyIdentifier
	Algorithm    algorithm
	EncryptedKey []byte
}

func oidRSA() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1} }

func recipientInfos(to []*x509.Certificate, key []byte, rnd io.Reader) ([]byte, error) {
	var out []byte
	for _, cert := range to {
		pub, ok := cert.PublicKey.(*rsa.PublicKey)
		if !ok {
			return nil, fmt.Errorf("encrypt: the certificate of %s has no RSA key", cert.Subject)
		}
		//lint:ignore SA1019 PKCS #1 v1.5 is what partners can read (RFC 3370 §4.2.1)
		sealed, err := rsa.EncryptPKCS1v15(rnd, pub, key)
		if err != nil {
			return nil, fmt.Errorf("encrypt for %s: %w", cert.Subject, err)
		}
		id, err := asn1.Marshal(issuerAndSerial{asn1.RawValue{FullBytes: cert.RawIssuer}, cert.SerialNumber})
		if err != nil {
			return nil, fmt.Errorf("encrypt for %s: %w", cert.Subject, err)
		}
		info, err := asn1.Marshal(keyTransport{
			Recipient: asn1.RawValue{FullBytes: id}, Algorithm: algorithm{Algorithm: oidRSA(), Parameters: asn1.NullRawValue}, EncryptedKey: sealed,
		})
		if err != nil {
			return nil, fmt.Errorf("encrypt for %s: %w", cert.Subject, err)
		}
		out = append(out, info...)
	}
	return out, nil
}

// contentKey finds the content's key. Where there is none for us, or the one for
// us cannot be opened, it is a random one, and the failure shows where every
// other failure shows: at the padding (RFC 3218 §2.3.2).
func contentKey(recipients []byte, ids []Identity, size int) ([]byte, error) {
	key := make([]byte, size)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	for rest := contentOf(recipients); len(rest) > 0; {
		var raw asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &raw); err != nil {
			return nil, errBER
		}
		var info keyTransport
		if raw.Tag != asn1.TagSequence || raw.Class != asn1.ClassUniversal {
			continue // key agreement, passwords: not ours
		}
		if _, err := asn1.Unmarshal(raw.FullBytes, &info); err != nil {
			return nil, errBER
		}
		for _, id := range ids {
			private, ok := id.Key.(*rsa.PrivateKey)
			if !ok || !names(info.Recipient, id.Certificate) || !info.Algorithm.Algorithm.Equal(oidRSA()) {
				continue // OAEP (1.2.840.113549.1.1.7) has its place here
			}
			// The session key variant does not tell a bad padding from a good one. What
			// it does tell, such as a length that cannot be, leaves the random key.
			//lint:ignore SA1019 deprecated with all of PKCS #1 v1.5, and the right call where that is what partners write
			_ = rsa.DecryptPKCS1v15SessionKey(rand.Reader, private, info.EncryptedKey, key)
			return key, nil
		}
	}
	return key, nil
}

// names says whether an identifier is of this certificate (RFC 5652 §6.2.1, §5.3).
func names(raw asn1.RawValue, cert *x509.Certificate) bool {
	if raw.Class == asn1.ClassContextSpecific && raw.Tag == 0 {
		return len(raw.Bytes) > 0 && bytes.Equal(raw.Bytes, cert.SubjectKeyId)
	}
	var id issuerAndSerial
	if _, err := asn1.Unmarshal(raw.FullBytes, &id); err != nil {
		return false
	}
	return id.Serial.Cmp(cert.SerialNumber) == 0 && bytes.Equal(id.Issuer.FullBytes, cert.RawIssuer)
}
