// Package as2 exchanges documents with trading partners over AS2 (RFC 4130): a
// Receiver that listens over HTTP and answers with message disposition
// notifications (MDN, RFC 8098), and a Sender that posts and judges the MDN that
// comes back. It knows nothing of profiles: what it needs of a partner is a
// Partnership, found through a Lookup.
//
// What belongs to a later issue has its place here and says so where it is
// refused: asynchronous MDNs (receipt.go and answer.go), AES-GCM, OAEP and PSS
// (package cms).
package as2

import (
	"crypto"
	"crypto/x509"
	"net/http"
	"time"

	"waybill/cms"
)

// Compression says where a message is compressed (RFC 5402 §2).
type Compression string

// The places of compression: not at all, the content before it is signed, or
// the signed whole before it is encrypted.
const (
	CompressNone   Compression = ""
	CompressBefore Compression = "before"
	CompressAfter  Compression = "after"
)

// ReceiptKind is the kind of MDN that is asked for.
type ReceiptKind string

// The kinds of MDN.
const (
	ReceiptNone     ReceiptKind = ""
	ReceiptUnsigned ReceiptKind = "unsigned"
	ReceiptSigned   ReceiptKind = "signed"
)

// Partnership is the agreement of one pair of AS2 identifiers, as it stands when
// it is looked up. It is read only.
type Partnership struct {
	Partner  string // key of the partner's profile
	Us, Them string // AS2 identifiers, unquoted and case-sensitive
	URL      string // where their receiver listens

	Verify    []*x509.Certificate // theirs; a signature by any of them is accepted
	EncryptTo []*x509.Certificate // theirs; the first that is valid now is used
	Ours      []cms.Identity      // decrypt with any, sign with the first

	Sign     crypto.Hash // 0: messages go out unsigned
	Encrypt  cms.Cipher  // "": messages go out in clear
	Compress Compression
	MDN      MDNTerms
	Require  Require
	Accept   Accept

	MaxBytes  int64 // of one message, as it comes and as it opens; 0 is DefaultMaxBytes
	Suspended bool  // their messages are put off (503) and ours are not sent
	Base64    bool  // content and signed parts go out as base64 instead of binary
	Chunked   bool  // send with chunked transfer encoding instead of Content-Length
	HyphenMIC bool  // write micalg names as RFC 5751 has them (sha-256) instead of sha256, which more peers read

	Header   http.Header // further headers of our requests
	User     string      // HTTP Basic authentication of our requests; "" for none
	Password string
}

// MDNTerms is which receipt we ask for, and how long we wait for it.
type MDNTerms struct {
	Request ReceiptKind
	Timeout time.Duration // from the last byte sent to the answer; 0 is DefaultMDNTimeout
}

// Require is what a partner's messages must have; without it they are refused.
type Require struct{ Signed, Encrypted bool }

// Accept names exceptions from the rules, one partner at a time.
type Accept struct {
	SHA1    bool // signatures over SHA-1
	Expired bool // signatures by a certificate outside its validity
	NoMIC   bool // MDNs without a Received-Content-MIC that can be compared
}

// Defaults of the terms.
const (
	DefaultMaxBytes   int64 = 2 << 30
	DefaultMDNTimeout       = 2 * time.Minute
	StrangerMaxBytes  int64 = 1 << 20 // what is kept of a message whose pair nobody knows
)

// Lookup finds the terms of a pair of AS2 identifiers when a message comes. An
// error that is not ErrUnknownPair puts the sender off until later.
type Lookup interface {
	Partnership(us, them string) (Partnership, error)
}

// ErrUnknownPair says that no profile has this pair of AS2 identifiers.
const ErrUnknownPair = fault("no profile has this pair of AS2 identifiers")

func (p *Partnership) maxBytes() int64 {
	if p.MaxBytes > 0 {
		return p.MaxBytes
	}
	return DefaultMaxBytes
}
