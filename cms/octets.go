package cms

import (
	"fmt"
	"io"
)

// octets streams an octet string that has just been entered by its header:
// primitive, or constructed of more such strings.
type octets struct {
	b    *berReader
	left int64 // of the primitive part at hand
	base int   // number of entered elements when the string began
	done error // what the string ended in
	// after looks at what follows the string, once.
	after func() error
}

// octets begins to stream the string whose header is h.
func (b *berReader) octets(h header, after func() error) (*octets, error) {
	o := &octets{b: b, base: len(b.ends), after: after}
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
	if o.done == nil {
		o.done = o.part()
	}
	return o.done
}

func (o *octets) part() error {
	for {
		if len(o.b.ends) == o.base {
			if err := o.after(); err != nil {
				return err
			}
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
