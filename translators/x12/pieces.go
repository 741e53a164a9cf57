package x12

import (
	"fmt"
	"io"
	"strings"

	"waybill/translators"
)

// piece is a segment as it stands in a file, with its separators and without a
// judgement: what is wrong with it stays as it is.
type piece struct {
	id       string
	elements []string // of an ISA all sixteen
	header   isaHeader
	offset   int64
}

// pieces shows every segment of every interchange. Nothing is passed over: text
// that belongs to no interchange, a segment that is too long, and an interchange
// without its end are errors.
func pieces(r io.Reader, see func(piece) error) error {
	s := newScanner(r)
	if string(s.peek(3)) == "\ufeff" {
		s.start += 3
	}
	s.skip(isFiller)
	for {
		h, fault := s.header()
		if fault != nil {
			if err := s.failure(); err != nil {
				return err
			}
			return fault
		}
		if err := piecesOf(s, h, see); err != nil {
			return err
		}
		if !s.skip(isFiller) {
			return s.failure()
		}
	}
}

// piecesOf shows one interchange, ISA to IEA.
func piecesOf(s *scanner, h isaHeader, see func(piece) error) error {
	if err := see(piece{id: "ISA", elements: h.elements[:], header: h, offset: h.offset}); err != nil {
		return err
	}
	for {
		l, ok := s.segment(h.delimiters.Segment)
		if !ok {
			if err := s.failure(); err != nil {
				return err
			}
			return &translators.SyntaxError{Offset: s.offset(), Text: "the data ends before the IEA", Expected: "IEA*"}
		}
		if l.cut {
			return &translators.SyntaxError{
				Offset: l.offset, Text: "the segment is too long", Found: clip(string(l.text[:16])),
				Expected: fmt.Sprintf("at most %d bytes up to the terminator %q", segmentLimit, h.delimiters.Segment),
			}
		}
		elements := strings.Split(string(l.text), string([]byte{h.delimiters.Element}))
		if elements[0] == "ISA" {
			return &translators.SyntaxError{Offset: l.offset, Text: "the next ISA stands before the IEA", Found: "ISA", Expected: "IEA"}
		}
		if err := see(piece{id: elements[0], elements: elements[1:], header: h, offset: l.offset}); err != nil {
			return err
		}
		if elements[0] == "IEA" {
			return nil
		}
	}
}

// write writes the piece in other delimiters. A value that holds one of them is
// refused: it would be read as something else.
func (p piece) write(w io.Writer, d translators.Delimiters) error {
	var b strings.Builder
	b.WriteString(p.id)
	for i, text := range p.elements {
		b.WriteByte(d.Element)
		if p.id == "ISA" && i == 15 {
			b.WriteByte(d.Component)
			continue
		}
		if p.id == "ISA" && i == 10 && d.Repetition != 0 {
			b.WriteByte(d.Repetition)
			continue
		}
		changed, bad := recode(text, p.header.delimiters, d)
		if bad != 0 {
			return &translators.SyntaxError{
				Offset: p.offset, Text: fmt.Sprintf("%s%02d has the delimiter %q", p.id, i+1, bad),
				Found: clip(text), Expected: "a value without it, or other delimiters",
			}
		}
		b.WriteString(changed)
	}
	b.WriteByte(d.Segment)
	b.WriteString(d.LineEnd)
	_, err := io.WriteString(w, b.String())
	return err
}

// recode puts other separators into an element; bad is a byte of the text that
// would become one.
func recode(text string, from, to translators.Delimiters) (changed string, bad byte) {
	b := []byte(text)
	for i, c := range b {
		switch {
		case c == from.Component:
			b[i] = to.Component
		case c == from.Repetition && c != 0:
			b[i] = to.Repetition
		case c == to.Element || c == to.Component || c == to.Segment || c == to.Repetition && c != 0:
			return "", c
		}
	}
	return string(b), 0
}
