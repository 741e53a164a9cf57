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
	tagImplicit0   = 0x80 // [0], primitive
)

// header is an identifier and a length (X.690 §8.1). Tags above 30 do not occur
// in CMS and are refused.
type header struct {
	tag    byte
	length int64 // -1: up to the end-of-contents octets
}

func (h header) constructed() bool { return h.tag&tagConstructed != 0 }

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

// leave goes out of every element that is entered. Nothing may follow inside
// them, unless optional fields that nobody needs are passed over.
func (b *berReader) leave(optional bool) error {
	for len(b.ends) > 0 {
		more, err := b.more()
		switch {
		case err != nil:
			return err
		case more && !optional:
			return fmt.Errorf("%w: something follows its content", errBER)
		case more:
			if _, err := b.whole(); err != nil {
				return err
			}
		}
	}
	return nil
}

// end wants the source to end here; white space may follow, as some products
// write it behind a binary structure.
func (b *berReader) end() error {
	for {
		c, err := b.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			return fmt.Errorf("%w: something follows its end", errBER)
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
