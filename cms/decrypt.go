package cms

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/asn1"
	"errors"
	"io"
)

// Decrypt opens EnvelopedData, in DER or BER, with whichever identity it is for.
// Every failure is ErrDecrypt, from here or from the reader; only an error of r
// itself comes through as it is. What the reader gives proves nothing until its
// end, and only a signature inside proves who wrote it.
func Decrypt(r io.Reader, ids []Identity) (io.Reader, error) {
	src, err := openEnvelope(newBER(marked{r}), ids)
	if err != nil {
		return nil, alike(err)
	}
	return src, nil
}

// alike makes every reason but an error of the underlying reader the same.
func alike(err error) error {
	var own *readError
	if errors.As(err, &own) {
		return own.err
	}
	return ErrDecrypt
}

func openEnvelope(b *berReader, ids []Identity) (io.Reader, error) {
	if err := b.contentInfo(Enveloped); err != nil {
		return nil, err
	}
	if _, err := b.whole(); err != nil { // version
		return nil, err
	}
	if tag, err := b.peekTag(); err != nil {
		return nil, err
	} else if tag == tagContext0 { // originatorInfo
		if _, err := b.whole(); err != nil {
			return nil, err
		}
	}
	recipients, err := b.whole()
	if err != nil {
		return nil, err
	}
	if recipients[0] != tagSet {
		return nil, errBER
	}
	if err := b.enter(tagSequence); err != nil { // encryptedContentInfo
		return nil, err
	}
	if _, err := b.whole(); err != nil { // contentType
		return nil, err
	}
	raw, err := b.whole()
	if err != nil {
		return nil, err
	}
	h, err := b.header()
	if err != nil {
		return nil, err
	}
	if h.tag&^tagConstructed != tagImplicit0 {
		return nil, errBER
	}
	// Unprotected attributes may follow, and whatever stands behind the structure:
	// nothing here vouches for either.
	content, err := b.octets(h, func() error { return b.leave(true) })
	if err != nil {
		return nil, err
	}
	return decrypter(content, raw, recipients, ids)
}

// decrypter sets up the decryption of a content.
func decrypter(content io.Reader, rawAlgorithm, recipients []byte, ids []Identity) (io.Reader, error) {
	var alg algorithm
	if rest, err := asn1.Unmarshal(rawAlgorithm, &alg); err != nil || len(rest) > 0 {
		return nil, errBER
	}
	s, ok := suiteOf(alg.Algorithm)
	if !ok {
		return nil, errBER
	}
	var iv []byte
	if _, err := asn1.Unmarshal(alg.Parameters.FullBytes, &iv); err != nil {
		return nil, errBER
	}
	key, err := contentKey(recipients, ids, s.key)
	if err != nil {
		return nil, err
	}
	block, err := s.block(key)
	if err != nil {
		return nil, err
	}
	if len(iv) != block.BlockSize() {
		return nil, errBER
	}
	return &decryptReader{src: content, mode: cipher.NewCBCDecrypter(block, iv)}, nil
}

// decryptReader decrypts a stream and takes the padding off its end.
type decryptReader struct {
	src   io.Reader
	mode  cipher.BlockMode
	buf   [chunkSize]byte
	plain []byte // decrypted
	out   []byte // the part of plain that is not read yet
	last  []byte // the last decrypted block: it may be padding
	rest  int    // bytes of an incomplete block at the start of buf
	err   error
}

// Read implements io.Reader.
func (d *decryptReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		d.fill()
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// fill decrypts the next blocks and holds the last one back.
func (d *decryptReader) fill() {
	size := d.mode.BlockSize()
	n, err := d.src.Read(d.buf[d.rest:])
	filled := d.rest + n
	whole := filled / size * size
	if whole > 0 {
		d.mode.CryptBlocks(d.buf[:whole], d.buf[:whole])
		d.plain = append(append(d.plain[:0], d.last...), d.buf[:whole-size]...)
		d.out = d.plain
		d.last = append(d.last[:0], d.buf[whole-size:whole]...)
	}
	d.rest = copy(d.buf[:], d.buf[whole:filled])
	switch {
	case err == nil:
	case err == io.EOF: // as octets gives it; a wrapped one is a broken structure
		d.finish()
	default:
		d.err = alike(err)
	}
}

// finish takes the padding off (RFC 5652 §6.3), in the same time whatever it is.
func (d *decryptReader) finish() {
	size := d.mode.BlockSize()
	d.err = ErrDecrypt
	if d.rest != 0 || len(d.last) != size {
		return
	}
	pad := d.last[size-1]
	good := subtle.ConstantTimeLessOrEq(1, int(pad)) & subtle.ConstantTimeLessOrEq(int(pad), size)
	for i := range size {
		outside := subtle.ConstantTimeLessOrEq(int(pad), i)
		good &= outside | subtle.ConstantTimeByteEq(d.last[size-1-i], pad)
	}
	if good == 1 {
		d.plain = append(append(d.plain[:0], d.out...), d.last[:size-int(pad)]...)
		d.out = d.plain
		d.err = io.EOF
	}
}
