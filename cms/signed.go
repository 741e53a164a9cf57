package cms

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
)

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
	sig     Signature
	err     error // what it ended in
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
		element, err := s.b.whole()
		if err != nil {
			return err
		}
		s.sig.head = append(s.sig.head, element...)
	}
	if err := s.b.enter(tagSequence); err != nil { // encapContentInfo
		return err
	}
	var err error
	if s.sig.contentType, err = s.b.whole(); err != nil {
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
	s.content, err = s.b.octets(h, func() error { return nil })
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

// Read reads the content, and at its end what signs it.
func (s *SignedReader) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	err := io.EOF
	if s.content != nil {
		var n int
		if n, err = s.content.Read(p); err == nil {
			return n, nil
		}
	}
	if err == io.EOF { // as octets gives it; a wrapped one is a broken structure
		err = s.rest()
	}
	if s.err = io.EOF; err != nil {
		s.err = s.fail(err)
	}
	return 0, s.err
}

// Signature returns what signs the content; it is there after the content's end.
func (s *SignedReader) Signature() (*Signature, error) {
	switch {
	case s.err == nil:
		return nil, fmt.Errorf("%w: its content has not been read to the end", ErrSignature)
	case s.err != io.EOF:
		return nil, s.err
	}
	return &s.sig, nil
}

// signedDepth is how many elements stand around the fields of SignedData.
const signedDepth = 3

// rest reads what follows the content: certificates, revocation lists, signers.
func (s *SignedReader) rest() error {
	for len(s.b.ends) > signedDepth { // leave the content's wrappings
		if more, err := s.b.more(); err != nil {
			return err
		} else if more {
			return fmt.Errorf("%w: something follows its content", errBER)
		}
	}
	for {
		more, err := s.b.more()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		element, err := s.b.whole()
		if err != nil {
			return err
		}
		s.sig.tail = append(s.sig.tail, element...)
		switch element[0] {
		case tagContext0:
			s.sig.Certificates = certificatesIn(contentOf(element))
		case tagSet:
			if err := s.sig.signers(contentOf(element)); err != nil {
				return err
			}
		}
	}
	if err := s.b.leave(false); err != nil {
		return err
	}
	return s.b.end()
}

// Bounds of the work that a signature can ask for.
const (
	maxSigners      = 8
	maxCertificates = 64
)

// certificatesIn reads those that can be read; the others are of no use here.
func certificatesIn(der []byte) []*x509.Certificate {
	var out []*x509.Certificate
	for len(der) > 0 && len(out) < maxCertificates {
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
		if len(s.infos) == maxSigners {
			return fmt.Errorf("%w: more than %d signers", errBER, maxSigners)
		}
		s.infos = append(s.infos, info)
		der = rest
	}
	return nil
}
