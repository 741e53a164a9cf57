package x12

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"

	"waybill/translators"
)

// Layout says how Format writes. A delimiter that is zero stays what it is.
type Layout struct {
	Delimiters translators.Delimiters
	Unwrap     bool // no line ends between segments
}

// Check says why the delimiters cannot be used together.
func (l Layout) Check() error {
	d := l.Delimiters
	all := []byte{d.Element, d.Component, d.Repetition, d.Segment}
	for i, c := range all {
		if c == 0 {
			continue
		}
		if isWord(c) {
			return fmt.Errorf("%q cannot be a delimiter: letters, digits and spaces stand in the data", c)
		}
		for _, other := range all[:i] {
			if c == other {
				return fmt.Errorf("%q cannot be two delimiters", c)
			}
		}
	}
	return nil
}

// Format writes a file anew: one segment a line, in other delimiters, or without
// line ends. Values, counts and control numbers stay as they are, also wrong
// ones. Memory is bounded by one segment.
func Format(w io.Writer, r io.Reader, l Layout) error {
	out := bufio.NewWriter(w)
	err := pieces(r, func(p piece) error {
		d := l.in(p.header.delimiters)
		if err := distinct(d, p); err != nil {
			return err
		}
		return p.write(out, d)
	})
	return errors.Join(err, out.Flush())
}

// in completes the layout with what an interchange has.
func (l Layout) in(has translators.Delimiters) translators.Delimiters {
	d := translators.Delimiters{
		Element: cmp.Or(l.Delimiters.Element, has.Element), Component: cmp.Or(l.Delimiters.Component, has.Component),
		Segment: cmp.Or(l.Delimiters.Segment, has.Segment), LineEnd: "\n",
	}
	if has.Repetition != 0 {
		d.Repetition = cmp.Or(l.Delimiters.Repetition, has.Repetition)
	}
	if l.Unwrap || isLineEnd(d.Segment) {
		d.LineEnd = ""
	}
	return d
}

// distinct refuses a new delimiter that is another of the interchange already.
func distinct(d translators.Delimiters, p piece) error {
	if p.id != "ISA" {
		return nil
	}
	if _, text := sameDelimiter(d); text != "" || d.Element == d.Segment {
		return &translators.SyntaxError{
			Offset: p.offset, Text: "two delimiters would be the same", Found: fmt.Sprintf("%q", delimiterList(d)), Expected: "four different delimiters",
		}
	}
	return nil
}

func delimiterList(d translators.Delimiters) []string {
	var all []string
	for _, c := range []byte{d.Element, d.Component, d.Repetition, d.Segment} {
		if c != 0 {
			all = append(all, string([]byte{c}))
		}
	}
	return all
}
