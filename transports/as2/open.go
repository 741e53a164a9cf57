package as2

import (
	"bufio"
	"bytes"
	"crypto"
	"errors"
	"io"
	"strings"
	"time"

	"waybill/cms"
	"waybill/transports"
	"waybill/transports/entity"
)

// maxLayers bounds encryption, compression and signature inside each other:
// encrypted, compressed, signed, compressed is the deepest that profiles ask for.
const maxLayers = 4

// opened is what a message turned out to hold.
type opened struct {
	payloads  []transports.Payload
	encrypted bool
	signed    bool
	mic       Digests     // over the octets that RFC 4130 §7.3.1 and RFC 5402 §4 name
	form      Form        // of the octets over which the signature held
	hash      crypto.Hash // of the signature, 0 without one
	signature []byte      // DER
	signer    *cms.Signer
}

// opener takes a message apart in one pass and in constant memory. What it
// writes stays private until the whole message is known to be good.
type opener struct {
	terms  *Partnership
	now    time.Time
	create func() (transports.Draft, error)

	out    opened
	layers int
	proven bool  // inside a part whose signature is checked afterwards
	room   int64 // bytes that may still be written
	local  error // our own disk failed, which is not the sender's fault
}

func newOpener(terms *Partnership, now time.Time, create func() (transports.Draft, error)) *opener {
	return &opener{terms: terms, now: now, create: create, room: terms.maxBytes()}
}

// message opens a message from its HTTP header and body. The error is a
// *failure, unless our own storage failed.
func (o *opener) message(f entity.Fields, body io.Reader) (*opened, error) {
	src := &sticky{r: body}
	err := o.entity(f, nil, bufio.NewReaderSize(src, entity.BufferSize))
	if local := errors.Join(o.local, src.err); local != nil {
		return nil, local
	}
	if err != nil {
		return nil, asFailure(err)
	}
	return &o.out, o.secure()
}

// secure holds the message against what the profile requires.
func (o *opener) secure() error {
	const hint = "their software must sign and encrypt as the profile's require says, or the profile must ask for less"
	switch {
	case o.terms.Require.Encrypted && !o.out.encrypted:
		return fail(failSecurity, nil, hint, "the message is not encrypted, and the profile requires it")
	case o.terms.Require.Signed && !o.out.signed && o.out.encrypted:
		f := fail(failSecurity, nil, hint+"; "+toldDecrypt, "the message is encrypted but not signed, and the profile requires it")
		f.sealed = true
		return f
	case o.terms.Require.Signed && !o.out.signed:
		return fail(failSecurity, nil, hint, "the message is not signed, and the profile requires it")
	}
	return nil
}

// sticky remembers the error that a layer's reader ended in, however the layers
// inside it dressed it up.
type sticky struct {
	r   io.Reader
	err error
}

func (s *sticky) Read(b []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// drain reads a layer to its end: only there does it say whether it was whole.
func (s *sticky) drain() error {
	_, _ = io.Copy(io.Discard, s) // the error stays in s
	return s.err
}

// entity opens one MIME entity. The header's octets are nil for the HTTP header,
// which no digest covers.
func (o *opener) entity(f entity.Fields, header []byte, br *bufio.Reader) error {
	ct := entity.ParseMedia(f.Get("Content-Type"))
	switch ct.Kind {
	case "multipart/signed":
		if err := o.deeper(header); err != nil {
			return err
		}
		return o.signed(ct, br)
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		if err := o.deeper(header); err != nil {
			return err
		}
		return o.object(f, br)
	}
	return o.content(f, ct, header, br)
}

// deeper goes into one more layer with this header around it.
func (o *opener) deeper(header []byte) error {
	if o.layers++; o.layers > maxLayers {
		return errDepth
	}
	if o.out.encrypted && !o.proven && !wrapped(header) {
		return errUncovered
	}
	return nil
}

const (
	errDepth  = fault("more than 4 layers of signature, encryption and compression")
	errObject = fault("the CMS object is none that a message is made of")
	errTwice  = fault("the same kind of layer comes twice")
)

// object opens a CMS object by what it is, whatever smime-type says.
func (o *opener) object(f entity.Fields, br *bufio.Reader) error {
	br, err := entity.Decoded(br, f.Get("Content-Transfer-Encoding"), true)
	if err != nil {
		return err
	}
	kind, err := cms.ContentType(br)
	switch {
	case err != nil && strings.Contains(entity.ParseMedia(f.Get("Content-Type")).Params["smime-type"], "enveloped"):
		return o.undecryptable(err)
	case err != nil:
		return err
	case kind == cms.Compressed:
		return o.compressed(br)
	case kind == cms.Signed:
		return o.opaque(br)
	case kind == cms.Enveloped, kind == cms.AuthEnveloped: // cms.Decrypt refuses the latter until it can open it
		return o.enveloped(br)
	}
	return errObject
}

// undecryptable is every failure of decryption. All look alike from outside
// (RFC 3218): a sender who could tell a bad key from bad padding or from garbage
// inside could decrypt what is not his.
func (o *opener) undecryptable(err error) error {
	ours := make([]string, len(o.terms.Ours))
	for i, id := range o.terms.Ours {
		ours[i] = cms.Serial(id.Certificate)
	}
	hint := "the partner must encrypt to our certificate of today, serial " + strings.Join(ours, " or ") + ": compare it with theirs"
	if errors.Is(err, cms.ErrDecrypt) { // which says these words already
		err = nil
	}
	return fail(failDecrypt, err, hint, "the message cannot be decrypted")
}

func (o *opener) enveloped(br *bufio.Reader) error {
	if o.out.encrypted {
		return errTwice
	}
	o.out.encrypted = true
	src := &sticky{r: br}
	plain, err := cms.Decrypt(src, o.terms.Ours)
	if err != nil {
		_ = src.drain() // so that it takes as long as a good one
		return o.undecryptable(err)
	}
	clear := &sticky{r: plain}
	inner := o.layer(clear)
	if err := clear.drain(); err != nil {
		return o.undecryptable(err)
	}
	_ = src.drain()
	if inner == nil {
		return nil
	}
	switch f := asFailure(inner); {
	case f.known:
		return f
	case f.kind == failSignature, f.kind == failIntegrity:
		f.sealed, f.hint = true, f.hint+"; "+toldDecrypt
		return f
	}
	return o.undecryptable(inner)
}

const toldDecrypt = "the partner is told decryption-failed, as for all that is wrong behind an encryption"

// layer opens the entity inside an encrypted, compressed or opaque signed one.
func (o *opener) layer(r io.Reader) error {
	br := bufio.NewReaderSize(r, entity.BufferSize)
	if bareInterchange(br) {
		return o.entity(nil, []byte{}, br)
	}
	f, raw, err := entity.ReadFields(br)
	if err != nil {
		return err
	}
	return o.entity(f, raw, br)
}

// bareInterchange says that an interchange begins at once, without a MIME header:
// mendelson has encrypted so. Anything else without a header is a failed
// decryption.
func bareInterchange(br *bufio.Reader) bool {
	head, _ := br.Peek(5) // an error shows again when the header is read
	for _, start := range []string{"ISA", "UNA", "UNB", "<?xml"} {
		if bytes.HasPrefix(head, []byte(start)) {
			return true
		}
	}
	return false
}

func (o *opener) compressed(br *bufio.Reader) error {
	bad := func(err error) error {
		return fail(failDecompress, err, "a message may open to the size limit of the profile, and to 200 times its compressed size", "the message cannot be decompressed")
	}
	r, err := cms.Decompress(br, cms.Limits{MaxBytes: o.terms.maxBytes(), MaxRatio: 200})
	if err != nil {
		return bad(err)
	}
	src := &sticky{r: r}
	inner := o.layer(src)
	if src.err == nil && inner == nil {
		_ = src.drain()
	}
	if src.err != nil {
		return bad(src.err)
	}
	return inner
}
