package cms

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"sort"
	"time"

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

// Signed attributes (RFC 5652 §11).
func oidContentType() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
}
func oidMessageDigest() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
}
func oidSigningTime() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
}

// attribute is an Attribute (RFC 5652 §5.3).
type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue `asn1:"set"`
}

// signerInfo is a SignerInfo (RFC 5652 §5.3).
type signerInfo struct {
	Version    int
	Signer     asn1.RawValue
	Digest     algorithm
	Attributes asn1.RawValue `asn1:"optional,tag:0"`
	Algorithm  algorithm
	Signature  []byte
	Unsigned   asn1.RawValue `asn1:"optional,tag:1"`
}

// SignOptions of a signature.
type SignOptions struct {
	Hash  crypto.Hash
	Time  time.Time           // of signing; zero leaves it out
	Chain []*x509.Certificate // sent along, after the signer's own
}

// SignDigest signs a content by its digest and returns detached SignedData in DER.
func SignDigest(digest []byte, id Identity, o SignOptions) ([]byte, error) {
	oid, ok := digestOIDs()[o.Hash]
	if !ok || len(digest) != o.Hash.Size() {
		return nil, fmt.Errorf("sign: no digest of %d bytes with %v", len(digest), o.Hash)
	}
	if _, ok := id.Key.Public().(*rsa.PublicKey); !ok {
		return nil, errors.New("sign: the key is not an RSA key")
	}
	attrs, err := attributes(digest, o.Time)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	h := o.Hash.New()
	h.Write(wrap(tagSet, attrs))
	signature, err := id.Key.Sign(rand.Reader, h.Sum(nil), o.Hash)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	signer, err := asn1.Marshal(issuerAndSerial{asn1.RawValue{FullBytes: id.Certificate.RawIssuer}, id.Certificate.SerialNumber})
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	info, err := asn1.Marshal(signerInfo{
		Version: 1, Signer: asn1.RawValue{FullBytes: signer}, Digest: algorithm{Algorithm: oid, Parameters: asn1.NullRawValue},
		Attributes: asn1.RawValue{FullBytes: wrap(tagContext0, attrs)},
		Algorithm:  algorithm{Algorithm: oidRSA(), Parameters: asn1.NullRawValue}, Signature: signature,
	})
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	alg, err := asn1.Marshal(algorithm{Algorithm: oid, Parameters: asn1.NullRawValue})
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	certs := append([]byte(nil), id.Certificate.Raw...)
	for _, c := range o.Chain {
		certs = append(certs, c.Raw...)
	}
	content := bytes.Join([][]byte{
		wrap(tagInteger, []byte{1}), wrap(tagSet, alg), wrap(tagSequence, derOID(contentTypes()[Data])),
		wrap(tagContext0, certs), wrap(tagSet, info),
	}, nil)
	return wrap(tagSequence, append(derOID(contentTypes()[Signed]), wrap(tagContext0, wrap(tagSequence, content))...)), nil
}

// attributes are the signed attributes, in the order of DER.
func attributes(digest []byte, at time.Time) ([]byte, error) {
	values := []struct {
		oid   asn1.ObjectIdentifier
		value any
	}{{oidContentType(), contentTypes()[Data]}, {oidMessageDigest(), digest}}
	if !at.IsZero() {
		values = append(values, struct {
			oid   asn1.ObjectIdentifier
			value any
		}{oidSigningTime(), at.UTC()})
	}
	var all [][]byte
	for _, v := range values {
		der, err := asn1.Marshal(v.value)
		if err != nil {
			return nil, err
		}
		all = append(all, wrap(tagSequence, append(derOID(v.oid), wrap(tagSet, der)...)))
	}
	sort.Slice(all, func(i, j int) bool { return bytes.Compare(all[i], all[j]) < 0 })
	return bytes.Join(all, nil), nil
}

// Signature is SignedData without its content.
type Signature struct {
	Certificates []*x509.Certificate // sent along; they prove nothing by themselves
	infos        []signerInfo
}

// Signer is who signed.
type Signer struct {
	Certificate *x509.Certificate
	Hash        crypto.Hash
	Time        time.Time // as the signer says; zero when it does not
	Expired     bool      // the certificate is outside its validity
}

// ParseSignature reads detached SignedData in DER or BER.
func ParseSignature(der []byte) (*Signature, error) {
	if len(der) > maxStructure {
		return nil, fmt.Errorf("%w: %d bytes are too many", ErrSignature, len(der))
	}
	r, err := OpenSigned(bytes.NewReader(der))
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(io.Discard, r)
	if err != nil {
		return nil, err
	}
	if n > 0 {
		return nil, fmt.Errorf("%w: it holds a content of its own", ErrSignature)
	}
	return r.Signature()
}

// SignedReader reads the content inside SignedData, and after it the signature.
type SignedReader struct {
	b       *berReader
	content *octets // nil: the content is elsewhere
	sig     *Signature
	err     error
}

// OpenSigned begins to read SignedData that holds its content (RFC 8551 §3.5.2).
func OpenSigned(r io.Reader) (*SignedReader, error) {
	s := &SignedReader{b: newBER(marked{r})}
	if err := s.open(); err != nil {
		return nil, s.fail(err)
	}
	return s, nil
}

func (s *SignedReader) open() error {
	if err := s.b.contentInfo(Signed); err != nil {
		return err
	}
	for range 2 { // version, digestAlgorithms
		if _, err := s.b.whole(); err != nil {
			return err
		}
	}
	if err := s.b.enter(tagSequence); err != nil { // encapContentInfo
		return err
	}
	if _, err := s.b.whole(); err != nil { // eContentType
		return err
	}
	if more, err := s.b.more(); err != nil || !more {
		return err
	}
	if err := s.b.enter(tagContext0); err != nil {
		return err
	}
	h, err := s.b.header()
	if err != nil {
		return err
	}
	if h.tag&^tagConstructed != tagOctets {
		return fmt.Errorf("%w: found tag %#02x, expected a string", errBER, h.tag)
	}
	s.content, err = s.b.octets(h)
	return err
}

// fail words an error of the structure as one of the signature.
func (s *SignedReader) fail(err error) error {
	var own *readError
	if errors.As(err, &own) {
		return own.err
	}
	return fmt.Errorf("%w: %v", ErrSignature, err)
}

// Read reads the content.
func (s *SignedReader) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.content != nil {
		n, err := s.content.Read(p)
		if err == nil || n > 0 {
			return n, nil
		}
		if !errors.Is(err, io.EOF) || errors.Is(err, errBER) {
			s.err = s.fail(err)
			return 0, s.err
		}
	}
	s.err = io.EOF
	if err := s.rest(); err != nil {
		s.err = s.fail(err)
	}
	return 0, s.err
}

// Signature returns what signs the content; it is there after the content's end.
func (s *SignedReader) Signature() (*Signature, error) {
	if s.sig == nil {
		if s.err != nil && !errors.Is(s.err, io.EOF) {
			return nil, s.err
		}
		return nil, fmt.Errorf("%w: its content has not been read to the end", ErrSignature)
	}
	return s.sig, nil
}

// rest reads what follows the content: certificates, revocation lists, signers.
func (s *SignedReader) rest() error {
	for s.content != nil && len(s.b.ends) > 3 { // leave the content's wrappings
		if more, err := s.b.more(); err != nil || more {
			return errors.Join(err, errBER)
		}
	}
	sig := &Signature{}
	for {
		more, err := s.b.more()
		if err != nil {
			return err
		}
		if !more {
			s.sig = sig
			return nil
		}
		element, err := s.b.whole()
		if err != nil {
			return err
		}
		switch element[0] {
		case tagContext0:
			sig.Certificates = certificatesIn(contentOf(element))
		case tagSet:
			if err := sig.signers(contentOf(element)); err != nil {
				return err
			}
		}
	}
}

// certificatesIn reads those that can be read; the others are of no use here.
func certificatesIn(der []byte) []*x509.Certificate {
	var out []*x509.Certificate
	for len(der) > 0 {
		var raw asn1.RawValue
		rest, err := asn1.Unmarshal(der, &raw)
		if err != nil {
			return out
		}
		if c, err := x509.ParseCertificate(raw.FullBytes); err == nil {
			out = append(out, c)
		}
		der = rest
	}
	return out
}

func (s *Signature) signers(der []byte) error {
	for len(der) > 0 {
		var info signerInfo
		rest, err := asn1.Unmarshal(der, &info)
		if err != nil {
			return fmt.Errorf("%w: signer: %v", errBER, err)
		}
		s.infos = append(s.infos, info)
		der = rest
	}
	return nil
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
// that are trusted: the signer must be one of them, by name and by key. That a
// certificate has expired is told, and is the caller's to judge. The error is
// ErrSigner or ErrSignature with the reason.
func (s *Signature) Verify(digest func(crypto.Hash) []byte, trusted []*x509.Certificate, now time.Time) (*Signer, error) {
	if len(s.infos) == 0 {
		return nil, fmt.Errorf("%w: nobody has signed", ErrSignature)
	}
	err := fmt.Errorf("%w: %s", ErrSigner, s.claimed())
	for i := range s.infos {
		for _, cert := range trusted {
			if !names(s.infos[i].Signer, cert) {
				continue
			}
			var signer *Signer
			if signer, err = s.infos[i].verify(digest, cert); err == nil {
				signer.Expired = now.Before(cert.NotBefore) || now.After(cert.NotAfter)
				return signer, nil
			}
		}
	}
	return nil, err
}

// claimed is who the signature says it is by.
func (s *Signature) claimed() string {
	for _, i := range s.infos {
		for _, c := range s.Certificates {
			if names(i.Signer, c) {
				return fmt.Sprintf("it says it is by %s, serial %s", c.Subject, c.SerialNumber)
			}
		}
	}
	return "its certificate was not sent along"
}

func (i *signerInfo) verify(digest func(crypto.Hash) []byte, cert *x509.Certificate) (*Signer, error) {
	h, ok := hashOf(i.Digest.Algorithm)
	if !ok {
		return nil, fmt.Errorf("%w: digest algorithm %s is not accepted", ErrSignature, i.Digest.Algorithm)
	}
	pub, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w: the certificate of %s has no RSA key", ErrSignature, cert.Subject)
	}
	// RSASSA-PSS (1.2.840.113549.1.1.10) has its place here.
	if !i.Algorithm.Algorithm.Equal(oidRSA()) && !i.Algorithm.Algorithm.Equal(signatureOIDs()[h]) {
		return nil, fmt.Errorf("%w: signature algorithm %s is not accepted", ErrSignature, i.Algorithm.Algorithm)
	}
	signer := &Signer{Certificate: cert, Hash: h}
	signed := digest(h)
	if len(i.Attributes.FullBytes) > 0 {
		if err := i.attributes(signed, signer); err != nil {
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

// attributes checks the signed attributes against the content (RFC 5652 §5.6).
func (i *signerInfo) attributes(digest []byte, signer *Signer) error {
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
