package cms

import (
	"encoding/asn1"
	"io"
)

// endOfContents closes an element of indefinite length.
func endOfContents() []byte { return []byte{0, 0} }

// open begins a constructed element of indefinite length.
func open(tag byte) []byte { return []byte{tag, 0x80} }

// derOID encodes an identifier of this package's own tables.
func derOID(oid asn1.ObjectIdentifier) []byte {
	der, err := asn1.Marshal(oid)
	if err != nil {
		return nil // the tables hold valid identifiers only; a test looks at each
	}
	return der
}

// chunkSize is the size of the octet strings that a streamed content is cut into.
const chunkSize = 32 << 10

// chunks writes a content as a run of octet strings.
type chunks struct {
	w   io.Writer
	buf []byte
}

func newChunks(w io.Writer) *chunks { return &chunks{w: w, buf: make([]byte, 0, chunkSize)} }

// Write implements io.Writer.
func (c *chunks) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		take := min(len(p), cap(c.buf)-len(c.buf))
		c.buf = append(c.buf, p[:take]...)
		p = p[take:]
		if len(c.buf) == cap(c.buf) {
			if err := c.flush(); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

func (c *chunks) flush() error {
	if len(c.buf) == 0 {
		return nil
	}
	head := appendLength([]byte{tagOctets}, len(c.buf))
	err := writeAll(c.w, head, c.buf)
	c.buf = c.buf[:0]
	return err
}

// finish writes what is left and closes the string and n elements around it.
func (c *chunks) finish(n int) error {
	if err := c.flush(); err != nil {
		return err
	}
	for range n + 1 {
		if err := writeAll(c.w, endOfContents()); err != nil {
			return err
		}
	}
	return nil
}
