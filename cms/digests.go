package cms

import (
	"crypto"
	"encoding/asn1"

	_ "crypto/sha1" //nolint:gosec // old partners sign with it, by exception
	_ "crypto/sha256"
	_ "crypto/sha512"
)

// digestOIDs are the digests of RFC 3370 §2.1 and RFC 5754 §2. MD5 is not among them.
func digestOIDs() map[crypto.Hash]asn1.ObjectIdentifier {
	return map[crypto.Hash]asn1.ObjectIdentifier{
		crypto.SHA1: {1, 3, 14, 3, 2, 26}, crypto.SHA224: {2, 16, 840, 1, 101, 3, 4, 2, 4},
		crypto.SHA256: {2, 16, 840, 1, 101, 3, 4, 2, 1}, crypto.SHA384: {2, 16, 840, 1, 101, 3, 4, 2, 2},
		crypto.SHA512: {2, 16, 840, 1, 101, 3, 4, 2, 3},
	}
}

// signatureOIDs are the RSA signatures with a digest in their name (RFC 4055 §5).
// rsaEncryption itself stands for any digest (RFC 3370 §3.2).
func signatureOIDs() map[crypto.Hash]asn1.ObjectIdentifier {
	return map[crypto.Hash]asn1.ObjectIdentifier{
		crypto.SHA1: {1, 2, 840, 113549, 1, 1, 5}, crypto.SHA224: {1, 2, 840, 113549, 1, 1, 14},
		crypto.SHA256: {1, 2, 840, 113549, 1, 1, 11}, crypto.SHA384: {1, 2, 840, 113549, 1, 1, 12},
		crypto.SHA512: {1, 2, 840, 113549, 1, 1, 13},
	}
}

func hashOf(oid asn1.ObjectIdentifier) (crypto.Hash, bool) {
	for h, known := range digestOIDs() {
		if known.Equal(oid) {
			return h, true
		}
	}
	return 0, false
}
