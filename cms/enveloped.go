package cms

import (
	"bytes"
	"crypto"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// algorithm is an AlgorithmIdentifier (RFC 5280 §4.1.1.2).
type algorithm = pkix.AlgorithmIdentifier

// issuerAndSerial names a certificate (RFC 5652 §10.2.4).
type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

// keyTransport is a KeyTransRecipientInfo (RFC 5652 §6.2.1).
type keyTransport struct {
	Version      int
	Recipient    asn1.RawValue // IssuerAndSerialNumber, or [0] SubjectKeyIdentifier
	Algorithm    algorithm
	EncryptedKey []byte
}

func oidRSA() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1} }

// Encrypt returns a writer that encrypts for every one of the certificates what
// is written to it, as EnvelopedData in BER; Close writes the end. rnd is
// crypto/rand's when nil.
func Encrypt(w io.Writer, to []*x509.Certificate, c Cipher, rnd io.Reader) (io.WriteCloser, error) {
	if rnd == nil {
		rnd = rand.Reader
	}
	s, ok := suites()[c]
	if !ok {
		return nil, fmt.Errorf("encrypt: unknown cipher %q", c)
	}
	if len(to) == 0 {
		return nil, errors.New("encrypt: there is no certificate to encrypt to")
	}
	key := make([]byte, s.key)
	if _, err := io.ReadFull(rnd, key); err != nil {
		return nil, fmt.Errorf("encrypt: making a key: %w", err)
	}
	block, err := s.block(key)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	iv := make([]byte, block.BlockSize())
	if _, err := io.ReadFull(rnd, iv); err != nil {
		return nil, fmt.Errorf("encrypt: making an initial vector: %w", err)
	}
	recipients, err := recipientInfos(to, key, rnd)
	if err != nil {
		return nil, err
	}
	alg := wrap(tagSequence, append(derOID(s.oid), wrap(tagOctets, iv)...))
	err = writeAll(w,
		open(tagSequence), derOID(contentTypes()[Enveloped]), open(tagContext0), open(tagSequence),
		wrap(tagInteger, []byte{0}), wrap(tagSet, recipients),
		open(tagSequence), derOID(contentTypes()[Data]), alg, open(tagContext0))
	if err != nil {
		return nil, err
	}
	return &encrypter{out: newChunks(w), mode: cipher.NewCBCEncrypter(block, iv)}, nil
}

func recipientInfos(to []*x509.Certificate, key []byte, rnd io.Reader) ([]byte, error) {
	var out []byte
	for _, cert := range to {
		pub, ok := cert.PublicKey.(*rsa.PublicKey)
		if !ok {
			return nil, fmt.Errorf("encrypt: the certificate of %s has no RSA key", cert.Subject)
		}
		// PKCS #1 v1.5 is what partners can read (RFC 3370 §4.2.1).
		sealed, err := rsa.EncryptPKCS1v15(rnd, pub, key) //nolint:staticcheck // see above
		if err != nil {
			return nil, fmt.Errorf("encrypt for %s: %w", cert.Subject, err)
		}
		id, err := asn1.Marshal(issuerAndSerial{asn1.RawValue{FullBytes: cert.RawIssuer}, cert.SerialNumber})
		if err != nil {
			return nil, fmt.Errorf("encrypt for %s: %w", cert.Subject, err)
		}
		info, err := asn1.Marshal(keyTransport{
			Recipient: asn1.RawValue{FullBytes: id}, Algorithm: algorithm{Algorithm: oidRSA(), Parameters: asn1.NullRawValue}, EncryptedKey: sealed,
		})
		if err != nil {
			return nil, fmt.Errorf("encrypt for %s: %w", cert.Subject, err)
		}
		out = append(out, info...)
	}
	return out, nil
}

// encrypter encrypts in cipher block chaining mode with the padding of RFC 5652 §6.3.
type encrypter struct {
	out    *chunks
	mode   cipher.BlockMode
	rest   []byte // less than a block
	buf    [chunkSize]byte
	closed bool
}

// Write implements io.Writer.
func (e *encrypter) Write(p []byte) (int, error) {
	n, size := len(p), e.mode.BlockSize()
	for len(p) > 0 {
		take := copy(e.buf[len(e.rest):], p)
		copy(e.buf[:], e.rest)
		filled := len(e.rest) + take
		whole := filled / size * size
		e.mode.CryptBlocks(e.buf[:whole], e.buf[:whole])
		if _, err := e.out.Write(e.buf[:whole]); err != nil {
			return 0, err
		}
		e.rest = append(e.rest[:0], e.buf[whole:filled]...)
		p = p[take:]
	}
	return n, nil
}

// Close pads, and closes the structure. It does not close the writer below.
func (e *encrypter) Close() error {
	if e.closed {
		return nil
	}
	e.closed = true
	pad := e.mode.BlockSize() - len(e.rest)
	last := append(e.rest, bytes.Repeat([]byte{byte(pad)}, pad)...)
	e.mode.CryptBlocks(last, last)
	if _, err := e.out.Write(last); err != nil {
		return err
	}
	return e.out.finish(4)
}

// Decrypt opens EnvelopedData, in DER or BER, with whichever identity it is for.
// Every failure is ErrDecrypt, from here or from the reader; only an error of r
// itself comes through as it is.
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
	if errors.Is(err, io.EOF) && !errors.Is(err, errBER) {
		return io.EOF
	}
	return ErrDecrypt
}

// readError marks an error of the reader that a message is read from.
type readError struct{ err error }

func (e *readError) Error() string { return e.err.Error() }
func (e *readError) Unwrap() error { return e.err }

// marked lets errors of the source be told from errors of what it says.
type marked struct{ r io.Reader }

func (m marked) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &readError{err}
	}
	return n, err
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
	if h.tag&^tagConstructed != 0x80 { // [0] IMPLICIT OCTET STRING
		return nil, errBER
	}
	content, err := b.octets(h)
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
		return nil, errors.New("unknown cipher")
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

// contentKey finds the content's key. Where there is none for us, or the one for
// us cannot be opened, it is a random one, and the failure shows where every
// other failure shows: at the padding (RFC 3218 §2.3.2).
func contentKey(recipients []byte, ids []Identity, size int) ([]byte, error) {
	key := make([]byte, size)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	for rest := contentOf(recipients); len(rest) > 0; {
		var raw asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &raw); err != nil {
			return nil, errBER
		}
		var info keyTransport
		if raw.Tag != asn1.TagSequence || raw.Class != asn1.ClassUniversal {
			continue // key agreement, passwords: not ours
		}
		if _, err := asn1.Unmarshal(raw.FullBytes, &info); err != nil {
			return nil, errBER
		}
		for _, id := range ids {
			private, ok := id.Key.(*rsa.PrivateKey)
			if !ok || !id.isNamed(info.Recipient) || !info.Algorithm.Algorithm.Equal(oidRSA()) {
				continue // OAEP (1.2.840.113549.1.1.7) has its place here
			}
			// The session key variant does not tell a bad padding from a good one.
			err := rsa.DecryptPKCS1v15SessionKey(rand.Reader, private, info.EncryptedKey, key) //nolint:staticcheck // deprecated, and still the right call
			return key, err
		}
	}
	return key, nil
}

// isNamed says whether a recipient or signer identifier names the identity.
func (id Identity) isNamed(raw asn1.RawValue) bool { return names(raw, id.Certificate) }

// names says whether an identifier is of this certificate (RFC 5652 §6.2.1, §5.3).
func names(raw asn1.RawValue, cert *x509.Certificate) bool {
	if raw.Class == asn1.ClassContextSpecific && raw.Tag == 0 {
		return len(raw.Bytes) > 0 && bytes.Equal(raw.Bytes, cert.SubjectKeyId)
	}
	var id issuerAndSerial
	if _, err := asn1.Unmarshal(raw.FullBytes, &id); err != nil {
		return false
	}
	return id.Serial.Cmp(cert.SerialNumber) == 0 && bytes.Equal(id.Issuer.FullBytes, cert.RawIssuer)
}

// decryptReader decrypts a stream and takes the padding off its end.
type decryptReader struct {
	src  io.Reader
	mode cipher.BlockMode
	buf  [chunkSize]byte
	plain []byte // decrypted
	out   []byte // the part of plain that is not read yet
	last  []byte // the last decrypted block: it may be padding
	rest  int    // bytes of an incomplete block at the start of buf
	err   error
}

// Read implements io.Reader.
func (d *decryptReader) Read(p []byte) (int, error) {
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
	n, err := d.src.Read(d.buf[d.rest : len(d.buf)-size])
	filled := d.rest + n
	whole := filled / size * size
	if whole > 0 {
		d.mode.CryptBlocks(d.buf[:whole], d.buf[:whole])
		d.plain = append(append(d.plain[:0], d.last...), d.buf[:whole-size]...)
		d.out = d.plain
		d.last = append(d.last[:0], d.buf[whole-size:whole]...)
		d.rest = copy(d.buf[:], d.buf[whole:filled])
	} else {
		d.rest = filled
	}
	if err == nil {
		return
	}
	if errors.Is(err, io.EOF) && !errors.Is(err, errBER) {
		d.finish()
		return
	}
	d.err = alike(err)
}

// finish checks the padding (RFC 5652 §6.3).
func (d *decryptReader) finish() {
	size := d.mode.BlockSize()
	d.err = ErrDecrypt
	if d.rest != 0 || len(d.last) != size {
		return
	}
	pad := int(d.last[size-1])
	if pad < 1 || pad > size {
		return
	}
	for _, c := range d.last[size-pad:] {
		if int(c) != pad {
			return
		}
	}
	d.plain = append(append(d.plain[:0], d.out...), d.last[:size-pad]...)
	d.out = d.plain
	d.err = io.EOF
}

// Identity is a certificate with its private key.
type Identity struct {
	Certificate *x509.Certificate
	Key         crypto.Signer
}
