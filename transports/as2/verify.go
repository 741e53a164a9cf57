package as2

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"time"

	"waybill/cms"
	"waybill/transports/entity"
)

const maxSignature = 1 << 20

const errLongSignature = fault("the signature is longer than 1 MB")

// signed opens a multipart/signed (RFC 1847, RFC 8551 §3.5.3). The signature
// comes after the content, so the content is written to private drafts first.
func (o *opener) signed(ct entity.Media, br *bufio.Reader) error {
	if o.out.signed {
		return errTwice
	}
	o.out.signed = true
	p, err := entity.NewParts(br, entity.Boundary(ct, br))
	if err != nil {
		return err
	}
	if o.out.encrypted {
		p.Outside = blank{}
	}
	first, err := o.part(p)
	if err != nil {
		return err
	}
	inner, forms, err := o.covered(bufio.NewReaderSize(first, entity.BufferSize))
	if err != nil {
		return err
	}
	der, err := readSignature(p, o.out.encrypted)
	if err != nil {
		return err
	}
	if o.out.encrypted {
		if _, err := io.Copy(blank{}, br); err != nil {
			return err
		}
	}
	sig, err := cms.ParseSignature(der)
	if err != nil {
		return err
	}
	return o.proof(sig, der, forms, inner)
}

// errUncovered is of octets that a signature does not cover, behind an
// encryption. A stranger who can put some there learns from an answer that
// depends on them what they decrypt to.
const errUncovered = fault("the encrypted message holds octets that its signature does not cover")

// blank takes white space and nothing else.
type blank struct{}

func (blank) Write(b []byte) (int, error) {
	if len(bytes.Trim(b, " \t\r\n")) > 0 {
		return 0, errUncovered
	}
	return len(b), nil
}

// wrapped says whether a header around a signature is all text: the blocks that
// a stranger puts in between are not.
func wrapped(header []byte) bool {
	return !bytes.ContainsFunc(header, func(r rune) bool { return (r < ' ' && r != '\t' && r != '\r' && r != '\n') || r > '~' })
}

// proof checks the signature over what was opened, and only then lets count what
// the opening itself ended in.
func (o *opener) proof(sig *cms.Signature, der []byte, forms []formed, inner error) error {
	if err := o.verified(sig, der, forms); err != nil {
		return err
	}
	if inner == nil {
		return nil
	}
	f := asFailure(inner)
	f.known = true
	return f
}

func (o *opener) part(p *entity.Parts) (io.Reader, error) {
	r, err := p.Next()
	if errors.Is(err, io.EOF) {
		err = entity.ErrPartMissing
	}
	return r, err
}

// covered opens the entity that a signature covers and digests it on the way.
// inner is what opening it ended in; it counts only when the signature holds.
func (o *opener) covered(br *bufio.Reader) (inner error, forms []formed, err error) {
	f, raw, err := entity.ReadFields(br)
	if err != nil {
		return nil, nil, err
	}
	dig := newDigester(raw)
	tee := bufio.NewReaderSize(io.TeeReader(br, dig), entity.BufferSize)
	o.proven = true
	inner = o.entity(f, raw, tee)
	o.proven = false
	if _, err := io.Copy(io.Discard, tee); err != nil {
		return nil, nil, err
	}
	return inner, dig.forms(), nil
}

// readSignature reads the second part, and the multipart to its end.
func readSignature(p *entity.Parts, sealed bool) ([]byte, error) {
	r, err := p.Next()
	if errors.Is(err, io.EOF) {
		err = entity.ErrPartMissing
	}
	if err != nil {
		return nil, err
	}
	br := bufio.NewReaderSize(r, entity.BufferSize)
	f, raw, err := entity.ReadFields(br)
	if err != nil {
		return nil, err
	}
	if sealed && !wrapped(raw) {
		return nil, errUncovered
	}
	if br, err = entity.Decoded(br, f.Get("Content-Transfer-Encoding"), true); err != nil {
		return nil, err
	}
	der, err := io.ReadAll(io.LimitReader(br, maxSignature+1))
	if err != nil {
		return nil, err
	}
	if len(der) > maxSignature {
		return nil, errLongSignature
	}
	for {
		if _, err := p.Next(); errors.Is(err, io.EOF) {
			return der, nil
		} else if err != nil {
			return nil, err
		}
	}
}

// verifyForms tries the forms in their order and returns the first over which
// the signature holds.
func verifyForms(sig *cms.Signature, forms []formed, trusted []*x509.Certificate, now time.Time) (formed, *cms.Signer, error) {
	var first error
	for _, f := range forms {
		signer, err := sig.Verify(f.digest, trusted, now)
		if err == nil {
			return f, signer, nil
		}
		if first == nil || errors.Is(err, cms.ErrSigner) {
			first = err
		}
	}
	return formed{}, nil, first
}

// verified checks a signature and the profile's exceptions, and notes what it proves.
func (o *opener) verified(sig *cms.Signature, der []byte, forms []formed) error {
	form, signer, err := verifyForms(sig, forms, o.terms.Verify, o.now)
	if err != nil {
		return o.unverified(sig, forms, err)
	}
	if f := o.exception(signer); f != nil {
		f.known = true
		return f
	}
	o.out.mic, o.out.form, o.out.hash, o.out.signature, o.out.signer = form.sums, form.form, signer.Hash, der, signer
	return nil
}

// unverified sorts a failed verification. A signature that holds by the
// certificate that came with it is somebody's, who knew what they signed: that
// can be told. Behind an encryption nothing else can: who asks whether changed
// octets still make a message with some signature reads the message, octet by
// octet (Jager and Somorovsky, How to break XML encryption).
func (o *opener) unverified(sig *cms.Signature, forms []formed, err error) *failure {
	if _, signer, own := verifyForms(sig, forms, sig.Certificates, o.now); own == nil {
		f := fail(failSignature, nil, "compare the certificates in the partner's profile with the one they sign with now",
			"the signer is not known: the message is signed by %.200q, serial %s", signer.Certificate.Subject, cms.Serial(signer.Certificate))
		f.known = true
		return f
	}
	f := signatureFailure(err)
	f.known = !o.out.encrypted
	return f
}

// exception refuses a good signature that needs an exception which the profile
// does not make.
func (o *opener) exception(s *cms.Signer) *failure {
	c := s.Certificate
	switch {
	case s.Hash == crypto.SHA1 && !o.terms.Accept.SHA1:
		return fail(failSignature, nil, "ask the partner to sign with SHA-256; if their software cannot, add sha1 to the profile's accept",
			"the signature is over SHA-1, and the profile does not accept it")
	case s.Expired && !o.terms.Accept.Expired:
		return fail(failExpired, nil, "ask the partner for their new certificate and add it to the profile; until then, add expired to the profile's accept",
			"the certificate %s of the signature is valid from %s to %s", c.Subject, day(c.NotBefore), day(c.NotAfter))
	}
	return nil
}

// opaque opens SignedData that holds what it signs (RFC 8551 §3.5.2).
func (o *opener) opaque(br *bufio.Reader) error {
	if o.out.signed {
		return errTwice
	}
	o.out.signed = true
	r, err := cms.OpenSigned(br)
	if err != nil {
		return err
	}
	inner, forms, err := o.covered(bufio.NewReaderSize(r, entity.BufferSize))
	if err != nil {
		return err
	}
	sig, err := r.Signature()
	if err != nil {
		return err
	}
	return o.proof(sig, sig.Detached(), forms, inner)
}
