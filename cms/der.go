package cms

import (
	"bytes"
	"fmt"
	"io"
)

// whole reads the next element with all it holds, as DER.
func (b *berReader) whole() ([]byte, error) {
	h, err := b.header()
	if err != nil {
		return nil, err
	}
	return b.der(h, len(b.ends))
}

// der reads the rest of an element and writes it with definite lengths.
// Constructed strings are joined, in time linear in their size.
func (b *berReader) der(h header, depth int) ([]byte, error) {
	if depth >= maxDepth {
		return nil, fmt.Errorf("%w: nested deeper than %d", errBER, maxDepth)
	}
	if h.length > maxStructure {
		return nil, fmt.Errorf("%w: %d bytes in one structure", errBER, h.length)
	}
	if !h.constructed() {
		content, err := b.primitive(h.length)
		return wrap(h.tag, content), err
	}
	if err := b.push(h); err != nil {
		return nil, err
	}
	joined := h.tag == tagOctets|tagConstructed
	var content []byte
	for {
		more, err := b.more()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		next, err := b.header()
		if err != nil {
			return nil, err
		}
		part, err := b.der(next, depth+1)
		if err != nil {
			return nil, err
		}
		if joined {
			if part[0] != tagOctets {
				return nil, fmt.Errorf("%w: found tag %#02x in a string", errBER, part[0])
			}
			part = contentOf(part)
		}
		if content = append(content, part...); len(content) > maxStructure {
			return nil, fmt.Errorf("%w: more than %d bytes in one structure", errBER, maxStructure)
		}
	}
	if joined {
		return wrap(tagOctets, content), nil
	}
	return wrap(h.tag, content), nil
}

// primitive reads a content, and allocates no more than what comes of it.
func (b *berReader) primitive(length int64) ([]byte, error) {
	var content bytes.Buffer
	n, err := io.CopyN(&content, b.r, length)
	b.pos += n
	return content.Bytes(), unexpected(err)
}

// wrap puts an identifier and a definite length before a content.
func wrap(tag byte, content []byte) []byte {
	out := make([]byte, 0, len(content)+10)
	return append(appendLength(append(out, tag), len(content)), content...)
}

func appendLength(b []byte, n int) []byte {
	if n < 0x80 {
		return append(b, byte(n))
	}
	size := 1
	for x := n >> 8; x > 0; x >>= 8 {
		size++
	}
	b = append(b, 0x80|byte(size))
	for i := size - 1; i >= 0; i-- {
		b = append(b, byte(n>>(8*i)))
	}
	return b
}

// contentOf is the content of a DER element that this package has made.
func contentOf(der []byte) []byte {
	if der[1] < 0x80 {
		return der[2:]
	}
	return der[2+int(der[1]&0x7f):]
}
