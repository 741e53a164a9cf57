package mailbox

import (
	"bufio"
	"bytes"
	"crypto"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"hash"
	"io"

	"waybill/cms"
	"waybill/transports/entity"
)

const (
	maxSignature = 1 << 20
	maxLayers    = 4 // of signature, encryption and compression inside each other
	maxRatio     = 200
)

const (
	errLayers    = fault("more than 4 layers of signature, encryption and compression")
	errSignature = fault("the signature is longer than 1 MB")
	errObject    = fault("the CMS object is none that a mail is made of")
)

// secureError is a signature or an encryption that does not hold.
type secureError struct {
	code, hint string
	err        error
}

// Error returns the words.
func (e *secureError) Error() string { return e.err.Error() }

// Unwrap is the error below.
func (e *secureError) Unwrap() error { return e.err }

func (r *reading) deeper() error {
	if r.layers++; r.layers > maxLayers {
		return errLayers
	}
	return nil
}

// object opens a CMS object by what it is, whatever smime-type says (RFC 8551 3.2).
func (r *reading) object(br *bufio.Reader, depth int) error {
	if err := r.deeper(); err != nil {
		return err
	}
	br, err := entity.Decoded(br, "", true)
	if err != nil {
		return err
	}
	kind, err := cms.ContentType(br)
	switch {
	case err != nil:
		return told(err, 0)
	case kind == cms.Compressed:
		plain, err := cms.Decompress(br, cms.Limits{MaxBytes: r.account.MaxBytes, MaxRatio: maxRatio})
		if err != nil {
			return err
		}
		return r.whole(plain, depth)
	case kind == cms.Signed:
		return r.opaque(br, depth)
	case kind == cms.Enveloped, kind == cms.AuthEnveloped: // cms.Decrypt refuses the latter until it can open it
		return r.sealed(br, depth)
	}
	return errObject
}

// whole reads an entity to the end of what it stands in: only there does a layer
// say whether it was whole.
func (r *reading) whole(plain io.Reader, depth int) error {
	err := r.inside(plain, depth)
	if err == nil {
		_, err = io.Copy(io.Discard, plain)
	}
	return err
}

// sealed opens an encryption.
func (r *reading) sealed(br *bufio.Reader, depth int) error {
	fail := func(err error) error {
		return &secureError{"MAIL-DECRYPT", "the partner must encrypt to our certificate of today: send it to them, then have the mail sent again", err}
	}
	plain, err := cms.Decrypt(br, r.account.Ours)
	if err != nil {
		return fail(err)
	}
	since := r.count()
	err = r.whole(plain, depth)
	// With another key than ours the content is noise (RFC 8017 7.2.2, RFC 3218), and
	// noise is no header.
	if errors.Is(err, cms.ErrDecrypt) || errors.Is(err, entity.ErrHeader) && since == r.count() && r.said == "" {
		return fail(cms.ErrDecrypt)
	}
	r.mark(since, func(d *document) { d.encrypted = true })
	return err
}

// opaque opens SignedData that holds what it signs (RFC 8551 3.5.2).
func (r *reading) opaque(br *bufio.Reader, depth int) error {
	s, err := cms.OpenSigned(br)
	if err != nil {
		return err
	}
	d, since := newDigests(), r.count()
	tee := bufio.NewReaderSize(io.TeeReader(s, d), entity.BufferSize)
	inner := r.inside(tee, depth)
	if _, err := io.Copy(io.Discard, tee); err != nil {
		return err
	}
	sig, err := s.Signature()
	if err != nil {
		return err
	}
	return r.proof(sig, d, since, inner)
}

// signature opens a multipart/signed (RFC 1847, RFC 8551 3.5.3).
func (r *reading) signature(m entity.Media, br *bufio.Reader, depth int) error {
	if err := r.deeper(); err != nil {
		return err
	}
	p, err := entity.NewParts(br, entity.Boundary(m, br))
	if err != nil {
		return err
	}
	part, err := next(p)
	if err != nil {
		return err
	}
	d, since := newDigests(), r.count()
	tee := bufio.NewReaderSize(io.TeeReader(part, d), entity.BufferSize)
	inner := r.inside(tee, depth)
	if _, err := io.Copy(io.Discard, tee); err != nil {
		return err
	}
	der, err := readSignature(p)
	if err != nil {
		return err
	}
	sig, err := cms.ParseSignature(der)
	if err != nil {
		return err
	}
	return r.proof(sig, d, since, inner)
}

func next(p *entity.Parts) (io.Reader, error) {
	part, err := p.Next()
	if errors.Is(err, io.EOF) {
		err = entity.ErrPartMissing
	}
	return part, err
}

// readSignature reads the second part, and the multipart to its end.
func readSignature(p *entity.Parts) ([]byte, error) {
	part, err := next(p)
	if err != nil {
		return nil, err
	}
	br := bufio.NewReaderSize(part, entity.BufferSize)
	f, _, err := entity.ReadFields(br)
	if err != nil {
		return nil, err
	}
	if br, err = entity.Decoded(br, f.Get("Content-Transfer-Encoding"), true); err != nil {
		return nil, err
	}
	der, err := io.ReadAll(io.LimitReader(br, maxSignature+1))
	if err != nil {
		return nil, told(err, 0)
	}
	if len(der) > maxSignature {
		return nil, errSignature
	}
	for {
		if _, err := p.Next(); errors.Is(err, io.EOF) {
			return der, nil
		} else if err != nil {
			return nil, err
		}
	}
}

// proof checks a signature over what was opened; what the opening itself ended
// in counts only when it holds.
func (r *reading) proof(sig *cms.Signature, d digests, since [2]int, inner error) error {
	fail := func(hint string, err error) error { return &secureError{"MAIL-SIGNATURE", hint, err} }
	signer, err := sig.Verify(d.sum, r.account.Verify, r.now)
	switch {
	case len(r.account.Verify) == 0 && !r.account.Require.Signed: // nobody can say whose it is, and nobody asked
		return inner
	case errors.Is(err, cms.ErrSigner):
		return fail("compare the certificates in the partner's profile with the one they sign with now", err)
	case err != nil:
		return fail("the mail was changed on its way, or their software signs something else: have it sent again", err)
	case signer.Hash == crypto.SHA1 && !r.account.Accept.SHA1:
		return fail("ask the partner to sign with SHA-256; if their software cannot, add sha1 to the profile's accept", fault("the signature is over SHA-1, and the profile does not accept it"))
	case signer.Expired && !r.account.Accept.Expired:
		return fail("ask the partner for their new certificate and add it to the profile; until then, add expired to the profile's accept", fault("the certificate of the signature is not valid today"))
	}
	r.mark(since, func(d *document) { d.signed = true })
	r.evidence = sig.Detached()
	r.said = signer.Certificate.Subject.String() + ", serial " + cms.Serial(signer.Certificate)
	return inner
}

// digests are the running digests of what a signature covers.
type digests map[crypto.Hash]hash.Hash

func newDigests() digests {
	d := digests{}
	for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		d[h] = h.New()
	}
	return d
}

// Write implements io.Writer.
func (d digests) Write(p []byte) (int, error) {
	for _, h := range d {
		_, _ = h.Write(p) // a hash takes everything
	}
	return len(p), nil
}

func (d digests) sum(h crypto.Hash) []byte {
	if d[h] == nil {
		return nil
	}
	return bytes.Clone(d[h].Sum(nil))
}
