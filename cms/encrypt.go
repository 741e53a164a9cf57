package cms

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
)

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
