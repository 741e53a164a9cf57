package cms

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // triple DES is what some old partners can do
	"encoding/asn1"
	"fmt"
	"strings"
)

// Cipher names a content encryption.
type Cipher string

// The ciphers. AES-GCM makes another structure (RFC 5083) and comes later.
const (
	AES128CBC Cipher = "aes128-cbc"
	AES192CBC Cipher = "aes192-cbc"
	AES256CBC Cipher = "aes256-cbc"
	TripleDES Cipher = "3des" // for old partners
)

// suite is what a cipher means.
type suite struct {
	oid   asn1.ObjectIdentifier
	key   int // bytes
	block func(key []byte) (cipher.Block, error)
}

// suites are the ciphers by name (RFC 3565 §4.1, RFC 3370 §5.1).
func suites() map[Cipher]suite {
	return map[Cipher]suite{
		AES128CBC: {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 2}, 16, aes.NewCipher},
		AES192CBC: {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 22}, 24, aes.NewCipher},
		AES256CBC: {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, 32, aes.NewCipher},
		TripleDES: {asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 7}, 24, des.NewTripleDESCipher},
	}
}

// Valid says whether the cipher is one of this package's.
func (c Cipher) Valid() bool { _, ok := suites()[c]; return ok }

// ParseCipher reads the name of a cipher.
func ParseCipher(name string) (Cipher, error) {
	c := Cipher(strings.ToLower(name))
	if !c.Valid() {
		return "", fmt.Errorf("found cipher %q, expected aes256-cbc, aes192-cbc, aes128-cbc or 3des", name)
	}
	return c, nil
}

// suiteOf finds a cipher by its identifier.
func suiteOf(oid asn1.ObjectIdentifier) (suite, bool) {
	for _, s := range suites() {
		if s.oid.Equal(oid) {
			return s, true
		}
	}
	return suite{}, false
}
