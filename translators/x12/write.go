package x12

import (
	"fmt"
	"strings"

	"github.com/moov-io/x12/pkg/segments"
	"github.com/moov-io/x12/pkg/util"

	"waybill/translators"
)

// Refusal says why an interchange is not written.
type Refusal struct {
	Problems []translators.Problem
}

const refusalsInWords = 5

// Error names the first problems with their places.
func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString("the interchange is not written")
	for i, p := range r.Problems {
		if i == refusalsInWords {
			fmt.Fprintf(&b, "; and %d more", len(r.Problems)-i)
			break
		}
		fmt.Fprintf(&b, "; %s", strings.TrimSpace(p.Where()))
		if p.Position > 0 {
			fmt.Fprintf(&b, " at segment %d", p.Position)
		}
		fmt.Fprintf(&b, ": %s", p.Text)
		if p.Found != "" {
			fmt.Fprintf(&b, ", found %q", p.Found)
		}
		if p.Expected != "" {
			fmt.Fprintf(&b, ", expected %s", p.Expected)
		}
	}
	return b.String()
}

// envelope writes a service segment of n elements. Where the delimiters are
// those that moov-io/x12 knows, its bytes must equal ours.
func (e *encoder) envelope(s segments.SegmentInterface, n int) {
	values := make([]string, n)
	for i := range values {
		values[i], _ = s.GetFieldByIndex(fmt.Sprintf("%02d", i+1)).(string)
	}
	seg := translators.Segment{ID: s.Name(), Elements: make([]translators.Element, n)}
	for i, v := range values {
		seg.Elements[i].Text = v
	}
	from := e.out.Len()
	e.line(&seg, seg.ID == "ISA")
	d := e.ic.Delimiters
	if string(d.Element) != util.DataElementSeparator || string(d.Segment) != util.SegmentTerminator {
		return
	}
	ours := strings.TrimSuffix(string(e.out.Bytes()[from:]), d.LineEnd)
	if theirs := s.String(); theirs != ours {
		e.refuse(seg.ID, 0, "moov-io/x12 writes the segment differently", ours, theirs)
	}
}

// segment writes a segment of a set, where a delimiter inside a value may be replaced.
func (e *encoder) segment(s *translators.Segment) {
	e.inData = e.ic.Delimiters.InData
	e.line(s, false)
	e.inData = 0
}

// line writes one segment. Trailing empty elements and components are left out,
// elements of sets not where all separators were agreed on.
func (e *encoder) line(s *translators.Segment, isa bool) {
	d := e.ic.Delimiters
	e.lines++
	e.value(s.ID, s.ID, 0, d)
	last := filled(s.Elements)
	for i := range last {
		e.out.WriteByte(d.Element)
		el := &s.Elements[i]
		switch {
		case isa && (i == 10 || i == 15): // the delimiters themselves
			e.out.WriteString(el.Text)
		case el.Repeats != nil:
			e.repeats(s.ID, i+1, el.Repeats)
		default:
			e.value(el.Text, s.ID, i+1, d)
		}
	}
	if !isa && e.widths != nil && !isEnvelope(s.ID) {
		for range e.widths[s.ID] - last {
			e.out.WriteByte(d.Element)
		}
	}
	e.out.WriteByte(d.Segment)
	e.out.WriteString(d.LineEnd)
}

func empty(el *translators.Element) bool {
	if el.Repeats == nil {
		return el.Text == ""
	}
	for _, parts := range el.Repeats {
		if strings.Join(parts, "") != "" {
			return false
		}
	}
	return true
}

func (e *encoder) repeats(id string, element int, repeats [][]string) {
	d := e.ic.Delimiters
	for i, parts := range repeats {
		if i > 0 && d.Repetition == 0 {
			e.refuse(id, element, "the interchange version has no repetition", strings.Join(parts, ""), "one value")
			return
		}
		if i > 0 {
			e.out.WriteByte(d.Repetition)
		}
		last := len(parts)
		for last > 0 && parts[last-1] == "" {
			last--
		}
		for j, part := range parts[:last] {
			if j > 0 {
				e.out.WriteByte(d.Component)
			}
			e.value(part, id, element, d)
		}
	}
}

// value writes a text that holds neither a delimiter in use nor a control character.
func (e *encoder) value(text, id string, element int, d translators.Delimiters) {
	if e.ic.Charset == "extended" {
		var r rune
		var ok bool
		if text, r, ok = toLatin(text); !ok {
			e.refuse(id, element, fmt.Sprintf("the value has U+%04X (%c), which ISO 8859-1 does not have", r, r), text, "a value of the agreed set extended, or charset utf8 in the profile")
		}
	}
	for i := range len(text) {
		c := text[i]
		if c == d.Element || c == d.Segment || c == d.Component || c == d.Repetition && c != 0 {
			if e.inData != 0 && element > 0 {
				text = text[:i] + string([]byte{e.inData}) + text[i+1:]
				continue
			}
			e.refuse(id, element, fmt.Sprintf("the value has the delimiter %q", c), text, "a value without it, or other delimiters in the profile")
			break
		}
		if c < ' ' || c == 0x7f {
			e.refuse(id, element, "the value has a control character", text, "a value without it")
			break
		}
	}
	e.out.WriteString(text)
}

func (e *encoder) refuse(segment string, element int, text, found, expected string) {
	e.refusal.Problems = append(e.refusal.Problems, translators.Problem{
		Level: translators.AtElement, Code: "6", Segment: clip(segment), Element: element, Position: e.lines,
		Text: text, Found: clip(found), Expected: expected,
	})
}
