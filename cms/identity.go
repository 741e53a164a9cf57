package cms

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // a key identifier (RFC 5280 §4.2.1.2), not a protection
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

// Identity is a certificate with its private key.
type Identity struct {
	Certificate *x509.Certificate
	Key         crypto.Signer
}

// ParseKey reads a private key from PEM or DER, PKCS #8 or PKCS #1.
func ParseKey(data []byte) (crypto.Signer, error) {
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch block.Type {
		case "PRIVATE KEY", "RSA PRIVATE KEY":
			return parseKeyDER(block.Bytes)
		case "ENCRYPTED PRIVATE KEY":
			return nil, errors.New("private key: encrypted PEM is not read; use a P12 file")
		}
	}
	if bytes.Contains(data, []byte("-----BEGIN")) {
		return nil, errors.New("private key: the PEM text holds no private key")
	}
	return parseKeyDER(data)
}

func parseKeyDER(der []byte) (crypto.Signer, error) {
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errors.New("private key: neither PKCS #8 nor PKCS #1")
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("private key: found %T, expected an RSA key", key)
	}
	return private, nil
}

// ParseIdentity reads a certificate with its private key, from PEM or from a P12 file.
func ParseIdentity(data []byte, password string) (Identity, error) {
	if bytes.Contains(data, []byte("-----BEGIN")) {
		key, err := ParseKey(data)
		if err != nil {
			return Identity{}, err
		}
		certs, err := ParseCertificates(data)
		if err != nil {
			return Identity{}, err
		}
		return NewPair(certs, key)
	}
	private, cert, _, err := pkcs12.DecodeChain(data, password)
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return Identity{}, errors.New("P12 file: the password is wrong")
	}
	if err != nil {
		return Identity{}, fmt.Errorf("P12 file: %w", err)
	}
	key, ok := private.(crypto.Signer)
	if !ok {
		return Identity{}, fmt.Errorf("P12 file: found a key of type %T, expected an RSA key", private)
	}
	return NewPair([]*x509.Certificate{cert}, key)
}

// NewPair joins a key with whichever of the certificates belongs to it.
func NewPair(certs []*x509.Certificate, key crypto.Signer) (Identity, error) {
	pub, ok := key.Public().(*rsa.PublicKey)
	if !ok {
		return Identity{}, errors.New("the key is not an RSA key")
	}
	for _, c := range certs {
		if pub.Equal(c.PublicKey) {
			return Identity{Certificate: c, Key: key}, nil
		}
	}
	return Identity{}, errors.New("the private key belongs to none of the certificates")
}

// keyBits is the size of keys made here.
const keyBits = 2048

// NewIdentity makes a key and a certificate signed with it. rnd is crypto/rand's
// when nil.
func NewIdentity(subject string, years int, now time.Time, rnd io.Reader) (Identity, error) {
	if rnd == nil {
		rnd = rand.Reader
	}
	key, err := rsa.GenerateKey(rnd, keyBits)
	if err != nil {
		return Identity{}, fmt.Errorf("making a key: %w", err)
	}
	serial, err := rand.Int(rnd, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return Identity{}, fmt.Errorf("making a serial number: %w", err)
	}
	id := sha1.Sum(x509.MarshalPKCS1PublicKey(&key.PublicKey)) //nolint:gosec // see the import
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: subject}, SubjectKeyId: id[:],
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(years, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	der, err := x509.CreateCertificate(rnd, template, template, &key.PublicKey, key)
	if err != nil {
		return Identity{}, fmt.Errorf("making a certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	return Identity{Certificate: cert, Key: key}, err
}

// PEM writes the certificate and the private key.
func (id Identity) PEM() (cert, key []byte, err error) {
	private, err := x509.MarshalPKCS8PrivateKey(id.Key)
	if err != nil {
		return nil, nil, fmt.Errorf("writing a private key: %w", err)
	}
	cert = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: id.Certificate.Raw})
	return cert, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), nil
}
