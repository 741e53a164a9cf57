package cms

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Bounds of everything that is not a content.
const (
	maxDepth     = 32
	maxStructure = 1 << 20 // bytes of one structure that is held in memory
)

// Tags of X.690 with their class and form.
const (
	tagInteger     = 0x02
	tagOctets      = 0x04
	tagOID         = 0x06
	tagSequence    = 0x30
	tagSet         = 0x31
	tagConstructed = 0x20
	tagContext0    = 0xa0 // [0], constructed
	tagContext1    = 0xa1
)

// errBER is every violation of the encoding rules.
var errBER = errors.New("the structure is not encoded as X.690 demands")

// header is an identifier and a length (X.690 §8.1). Tags above 30 do not occur
// in CMS and are refused.
type header struct {
	tag    byte
	length int64 // -1: up to the end-of-contents octets
}

func (h header) constructed() bool { return h.tag&tagConstructed != 0 }
func (h header) isEnd() bool       { return h.tag == 0 && h.length == 0 }

// berReader walks down a structure without holding it: it enters constructed
// elements, reads small ones whole, and streams a content.
type berReader struct {
	r    *bufio.Reader
	pos  int64
	ends []int64 // where the entered elements end; -1 with end-of-contents octets
}

func newBER(r io.Reader) *berReader {
	b, ok := r.(*bufio.Reader)
	if !ok {
		b = bufio.NewReaderSize(r, 32<<10)
	}
	return &berReader{r: b}
}

func (b *berReader) byte() (byte, error) {
	c, err := b.r.ReadByte()
	if err == nil {
		b.pos++
	}
	return c, unexpected(err)
}

// unexpected says that an end within a structure is a broken structure.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it breaks off", errBER)
	}
	return err
}

// header reads the next identifier and length.
func (b *berReader) header() (header, error) {
	tag, err := b.byte()
	if err != nil {
		return header{}, err
	}
	if tag&0x1f == 0x1f {
		return header{}, fmt.Errorf("%w: tag above 30", errBER)
	}
	first, err := b.byte()
	if err != nil {
		return header{}, err
	}
	switch {
	case first < 0x80:
		return header{tag, int64(first)}, nil
	case first == 0x80:
		if tag&tagConstructed == 0 {
			return header{}, fmt.Errorf("%w: indefinite length of a primitive", errBER)
		}
		return header{tag, -1}, nil
	case first > 0x80+8:
		return header{}, fmt.Errorf("%w: length of %d bytes", errBER, first-0x80)
	}
	var length int64
	for range first - 0x80 {
		c, err := b.byte()
		if err != nil {
			return header{}, err
		}
		if length > 1<<54 {
			return header{}, fmt.Errorf("%w: length out of range", errBER)
		}
		length = length<<8 | int64(c)
	}
	return header{tag, length}, nil
}

// enter goes into the next element, which must have this tag.
func (b *berReader) enter(tag byte) error {
	h, err := b.header()
	if err != nil {
		return err
	}
	if h.tag != tag {
		return fmt.Errorf("%w: found tag %#02x, expected %#02x", errBER, h.tag, tag)
	}
	return b.push(h)
}

func (b *berReader) push(h header) error {
	if len(b.ends) >= maxDepth {
		return fmt.Errorf("%w: nested deeper than %d", errBER, maxDepth)
	}
	end := int64(-1)
	if h.length >= 0 {
		end = b.pos + h.length
	}
	b.ends = append(b.ends, end)
	return nil
}

// more says whether the entered element has another one inside, and leaves the
// entered element if not.
func (b *berReader) more() (bool, error) {
	end := b.ends[len(b.ends)-1]
	if end >= 0 {
		if b.pos > end {
			return false, fmt.Errorf("%w: an element is longer than what holds it", errBER)
		}
		if b.pos < end {
			return true, nil
		}
	} else {
		next, err := b.r.Peek(2)
		if err != nil {
			return false, unexpected(err)
		}
		if next[0] != 0 || next[1] != 0 {
			return true, nil
		}
		if _, err := b.r.Discard(2); err != nil {
			return false, err
		}
		b.pos += 2
	}
	b.ends = b.ends[:len(b.ends)-1]
	return false, nil
}

// peekTag looks at the tag of the next element.
func (b *berReader) peekTag() (byte, error) {
	next, err := b.r.Peek(1)
	if err != nil {
		return 0, unexpected(err)
	}
	return next[0], nil
}

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
		content := make([]byte, h.length)
		n, err := io.ReadFull(b.r, content)
		b.pos += int64(n)
		if err != nil {
			return nil, unexpected(err)
		}
		return wrap(h.tag, content), nil
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

// octets streams an octet string that has just been entered by its header:
// primitive, or constructed of more such strings.
type octets struct {
	b    *berReader
	left int64 // of the primitive part at hand
	base int   // number of entered elements when the string began
	done bool
}

// octets begins to stream the string whose header is h.
func (b *berReader) octets(h header) (*octets, error) {
	o := &octets{b: b, base: len(b.ends)}
	if !h.constructed() {
		o.left = h.length
		return o, nil
	}
	return o, b.push(h)
}

// Read implements io.Reader.
func (o *octets) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for o.left == 0 {
		if err := o.advance(); err != nil {
			return 0, err
		}
	}
	n, err := o.b.r.Read(p[:min(int64(len(p)), o.left)])
	o.left -= int64(n)
	o.b.pos += int64(n)
	if err != nil && n == 0 {
		return 0, unexpected(err)
	}
	return n, nil
}

// advance goes to the next primitive part; io.EOF after the last.
func (o *octets) advance() error {
	for {
		if o.done || len(o.b.ends) == o.base {
			o.done = true
			return io.EOF
		}
		more, err := o.b.more()
		if err != nil {
			return err
		}
		if !more {
			continue
		}
		h, err := o.b.header()
		if err != nil {
			return err
		}
		if h.tag&^tagConstructed != tagOctets {
			return fmt.Errorf("%w: found tag %#02x in a string", errBER, h.tag)
		}
		if h.constructed() {
			if err := o.b.push(h); err != nil {
				return err
			}
			continue
		}
		if o.left = h.length; o.left > 0 {
			return nil
		}
	}
}

// contentInfo enters a ContentInfo of this kind (RFC 5652 §3) down to its content.
func (b *berReader) contentInfo(kind Kind) error {
	if err := b.enter(tagSequence); err != nil {
		return err
	}
	oid, err := b.whole()
	if err != nil {
		return err
	}
	if string(oid) != string(derOID(contentTypes()[kind])) {
		return fmt.Errorf("%w: another content type than %s", errBER, kind)
	}
	if err := b.enter(tagContext0); err != nil {
		return err
	}
	return b.enter(tagSequence)
}
