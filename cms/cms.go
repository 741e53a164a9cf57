// Package cms reads and writes the parts of the Cryptographic Message Syntax
// that trading partners use (RFC 5652, RFC 3274): enveloped, signed and
// compressed data. Contents are streamed: memory stays at some tens of
// kilobytes whatever the size. What stands around a content is bounded in size
// and depth.
//
// AES-GCM (RFC 5084), OAEP and PSS have their places in ciphers.go, recipients.go
// and verify.go; for now they are recognised and refused.
package cms

import (
	"bufio"
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
)

// Error is one of the errors of this package that callers tell apart.
type Error string

// Error returns the words.
func (e Error) Error() string { return string(e) }

const (
	// ErrDecrypt is every failure to decrypt. It says no more on purpose: whoever
	// can send messages must not learn why one was not opened (RFC 3218).
	ErrDecrypt = Error("the message cannot be decrypted")
	// ErrSignature says that a signature is not over these bytes, or cannot be read.
	ErrSignature = Error("the signature does not hold")
	// ErrSigner says that a signature is by a certificate that is not trusted here.
	ErrSigner = Error("the signature is by an unknown certificate")
	// ErrDecompress says that compressed data cannot be read.
	ErrDecompress = Error("the message cannot be decompressed")
	// ErrTooLarge says that compressed data grows beyond its limit.
	ErrTooLarge = Error("the message grows too large when it is decompressed")

	// errBER is every violation of the encoding rules.
	errBER = Error("the structure is not encoded as X.690 demands")
)

// Kind is what a CMS structure holds.
type Kind string

// The kinds of content (RFC 5652 §4 to §8, RFC 3274, RFC 5083).
const (
	Enveloped     Kind = "enveloped"
	Signed        Kind = "signed"
	Compressed    Kind = "compressed"
	Data          Kind = "data"
	AuthEnveloped Kind = "authEnveloped" // recognised, not opened yet
)

// maxTypeHeader is two headers at their longest and an identifier.
const maxTypeHeader = 10 + 10 + 16

// ContentType says what the structure in r holds, and reads nothing from it. An
// unknown content type is an error.
func ContentType(r *bufio.Reader) (Kind, error) {
	head, err := r.Peek(maxTypeHeader)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the content type: %w", err)
	}
	b := newBER(bytes.NewReader(head))
	if err := b.enter(tagSequence); err != nil {
		return "", fmt.Errorf("found no CMS structure: %w", err)
	}
	der, err := b.whole()
	if err != nil {
		return "", fmt.Errorf("found no content type: %w", err)
	}
	var oid asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(der, &oid); err != nil {
		return "", fmt.Errorf("reading the content type: %w", err)
	}
	for kind, known := range contentTypes() {
		if known.Equal(oid) {
			return kind, nil
		}
	}
	return "", fmt.Errorf("unknown content type %s", oid)
}

// contentTypes are the identifiers of RFC 5652 §4, §5, §6, RFC 3274 §1.1 and RFC 5083 §2.1.
func contentTypes() map[Kind]asn1.ObjectIdentifier {
	return map[Kind]asn1.ObjectIdentifier{
		Data: {1, 2, 840, 113549, 1, 7, 1}, Signed: {1, 2, 840, 113549, 1, 7, 2}, Enveloped: {1, 2, 840, 113549, 1, 7, 3},
		Compressed: {1, 2, 840, 113549, 1, 9, 16, 1, 9}, AuthEnveloped: {1, 2, 840, 113549, 1, 9, 16, 1, 23},
	}
}

// writeAll writes pieces one after another.
func writeAll(w io.Writer, pieces ...[]byte) error {
	for _, p := range pieces {
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	return nil
}
