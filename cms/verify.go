package cms

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"time"
)

// Signature is SignedData without its content.
type Signature struct {
	Certificates []*x509.Certificate // sent along; they prove nothing by themselves
	infos        []signerInfo

	head        []byte // version and digest algorithms, as DER
	contentType []byte
	tail        []byte // certificates, revocation lists, signers
}

// Detached writes the signature as SignedData in DER without the content: the
// evidence that is kept.
func (s *Signature) Detached() []byte {
	content := bytes.Join([][]byte{s.head, wrap(tagSequence, s.contentType), s.tail}, nil)
	return wrap(tagSequence, append(derOID(contentTypes()[Signed]), wrap(tagContext0, wrap(tagSequence, content))...))
}

// Signer is who signed.
type Signer struct {
	Certificate *x509.Certificate
	Hash        crypto.Hash
	Time        time.Time // as the signer says; zero when it does not
	Expired     bool      // the certificate is outside its validity
}

// Hashes are the digests of the content that Verify will ask for.
func (s *Signature) Hashes() []crypto.Hash {
	var out []crypto.Hash
	for _, i := range s.infos {
		if h, ok := hashOf(i.Digest.Algorithm); ok {
			out = append(out, h)
		}
	}
	return out
}

// Verify holds the signature against the content's digests and the certificates
// that are trusted: the signer must be one of them, by name and by key. Of several
// signatures that hold, one that needs no exception goes first. That a certificate
// has expired is told, and is the caller's to judge, as is the digest. The error
// is ErrSigner or ErrSignature with the reason.
func (s *Signature) Verify(digest func(crypto.Hash) []byte, trusted []*x509.Certificate, now time.Time) (*Signer, error) {
	if len(s.infos) == 0 {
		return nil, fmt.Errorf("%w: nobody has signed", ErrSignature)
	}
	var best *Signer
	failed := fmt.Errorf("%w: %s", ErrSigner, s.claimed())
	for i := range s.infos {
		for _, cert := range trusted {
			if !names(s.infos[i].Signer, cert) {
				continue
			}
			signer, err := s.infos[i].verify(digest, cert, s.contentType)
			if err != nil {
				failed = err
				continue
			}
			signer.Expired = now.Before(cert.NotBefore) || now.After(cert.NotAfter)
			if best == nil || signer.exceptions() < best.exceptions() {
				best = signer
			}
		}
	}
	if best == nil {
		return nil, failed
	}
	return best, nil
}

// exceptions counts what a caller may refuse.
func (s *Signer) exceptions() (n int) {
	if s.Expired {
		n++
	}
	if s.Hash == crypto.SHA1 {
		n++
	}
	return n
}

// Serial is the serial number as openssl prints it, so that people can compare.
func Serial(c *x509.Certificate) string {
	const most = 32 // it has at most 20 octets (RFC 5280 §4.1.2.2), but this may be a stranger's
	b := c.SerialNumber.Bytes()
	return fmt.Sprintf("%X", b[:min(len(b), most)])
}

// claimed is who the signature says it is by.
func (s *Signature) claimed() string {
	for _, i := range s.infos {
		for _, c := range s.Certificates {
			if names(i.Signer, c) {
				return fmt.Sprintf("it says it is by %.200q, serial %s", c.Subject, Serial(c))
			}
		}
	}
	return "its certificate was not sent along"
}

// maxKeyBits bounds the work of a verification: certificates come from strangers.
const maxKeyBits = 8192

func (i *signerInfo) verify(digest func(crypto.Hash) []byte, cert *x509.Certificate, contentType []byte) (*Signer, error) {
	h, ok := hashOf(i.Digest.Algorithm)
	if !ok {
		return nil, fmt.Errorf("%w: digest algorithm %s is not accepted", ErrSignature, i.Digest.Algorithm)
	}
	pub, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w: the certificate of %s has no RSA key", ErrSignature, cert.Subject)
	}
	if pub.N.BitLen() > maxKeyBits {
		return nil, fmt.Errorf("%w: a key of %d bits is not accepted", ErrSignature, pub.N.BitLen())
	}
	// RSASSA-PSS (1.2.840.113549.1.1.10) has its place here.
	if !i.Algorithm.Algorithm.Equal(oidRSA()) && !i.Algorithm.Algorithm.Equal(signatureOIDs()[h]) {
		return nil, fmt.Errorf("%w: signature algorithm %s is not accepted", ErrSignature, i.Algorithm.Algorithm)
	}
	signer := &Signer{Certificate: cert, Hash: h}
	signed := digest(h)
	if len(signed) != h.Size() {
		return nil, fmt.Errorf("%w: digest algorithm %v is not accepted", ErrSignature, h)
	}
	if len(i.Attributes.FullBytes) > 0 {
		if err := i.attributes(signed, contentType, signer); err != nil {
			return nil, err
		}
		// What is signed is the set of attributes, not the tag they travel under (RFC 5652 §5.4).
		sum := h.New()
		sum.Write([]byte{tagSet})
		sum.Write(i.Attributes.FullBytes[1:])
		signed = sum.Sum(nil)
	}
	if err := rsa.VerifyPKCS1v15(pub, h, signed, i.Signature); err != nil {
		return nil, fmt.Errorf("%w: it is not over this content, or not by the key of %s", ErrSignature, cert.Subject)
	}
	return signer, nil
}

// attributes checks the signed attributes against the content (RFC 5652 §5.6, §11.1).
func (i *signerInfo) attributes(digest, contentType []byte, signer *Signer) error {
	seen := false
	for rest := i.Attributes.Bytes; len(rest) > 0; {
		var a attribute
		var err error
		if rest, err = asn1.Unmarshal(rest, &a); err != nil {
			return fmt.Errorf("%w: a signed attribute cannot be read", ErrSignature)
		}
		switch {
		case a.Type.Equal(oidMessageDigest()):
			var d []byte
			if _, err := asn1.Unmarshal(a.Values.Bytes, &d); err != nil || seen {
				return fmt.Errorf("%w: the message digest cannot be read", ErrSignature)
			}
			if seen = true; !bytes.Equal(d, digest) {
				return fmt.Errorf("%w: the content is not what was signed", ErrSignature)
			}
		case a.Type.Equal(oidContentType()):
			if !bytes.Equal(a.Values.Bytes, contentType) {
				return fmt.Errorf("%w: the signed content type is another one", ErrSignature)
			}
		case a.Type.Equal(oidSigningTime()):
			// A time that cannot be read is no reason to refuse: nothing depends on it.
			_, _ = asn1.Unmarshal(a.Values.Bytes, &signer.Time)
		}
	}
	if !seen {
		return fmt.Errorf("%w: there is no message digest among its attributes", ErrSignature)
	}
	return nil
}
